package coalmine.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** The command line as people use it, in this process. */
final class Cli {

    /**
     * What a command did.
     *
     * @param code with which the process would have ended
     */
    record Result(int code, String out, String err) {}

    private Cli() {}

    /** The names of the recipes in this source tree. */
    static List<String> ownRecipes() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("recipes"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("recipe.json")))
                    .map(folder -> folder.getFileName().toString())
                    .toList();
        }
    }

    /** As it is where the output is no terminal. */
    static Result run(String... arguments) {
        return run(Ansi.OFF, arguments);
    }

    static Result run(Ansi ansi, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Coalmine.commandLine()
                .setColorScheme(Help.defaultColorScheme(ansi))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int code = commandLine.execute(arguments);
        return new Result(code, out.toString(), err.toString());
    }
}
