package coalmine.cli;

import coalmine.recipe.Expectation;
import coalmine.recipe.Recipe;
import coalmine.recipe.Step;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a recipe does. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description =
                "Shows the steps of a recipe with the exact documents that would be sent, or the documents of one step alone.",
        footer = {
            "",
            "Examples:",
            "  coalmine recipes show canary-release                   all of it",
            "  coalmine recipes show canary-release 3                 what step 3 sends, and nothing else, so that it can be",
            "                                                         piped to curl --data-binary @-",
            "  coalmine recipes show canary-release \"Stop the canary\" the same for a step by how its description begins"
        })
final class ShowRecipe implements Runnable {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME|FOLDER", description = "The recipe.")
    private String recipe;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "STEP",
            description =
                    "Its number, or how its description begins. The steps of the clean-up count on from those of the run.")
    private Optional<String> step = Optional.empty();

    @Option(names = "--json", description = "Prints JSON instead.")
    private boolean json;

    @Mixin
    private RecipeOptions recipes;

    @Override
    public void run() {
        Recipe shown = recipes.read(recipe);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object =
                    JSON.createObjectNode().put("name", shown.name()).put("description", shown.description());
            shown.parameters().forEach(object.putObject("parameters")::put);
            List<Step> chosen = step.map(it -> List.of(shown.findAny(it))).orElse(shown.run());
            chosen.forEach(it -> object.withArray("run").add(json(it)));
            if (step.isEmpty()) {
                shown.cleanUp().forEach(it -> object.withArray("cleanup").add(json(it)));
            }
            out.println(object);
        } else if (step.isPresent()) {
            out.print(shown.findAny(step.get()).documents());
        } else {
            print(out, shown);
        }
        out.flush();
    }

    private void print(PrintWriter out, Recipe shown) {
        Ansi ansi = spec.commandLine().getColorScheme().ansi();
        out.println(ansi.string("@|bold " + shown.name() + "|@"));
        out.println(shown.description());
        shown.parameters().forEach((name, value) -> out.println("--set " + name + "=" + value));
        int number = 0;
        for (Step one : shown.run()) {
            print(out, ansi, ++number, one);
        }
        out.println();
        out.println(ansi.string("@|bold Clean-up|@"));
        for (Step one : shown.cleanUp()) {
            print(out, ansi, ++number, one);
        }
    }

    private static void print(PrintWriter out, Ansi ansi, int number, Step step) {
        out.println();
        out.println(number + ". " + ansi.string("@|bold " + step.description() + "|@"));
        step.condition().ifPresent(it -> out.println("   if there is " + it));
        if (step.isSent()) {
            out.println("   " + method(step) + " /api/v1/" + step.path());
        }
        if (!step.await().isEmpty()) {
            out.println("   awaits " + String.join(" ", step.await()));
        }
        step.endState().forEach(it -> out.println("   demands of " + it.path() + ": " + demanded(it)));
        out.println("   within " + step.timeout());
        step.documents().lines().forEach(line -> out.println("   | " + line));
    }

    private static String demanded(Expectation expectation) {
        return expectation.matches().map(Object::toString).orElse("nothing there");
    }

    private static String method(Step step) {
        return step.method() == Step.Method.CREATE ? "PUT" : "DELETE";
    }

    private static ObjectNode json(Step step) {
        ObjectNode object = JSON.createObjectNode()
                .put("description", step.description())
                .put("method", method(step))
                .put("path", "/api/v1/" + step.path())
                .put("timeoutSeconds", step.timeout().toSeconds());
        step.condition().ifPresent(it -> object.put("condition", it));
        step.await().forEach(object.putArray("await")::add);
        step.endState().forEach(it -> {
            ObjectNode expected = object.withArray("expect").addObject().put("path", it.path());
            it.matches()
                    .ifPresentOrElse(matches -> expected.set("matches", matches), () -> expected.put("absent", true));
        });
        return object.put("documents", step.documents());
    }
}
