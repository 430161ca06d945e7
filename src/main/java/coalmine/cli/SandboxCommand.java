package coalmine.cli;

import coalmine.platform.Environment;
import coalmine.platform.NetworkAddress;
import coalmine.platform.OwnSandbox;
import coalmine.time.Pace;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** A Vamp to play with by hand. */
@Command(
        name = "sandbox",
        mixinStandardHelpOptions = true,
        header = "Starts a Vamp to play with by hand.",
        description = {
            "Starts a sandbox: a Vamp with its Marathon that need nothing installed. It stays up until Ctrl-C, and says how to",
            "follow the tutorial of the canary release by hand."
        },
        footer = {
            "",
            "Examples:",
            "  coalmine sandbox                   as slow as a real Vamp",
            "  coalmine sandbox --pace 10         ten times as fast",
            "  coalmine sandbox --vamp 0.9.2      with the defects that Vamp had then"
        })
final class SandboxCommand implements Callable<Integer> {

    private static final String NETWORK = "network";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--pace",
            paramLabel = "N",
            defaultValue = "1",
            converter = PlatformOptions.PaceConverter.class,
            description = "Platform seconds in a second on the wall; ${DEFAULT-VALUE} if not given.")
    private Pace pace;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address that all of it listens on; ${DEFAULT-VALUE} if not given, " + NETWORK
                    + " for this machine's own in its network, as a container needs it.")
    private String host;

    @Option(
            names = "--vamp-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            converter = PortConverter.class,
            description = "The port of Vamp's API; ${DEFAULT-VALUE} if not given, 0 for a free one.")
    private int vampPort;

    @Option(
            names = "--marathon-port",
            paramLabel = "PORT",
            defaultValue = "9090",
            converter = PortConverter.class,
            description = "The port of Marathon's API; ${DEFAULT-VALUE} if not given, 0 for a free one.")
    private int marathonPort;

    @Option(
            names = "--vamp",
            paramLabel = "VERSION",
            defaultValue = "0.9.5",
            description =
                    "The Vamp that it behaves like: 0.9.2 with its defects, or 0.9.5; ${DEFAULT-VALUE} if not given.")
    private String vamp;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (Interruption interruption = new Interruption();
                OwnSandbox sandbox = start();
                Environment environment = sandbox.lend()) {
            out.println(sandbox.description() + ". Ctrl-C ends it.");
            new Tutorial(host.equals(NETWORK) ? new Published(environment) : environment)
                    .lines()
                    .forEach(out::println);
            out.flush();
            interruption.await();
            return 0;
        }
    }

    /** Takes a port, and says what one is. */
    static final class PortConverter implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String text) {
            if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535) {
                throw new TypeConversionException(
                        "a port is a number from 1 to 65535, or 0 for a free one, but was " + text);
            }
            return Integer.valueOf(text);
        }
    }

    private OwnSandbox start() {
        try {
            String address = host.equals(NETWORK) ? NetworkAddress.first().orElse("127.0.0.1") : host;
            return OwnSandbox.start(address, vampPort, marathonPort, pace, vamp);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    e.getMessage() + "; --vamp-port, --marathon-port and --host choose where it listens", e);
        }
    }
}
