package coalmine.cli;

import coalmine.report.Documentation;
import coalmine.report.LivingDocumentation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the living documentation again out of what runs of the suite left behind. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        header = "Makes the living documentation of one or more runs of the suite.",
        description = {
            "Reads the messages that runs left behind, and needs nothing else of them. Of several runs, each scenario's last result",
            "counts, in whatever order they are given."
        },
        footer = {
            "",
            "Examples:",
            "  coalmine report target/living-documentation/messages.ndjson",
            "  coalmine report monday.ndjson tuesday.ndjson --into week"
        })
final class ReportCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A messages.ndjson of a run.")
    private List<Path> messages;

    @Option(
            names = "--into",
            paramLabel = "FOLDER",
            defaultValue = "living-documentation",
            description = "The site's folder; ${DEFAULT-VALUE} if not given.")
    private Path target;

    @Override
    public void run() {
        Documentation documentation = LivingDocumentation.build(messages, target);
        PrintWriter out = spec.commandLine().getOut();
        out.println(documentation.verdict());
        out.println("Living documentation: " + target.resolve("index.html").toUri());
        out.flush();
    }
}
