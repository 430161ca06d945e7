package coalmine.cli;

import coalmine.journal.JournalException;
import coalmine.recipe.RecipeException;
import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. It ends with 0 if all went well, 1 if something failed, and 2 if what it was given was wrong. */
@Command(
        name = "coalmine",
        mixinStandardHelpOptions = true,
        version = "Coalmine 0.1.0",
        description = "Runs recipes on Vamp, and has a sandbox that behaves like one.",
        subcommands = {
            RecipesCommand.class,
            ReleaseCommand.class,
            CleanRun.class,
            SandboxCommand.class,
            DoctorCommand.class,
            ReportCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "First steps:",
            "  coalmine recipes list                        what there is to run",
            "  coalmine recipes run canary-release          runs it on a sandbox, and cleans it up",
            "  coalmine release canary-release              a release from its start to its end",
            "  coalmine clean --run ID                      removes what a run has left that ended in the middle",
            "  coalmine sandbox                             a Vamp to play with by hand",
            "  coalmine doctor --vamp URL --marathon URL    whether the suite could run there",
            "  coalmine report messages.ndjson              the living documentation of a run, made again",
            "",
            "It ends with 0 if all went well, 1 if something failed, 2 if what it was given was wrong."
        })
public final class Coalmine {

    private static final int HELP_WIDTH = 120;

    /** Warns of what a busy machine does to the sandbox; held here, as a logger that nobody holds forgets its level. */
    private static final Logger NETWORKING = Logger.getLogger("io");

    private Coalmine() {}

    public static void main(String[] args) {
        NETWORKING.setLevel(Level.SEVERE);
        System.exit(commandLine().execute(args));
    }

    /** The whole command line, ready to be executed. */
    public static CommandLine commandLine() {
        return new CommandLine(new Coalmine())
                .setUsageHelpWidth(HELP_WIDTH)
                .setParameterExceptionHandler(Coalmine::explainUsage)
                .setExecutionExceptionHandler(Coalmine::explain);
    }

    /** One line of what was wrong is read; a page of help after it is not. */
    private static int explainUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(wrong.getMessage()));
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** What was wrong and what to do is in the message; nobody on a command line wants a stack trace with it. */
    private static int explain(Exception failure, CommandLine command, ParseResult arguments) throws Exception {
        boolean badInput = failure instanceof RecipeException
                || failure instanceof JournalException
                || failure instanceof IllegalArgumentException;
        if (!badInput && failure.getClass().getPackageName().startsWith("java.lang") && failure.getMessage() == null) {
            throw failure;
        }
        command.getErr().println(command.getColorScheme().errorText(String.valueOf(failure.getMessage())));
        command.getErr().flush();
        return badInput ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
    }
}
