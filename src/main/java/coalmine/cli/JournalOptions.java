package coalmine.cli;

import coalmine.journal.Journal;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where it is written down what a run creates on a Vamp that outlives it. */
final class JournalOptions {

    @Option(
            names = "--journal",
            paramLabel = "FOLDER",
            description =
                    "Where runs on a Vamp that is there already write down what they create, for 'clean'; -Dcoalmine.journal if not given, or"
                            + " else .coalmine/runs.")
    private Optional<Path> folder = Optional.empty();

    Path folder() {
        return folder.orElseGet(Journal::folder);
    }

    /** The option as it was given, to be given again. */
    String again() {
        return folder.map(it -> " --journal " + it).orElse("");
    }
}
