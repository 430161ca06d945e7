package coalmine.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.RemoteDockerImage;
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
        } catch (DockerException e) {
            return Optional.of(told(Optional.ofNullable(System.getenv("DOCKER_HOST")), e));
        }
    }

    /**
     * A client of it.
     *
     * @throws IllegalStateException if there is no engine that works; the message is a line that says what mends it
     */
    static DockerClient client() {
        try {
            return DockerClientFactory.instance().client();
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalStateException(told(Optional.ofNullable(System.getenv("DOCKER_HOST")), e), e);
        }
    }

    /** What people are told of an engine that does not work. */
    static String told(Optional<String> dockerHost, Throwable cause) {
        String why = rootMessage(cause);
        if (why.toLowerCase(java.util.Locale.ROOT).contains("ryuk")) {
            return NEEDS + "the helper that Testcontainers starts on it does not come up (" + why
                    + "); TESTCONTAINERS_RYUK_DISABLED=true does without it";
        }
        return dockerHost
                .map(host -> NEEDS + "none answers at DOCKER_HOST=" + host + " (" + why
                        + "); start it there, or set DOCKER_HOST to one that runs, or unset it")
                .orElseGet(() -> NEEDS + "none answers where it usually does, at /var/run/docker.sock (" + why
                        + "); install and start Docker, or set DOCKER_HOST to an engine that runs");
    }

    /** The image of a name, which is fetched if it is not there.
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

    /** The labels of an image; none if it is not there. */
    static Map<String, String> labels(String name) {
        try {
            return Optional.ofNullable(client().inspectImageCmd(name).exec().getConfig())
                    .map(config -> config.getLabels())
                    .orElse(Map.of());
        } catch (NotFoundException notThere) {
            return Map.of();
        }
    }

    /** What the innermost of nested failures says, on a line. */
    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return Optional.ofNullable(root.getMessage())
                .orElse(root.getClass().getSimpleName())
                .strip()
                .replaceAll("\\s+", " ");
    }
}
