package coalmine.cli;

import coalmine.platform.Environment;
import coalmine.platform.Platform;
import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeRunner;
import coalmine.recipe.Sweep;
import coalmine.recipe.Traces;
import coalmine.vamp.EventStream;
import coalmine.vamp.VampApi;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Removes what an earlier run of a recipe has left. */
@Command(
        name = "clean",
        mixinStandardHelpOptions = true,
        header = "Removes what an earlier run of a recipe has left.",
        description = {
            "Removes what a recipe has left on a Vamp: does its clean-up steps, and then removes by name what is still there.",
            "What is removed goes by the names in the recipe's documents; somebody else's of the same name would be removed as well."
        },
        footer = {
            "",
            "Example:",
            "  coalmine recipes clean canary-release --vamp http://127.0.0.1:8080 --marathon http://127.0.0.1:9090"
        })
final class CleanRecipe implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME|FOLDER", description = "The recipe.")
    private String name;

    @Mixin
    private RecipeOptions recipes;

    @Mixin
    private PlatformOptions platforms;

    @Mixin
    private OutputOptions output;

    @Override
    public Integer call() {
        Recipe recipe = recipes.read(name);
        Traces traces = Traces.of(recipe);
        try (Platform platform = platforms.open(List.of(recipe));
                Environment environment = platform.lend();
                OutputOptions.Open open = output.open(spec, environment.pace())) {
            Report report = open.report();
            VampApi vamp = new VampApi(environment.vamp());
            report.begins(recipe, platform.description());
            List<String> there = traces.left(vamp);
            report.note(there.isEmpty() ? "There is nothing of it" : "There is " + String.join(", ", there));
            if (there.isEmpty()) {
                return tell(report, List.of());
            }
            try (EventStream events = EventStream.open(vamp)) {
                report.cleansUp();
                new RecipeRunner(vamp, events, environment.pace(), environment.allowance(), report).cleanUp(recipe);
                return tell(
                        report, new Sweep(vamp, events, environment.pace(), environment.allowance()).remove(traces));
            }
        }
    }

    private static int tell(Report report, List<String> left) {
        if (left.isEmpty()) {
            report.succeeded();
            return 0;
        }
        report.failed("not all of it could be removed", left);
        return 1;
    }
}
