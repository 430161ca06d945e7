package coalmine.cli;

import coalmine.journal.Claim;
import coalmine.journal.Journal;
import coalmine.journal.Place;
import coalmine.platform.Environment;
import coalmine.platform.Platform;
import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeRunner;
import coalmine.recipe.Step;
import coalmine.recipe.Traces;
import coalmine.vamp.EventStream;
import coalmine.vamp.VampApi;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs recipes, and cleans up after them. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        header = "Runs recipes, and cleans up after them.",
        description = {
            "Runs recipes one after the other, and cleans up after each: also when a step fails, and after Ctrl-C.",
            "Without options for a platform they run on a sandbox that is started for them. Times are the platform's."
        },
        footer = {
            "",
            "Examples:",
            "  coalmine recipes run canary-release",
            "  coalmine recipes run my/folder --set port=9051",
            "  coalmine recipes run --all --json",
            "  coalmine recipes run canary-release --until \"Send traffic\" --keep --vamp http://127.0.0.1:8080 \\",
            "          --marathon http://127.0.0.1:9090",
            "",
            "It ends with 0 if all recipes succeeded and left nothing, with 1 if not."
        })
final class RunRecipes implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "NAME|FOLDER", description = "The recipes.")
    private List<String> names = List.of();

    @Option(names = "--all", description = "Runs all recipes that 'recipes list' lists.")
    private boolean all;

    @Option(
            names = "--until",
            paramLabel = "STEP",
            description = "Ends the run with this step: its number, or how its description begins.")
    private Optional<String> until = Optional.empty();

    @Option(
            names = "--keep",
            description =
                    "Leaves what the recipe made, to be looked at. A sandbox that was started for it stays up until Ctrl-C.")
    private boolean keep;

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
        Map<String, Recipe> chosen = chosen();
        boolean succeeded = true;
        try (Interruption interruption = new Interruption();
                Platform platform = platforms.open(chosen.values());
                Environment environment = platform.lend();
                OutputOptions.Open report = output.open(spec, environment.pace())) {
            Optional<Journal> journal =
                    platform.isShared() ? Optional.of(journal(environment, report)) : Optional.empty();
            for (Map.Entry<String, Recipe> recipe : chosen.entrySet()) {
                if (!interruption.hasCome()) {
                    succeeded &= run(
                            recipe.getKey(),
                            recipe.getValue(),
                            platform.description(),
                            environment,
                            journal,
                            report.report(),
                            interruption);
                }
            }
            platform.remarks().forEach(report.report()::note);
            journal.ifPresent(Journal::close);
            if (keep && platforms.isOwn() && !interruption.hasCome()) {
                report.report()
                        .note("The sandbox stays up until Ctrl-C: Vamp " + environment.vamp() + ", Marathon "
                                + environment.marathon() + ", gateways on " + environment.gatewayHost());
                interruption.await();
            }
            return succeeded && !interruption.hasCome() ? 0 : 1;
        }
    }

    private Journal journal(Environment environment, OutputOptions.Open report) {
        Journal journal = Journal.begin(
                journals.folder(),
                "recipes run " + (all ? "--all" : String.join(" ", names)),
                Place.of(
                        environment.vamp().url(),
                        environment.marathon().url(),
                        environment.gatewayHost(),
                        environment.pace().platformSecondsPerSecond(),
                        recipes.namespace()),
                new VampApi(environment.vamp()));
        report.report()
                .note("Run " + journal.id() + ". Should it end in the middle, this removes what it has left: "
                        + Launcher.command() + " clean --run " + journal.id() + journals.again());
        return journal;
    }

    private Map<String, Recipe> chosen() {
        if (all != names.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Name the recipes to run, or say --all for all of them.");
        }
        List<String> wanted = all ? RecipeOptions.book().names() : names;
        if (until.isPresent() && wanted.size() > 1) {
            throw new ParameterException(spec.commandLine(), "--until can be said of one recipe only.");
        }
        Map<String, Recipe> chosen = new LinkedHashMap<>();
        wanted.forEach(name -> chosen.put(name, recipes.read(name)));
        // So that a step which is not there is told before anything is done.
        until.ifPresent(step -> chosen.values().forEach(recipe -> recipe.find(step)));
        return chosen;
    }

    /** Answers whether all went well. */
    private boolean run(
            String name,
            Recipe recipe,
            String platform,
            Environment environment,
            Optional<Journal> journal,
            Report report,
            Interruption interruption) {
        VampApi vamp = new VampApi(environment.vamp(), sent -> journal.ifPresent(it -> it.before(sent)));
        Traces traces = Traces.of(recipe);
        report.begins(recipe, platform);
        List<String> there = traces.left(vamp);
        if (!there.isEmpty()) {
            report.failed(
                    "it was not started, as what it would make is there already: " + String.join(", ", there)
                            + ". Remove it with: " + cleaning(name),
                    List.of());
            return false;
        }
        Optional<String> inTheWay = journal.flatMap(it -> inTheWay(recipe, vamp));
        if (inTheWay.isPresent()) {
            report.failed("it was not started, as " + inTheWay.get(), List.of());
            return false;
        }
        // What its workflows create, this process does not send.
        journal.ifPresent(it -> it.expects(Traces.ofWorkflows(recipe).paths()));
        try (EventStream events = EventStream.open(vamp)) {
            RecipeRunner runner = new RecipeRunner(vamp, events, environment.pace(), environment.allowance(), report);
            List<Step> steps =
                    until.map(step -> recipe.until(recipe.find(step))).orElse(recipe.run());
            Outcome run;
            try {
                run = Outcome.of(runner.runAll(steps));
            } finally {
                interruption.undoing();
            }
            if (keep) {
                report.note("Kept: " + String.join(", ", traces.left(vamp))
                        + (platforms.isOwn() ? "" : ". Remove it with: " + cleaning(name)));
                return run.tell(report, List.of());
            }
            report.cleansUp();
            Outcome cleanUp = Outcome.of(runner.cleanUp(recipe));
            journal.ifPresent(Journal::settle);
            return run.and(cleanUp).tell(report, traces.left(vamp));
        }
    }

    /** What of others would be disturbed on a Vamp that is theirs as well. */
    private Optional<String> inTheWay(Recipe recipe, VampApi vamp) {
        Set<String> foreign = Traces.foreign(recipe);
        return recipes.namespace().prefix().isEmpty() || foreign.isEmpty()
                ? Claim.to(recipes.namespace())
                        .holder(vamp)
                        .map(run -> "run " + run
                                + " of the suite uses these names; if it has ended in the middle, this removes what it"
                                + " has left: " + Launcher.command() + " clean --run " + run)
                : Optional.of("it would take away " + String.join(", ", foreign)
                        + ", and a run with a namespace is not alone on this Vamp");
    }

    private String cleaning(String name) {
        return Launcher.command() + " recipes clean " + name + recipes.again() + platforms.again() + journals.again();
    }
}
