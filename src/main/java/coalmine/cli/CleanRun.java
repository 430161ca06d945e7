package coalmine.cli;

import coalmine.journal.PastRun;
import coalmine.journal.Place;
import coalmine.journal.Undoing;
import coalmine.marathon.MarathonApi;
import coalmine.platform.Environment;
import coalmine.platform.Platform;
import coalmine.vamp.VampApi;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Removes what a run has left that ended in the middle. */
@Command(
        name = "clean",
        mixinStandardHelpOptions = true,
        header = "Removes what a run has left that ended in the middle.",
        description = {
            "Removes what a run of the suite, or of 'recipes run', created on a Vamp that is there already, and nothing else: by the",
            "journal that the run has written. What was there before the run stays, and what the run took away is put back. It can be",
            "done again at any time. Without --run it lists the runs that have left something.",
            "Vamp and Marathon are those of the run, unless options name them."
        },
        footer = {
            "",
            "Examples:",
            "  coalmine clean",
            "  coalmine clean --run 20261124-031500-7f3a",
            "",
            "It ends with 0 if nothing is left, with 1 if something is."
        })
final class CleanRun implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--run", paramLabel = "ID", description = "The run; it said its id when it began.")
    private Optional<String> id = Optional.empty();

    @Mixin
    private JournalOptions journals;

    @Mixin
    private PlatformOptions platforms;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int code =
                id.map(run -> clean(PastRun.read(journals.folder(), run), out)).orElseGet(() -> list(out));
        out.flush();
        return code;
    }

    private int list(PrintWriter out) {
        List<PastRun> unfinished = PastRun.unfinished(journals.folder());
        if (unfinished.isEmpty()) {
            Path folder = journals.folder().toAbsolutePath();
            out.println(
                    Files.isDirectory(folder)
                            ? "No run has left anything, by the journals in " + folder
                            : "There is no folder " + folder
                                    + ", where journals would be; --journal, or -Dcoalmine.journal,"
                                    + " names another");
        }
        unfinished.forEach(run ->
                out.println(run.id() + "  " + run.by() + " on " + run.place().vamp()
                        + run.process()
                                .map(process -> ", which process " + process + " is still at")
                                .orElse("")
                        + ": " + String.join(", ", run.created())
                        + (run.taken().isEmpty() ? "" : " it took away " + String.join(", ", run.taken()))));
        return 0;
    }

    private int clean(PastRun run, PrintWriter out) {
        if (!run.isUnfinished()) {
            out.println("Nothing is left of run " + run.id() + ", by its journal");
            return 0;
        }
        Place place = run.place();
        try (Platform platform = platforms.open(place);
                Environment environment = platform.lend()) {
            out.println("Run " + run.id() + ", " + run.by() + ", on " + platform.description());
            out.flush();
            List<String> left = new Undoing(
                            run,
                            new VampApi(environment.vamp()),
                            new MarathonApi(environment.marathon()),
                            environment.pace(),
                            line -> {
                                out.println(line);
                                out.flush();
                            })
                    .undo();
            out.println(left.isEmpty() ? "Nothing is left" : "There is still " + String.join(", ", left));
            return left.isEmpty() ? 0 : 1;
        }
    }
}
