package coalmine.cli;

import coalmine.report.Documentation;
import coalmine.report.LivingDocumentation;
import coalmine.report.Status;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the site of living documentation. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        header = "Makes the site of living documentation out of what runs have left.",
        description = "Of several runs, each scenario's last result counts.",
        footer = {
            "",
            "Examples:",
            "  coalmine report target/living-documentation/messages.ndjson",
            "  coalmine report smoke.ndjson nightly.ndjson --to site"
        })
final class ReportCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "The messages of a run: what Cucumber's message plugin wrote.")
    private List<Path> messages;

    @Option(
            names = "--to",
            paramLabel = "FOLDER",
            defaultValue = "target/living-documentation",
            description = "The site's folder; ${DEFAULT-VALUE} if not given.")
    private Path folder;

    @Override
    public void run() {
        Documentation documentation = LivingDocumentation.build(messages, folder);
        PrintWriter out = spec.commandLine().getOut();
        for (Status status : Status.values()) {
            if (documentation.count(status) > 0) {
                out.println(documentation.count(status) + " "
                        + status.name().toLowerCase(Locale.ROOT).replace('_', ' '));
            }
        }
        out.println("Living documentation: " + folder.resolve("index.html").toUri());
        out.flush();
    }
}
