package coalmine.cli;

import coalmine.journal.Place;
import coalmine.platform.Endpoints;
import coalmine.platform.OwnSandbox;
import coalmine.platform.Platform;
import coalmine.platform.RemotePlatform;
import coalmine.recipe.Recipe;
import coalmine.time.Pace;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where recipes are run: on a sandbox of their own, unless a Vamp is given. */
final class PlatformOptions {

    private static final double USUAL_SANDBOX_PACE = 10;
    private static final String HEADING = "%nOn a Vamp that is there already:%n"
            + "  Who you are stands in COALMINE_VAMP_TOKEN, or COALMINE_VAMP_USER and COALMINE_VAMP_PASSWORD; the same for its%n"
            + "  Marathon in COALMINE_MARATHON_…. @FILE in one of them means the text of that file.%n";

    @ArgGroup(exclusive = false, heading = HEADING)
    private Remote remote;

    @Option(
            names = "--pace",
            paramLabel = "N",
            converter = PaceConverter.class,
            description =
                    "Platform seconds in a second on the wall: 10 on a sandbox of its own, 1 on another Vamp; one that is a sandbox tells its"
                            + " own.")
    private Optional<Pace> pace = Optional.empty();

    /** A Vamp that somebody else has started. */
    static final class Remote {

        @Option(
                names = "--vamp",
                paramLabel = "URL",
                required = true,
                converter = UrlConverter.class,
                description = "Vamp, such as http://127.0.0.1:8080.")
        private URI vamp;

        @Option(
                names = "--marathon",
                paramLabel = "URL",
                required = true,
                converter = UrlConverter.class,
                description = "Its Marathon, such as http://127.0.0.1:9090.")
        private URI marathon;

        @Option(
                names = "--gateway-host",
                paramLabel = "HOST",
                description = "Where its gateways listen; Vamp's host if not given.")
        private Optional<String> gatewayHost = Optional.empty();

        @Option(
                names = "--ca",
                paramLabel = "FILE",
                description = "A PEM file with an authority of your own, to be believed besides those of Java's.")
        private Optional<String> authority = Optional.empty();

        private Endpoints endpoints() {
            return Endpoints.of(vamp, marathon, gatewayHost, authority);
        }
    }

    /**
     * Opens the platform; the system property {@code coalmine.platform} counts if no option does.
     *
     * @param recipes that are to run on it
     * @throws IllegalArgumentException if it cannot be reached
     */
    Platform open(Collection<Recipe> recipes) {
        if (remote != null) {
            return new RemotePlatform(remote.endpoints(), pace.orElse(Pace.REAL));
        }
        return System.getProperty("coalmine.platform", "sandbox").equals("sandbox")
                ? OwnSandbox.start(pace.orElse(new Pace(USUAL_SANDBOX_PACE)))
                : Platform.chosen(recipes.stream()
                        .flatMap(recipe -> recipe.gatewayPorts().stream())
                        .toList());
    }

    /**
     * The Vamp that is there already, by the options or the system properties; empty if there is none.
     *
     * @throws IllegalArgumentException if what is said of it is wrong
     */
    Optional<Endpoints> remote() {
        if (remote != null) {
            return Optional.of(remote.endpoints());
        }
        return System.getProperty("coalmine.platform", "sandbox").equals("remote")
                ? Optional.of(Endpoints.chosen())
                : Optional.empty();
    }

    /**
     * Opens the Vamp that a run was on, unless options name one.
     *
     * @throws IllegalArgumentException if it cannot be reached
     */
    Platform open(Place place) {
        return remote == null
                ? new RemotePlatform(
                        Endpoints.of(
                                place.vamp(), place.marathon(), Optional.of(place.gatewayHost()), Optional.empty()),
                        pace.orElseGet(() -> new Pace(place.pace())))
                : open(List.of());
    }

    /** Whether the platform is there only for as long as the command runs. */
    boolean isOwn() {
        return remote == null
                && !System.getProperty("coalmine.platform", "sandbox").equals("remote");
    }

    /** The options as they were given, to be given again. */
    String again() {
        return remote == null
                ? ""
                : " --vamp " + remote.vamp + " --marathon " + remote.marathon
                        + remote.authority.map(it -> " --ca " + it).orElse("")
                        + pace.map(it -> " --pace " + it.text()).orElse("");
    }

    /** Takes a pace, and says what one is. */
    static final class PaceConverter implements ITypeConverter<Pace> {

        @Override
        public Pace convert(String text) {
            try {
                return Pace.of(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Takes the URL of a server. */
    static final class UrlConverter implements ITypeConverter<URI> {

        @Override
        public URI convert(String text) {
            try {
                return Endpoints.url(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
