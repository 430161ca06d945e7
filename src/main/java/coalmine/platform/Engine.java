package coalmine.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.shaded.org.awaitility.core.ConditionTimeoutException;
import org.testcontainers.utility.DockerImageName;

/** Docker's engine, where Testcontainers finds it. */
public final class Engine {

    private static final String NEEDS = "-Dcoalmine.platform=container needs a Docker engine, and ";

    private Engine() {}

    /** Why there is no engine that works, and what mends it, in a line; empty if there is one. */
    public static Optional<String> problem() {
        try {
            client().pingCmd().exec();
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(e.getMessage());
        } catch (RuntimeException e) {
            return Optional.of(told(dockerHost(), e));
        }
    }

    /**
     * A client of it.
     *
     * @throws IllegalStateException if there is no engine that works; the message is a line that says what mends it
     */
    static DockerClient client() {
        DockerClient client;
        try {
            client = DockerClientFactory.instance().client();
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalStateException(told(dockerHost(), e), e);
        }
        // Testcontainers looks elsewhere when that one does not answer; but it is the one that was meant.
        URI found = DockerClientFactory.instance().getTransportConfig().getDockerHost();
        dockerHost().filter(meant -> !meant.equals(found.toString())).ifPresent(meant -> {
            throw new IllegalStateException(none(Optional.of(meant), ""));
        });
        return client;
    }

    private static Optional<String> dockerHost() {
        return Optional.ofNullable(System.getenv("DOCKER_HOST")).filter(host -> !host.isBlank());
    }

    /** What people are told of an engine that does not work. */
    static String told(Optional<String> dockerHost, Throwable failure) {
        if (causes(failure).anyMatch(it -> String.valueOf(it.getMessage()).contains("testcontainers/ryuk"))) {
            return NEEDS + "the helper that Testcontainers starts on it does not come up (" + rootMessage(failure)
                    + "); TESTCONTAINERS_RYUK_DISABLED=true does without it";
        }
        String why = rootMessage(failure);
        return none(dockerHost, why.startsWith("Could not find a valid Docker environment") ? "" : " (" + why + ")");
    }

    private static String none(Optional<String> dockerHost, String why) {
        return dockerHost
                .map(host -> NEEDS + "none answers at DOCKER_HOST=" + host + why
                        + ": start it there, set DOCKER_HOST to one that runs, or unset it")
                .orElse(NEEDS + "none answers where it usually does, at /var/run/docker.sock" + why
                        + ": install and start Docker, or set DOCKER_HOST to an engine that runs");
    }

    /**
     * The image of a name, which is fetched if it is not there.
     *
     * @throws IllegalArgumentException if there is no such image
     */
    static InspectImageResponse image(String name) {
        DockerClient client = client();
        try {
            new RemoteDockerImage(DockerImageName.parse(name)).get();
            return client.inspectImageCmd(name).exec();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "-Dcoalmine.vamp.image=" + name
                            + ": there is no such image on this Docker engine, and it cannot be fetched ("
                            + rootMessage(e)
                            + "); correct the name, log in to its registry, or leave the property out for "
                            + SandboxImage.NAME,
                    e);
        }
    }

    /** The image of a name, if it is there. */
    static Optional<InspectImageResponse> imageHere(String name) {
        try {
            return Optional.of(client().inspectImageCmd(name).exec());
        } catch (NotFoundException notThere) {
            return Optional.empty();
        }
    }

    /** The labels of an image. */
    static Map<String, String> labels(InspectImageResponse image) {
        return Optional.ofNullable(image.getConfig())
                .map(ContainerConfig::getLabels)
                .orElse(Map.of());
    }

    /** Removes what a newer image of the same name has taken the place of, unless somebody still uses it. */
    static void forget(InspectImageResponse replaced) {
        try {
            client().removeImageCmd(replaced.getId()).exec();
        } catch (DockerException inUse) {
            // then it stays until that is over, and the engine's own clean-up
        }
    }

    /** What the innermost of nested failures says, on a line. */
    static String rootMessage(Throwable failure) {
        Throwable root = causes(failure).reduce((outer, inner) -> inner).orElse(failure);
        if (root instanceof ConditionTimeoutException) {
            return "its registry did not answer in time";
        }
        return Optional.ofNullable(root.getMessage())
                .orElse(root.getClass().getSimpleName())
                .strip()
                .replaceAll("\\s+", " ");
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }
}
