package coalmine.cli;

import coalmine.platform.Environment;
import coalmine.platform.Platform;
import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeRunner;
import coalmine.release.ReleaseHistory;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream;
import coalmine.vamp.VampApi;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Carries out a release from its start to its end, as a CI pipeline needs it. */
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        header = "Carries out a release, and waits for its end.",
        description = {
            "Runs a recipe that releases a new version with a canary workflow, and waits until that version has all of the",
            "traffic or the traffic has gone back. Prints the timeline meanwhile. What is deployed stays, and the canary workflow",
            "is removed, so that it does not start over. Times are the platform's."
        },
        footer = {
            "",
            "Examples:",
            "  coalmine release canary-release",
            "  coalmine release challenge-pipeline --set from=1.0 --set to=1.1 \\",
            "          --vamp http://vamp:8080 --marathon http://marathon:9090",
            "",
            "It ends with 0 if the new version was promoted; with 1 if it was rolled back, or neither came about in time."
        })
final class ReleaseCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME|FOLDER",
            description =
                    "A recipe with a workflow whose environment_variables have GATEWAY, SERVICE1 (the old version's route) and SERVICE2.")
    private String name;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            defaultValue = "600",
            converter = SecondsConverter.class,
            description =
                    "How long to wait for the end, once the canary workflow has started; ${DEFAULT-VALUE} if not given.")
    private PlatformDuration within;

    @Mixin
    private RecipeOptions recipes;

    @Mixin
    private PlatformOptions platforms;

    @Mixin
    private OutputOptions output;

    @Override
    public Integer call() {
        Recipe recipe = recipes.read(name);
        Canary canary = Canary.of(recipe);
        try (Interruption interruption = new Interruption();
                Platform platform = platforms.open(List.of(recipe));
                Environment environment = platform.lend();
                OutputOptions.Open open = output.open(spec, environment.pace())) {
            VampApi vamp = new VampApi(environment.vamp());
            Report report = open.report();
            report.begins(recipe, platform.description());
            try (EventStream events = EventStream.open(vamp)) {
                Timeline timeline =
                        new Timeline(canary, events, new ReleaseHistory(events), environment.pace(), report);
                Outcome run =
                        Outcome.of(new RecipeRunner(vamp, events, environment.pace(), environment.allowance(), report)
                                .runAll(recipe.run()));
                if (run.failure().isPresent()) {
                    return end(report, run);
                }
                Verdict verdict = timeline.follow(within);
                interruption.undoing();
                vamp.delete("workflows/" + canary.workflow(), "");
                platform.remarks().forEach(report::note);
                return end(report, verdict.outcome(canary));
            }
        }
    }

    private static int end(Report report, Outcome outcome) {
        return outcome.tell(report, List.of()) ? 0 : 1;
    }

    /** Takes a time to wait, and says what one is. */
    static final class SecondsConverter implements ITypeConverter<PlatformDuration> {

        @Override
        public PlatformDuration convert(String text) {
            if (!text.matches("[1-9][0-9]{0,8}")) {
                throw new TypeConversionException(
                        "a time to wait is a whole number of seconds from 1 to 999999999, but was " + text);
            }
            return PlatformDuration.seconds(Long.parseLong(text));
        }
    }
}
