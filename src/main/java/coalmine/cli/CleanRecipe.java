package coalmine.cli;

import coalmine.journal.PastRun;
import coalmine.platform.Environment;
import coalmine.platform.Platform;
import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeRunner;
import coalmine.recipe.Sweep;
import coalmine.recipe.Traces;
import coalmine.vamp.EventStream;
import coalmine.vamp.VampApi;
import java.net.URI;
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
    private JournalOptions journals;

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
            List<String> left = there.isEmpty() ? there : remove(recipe, traces, environment, vamp, report);
            if (platform.isShared()) {
                settle(vamp, environment.vamp().url());
            }
            return tell(report, left);
        }
    }

    private static List<String> remove(
            Recipe recipe, Traces traces, Environment environment, VampApi vamp, Report report) {
        try (EventStream events = EventStream.open(vamp)) {
            report.cleansUp();
            new RecipeRunner(vamp, events, environment.pace(), environment.allowance(), report).cleanUp(recipe);
            return new Sweep(vamp, events, environment.pace(), environment.allowance()).remove(traces);
        }
    }

    /** What runs had kept on this Vamp is not theirs any more once it is gone: who makes it anew keeps it. */
    private void settle(VampApi vamp, URI url) {
        PastRun.unfinished(journals.folder()).stream()
                .filter(run -> run.place().isAt(url) && run.process().isEmpty())
                .forEach(run -> run.settle(vamp));
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
