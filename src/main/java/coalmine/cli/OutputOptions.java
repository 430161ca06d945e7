package coalmine.cli;

import coalmine.time.Pace;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Whom to tell. */
final class OutputOptions {

    @Option(
            names = "--json",
            description = "Tells machines instead: a JSON object on a line of its own for everything that happens.")
    private boolean json;

    /** A report for as long as it is told. */
    record Open(Report report, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    Open open(CommandSpec spec, Pace pace) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            return new Open(new JsonReport(out), () -> {});
        }
        TextReport text =
                new TextReport(out, spec.commandLine().getColorScheme().ansi(), pace);
        return new Open(text, text::close);
    }
}
