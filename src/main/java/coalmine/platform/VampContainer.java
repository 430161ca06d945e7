package coalmine.platform;

import coalmine.marathon.MarathonApi;
import coalmine.marathon.MarathonException;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import com.github.dockerjava.api.command.CreateContainerCmd;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** A container with a Vamp and its Marathon in it, from when both work until it is closed. */
final class VampContainer implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration ONE_LOOK = Duration.ofSeconds(10);
    private static final int LAST_LINES = 10;

    private final HttpClient http = HttpClient.newHttpClient();
    private final GenericContainer<?> container;
    private final URI vamp;
    private final URI marathon;
    private final Duration patience;

    private VampContainer(GenericContainer<?> container, URI vamp, URI marathon, Duration patience) {
        this.container = container;
        this.vamp = vamp;
        this.marathon = marathon;
        this.patience = patience;
    }

    /**
     * Starts one, and waits until a real request works: both tell their versions, and all of Vamp's own workflows run.
     *
     * @param image which is there
     * @param command makes it what it is to be
     * @param vamp where Vamp can be reached from here
     * @param marathon where Marathon can be reached from here
     * @param patience how long that may take, on the wall
     * @throws IllegalStateException if it does not start, or does not get to work; the message says what it printed last
     */
    static VampContainer start(
            String image, Consumer<CreateContainerCmd> command, URI vamp, URI marathon, Duration patience) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withCreateContainerCmdModifier(command)
                .withImagePullPolicy(name -> false)
                .waitingFor(new AbstractWaitStrategy() {
                    @Override
                    protected void waitUntilReady() {
                        // is waited for below, where what was seen last can be told
                    }
                });
        VampContainer started = new VampContainer(container, vamp, marathon, patience);
        try {
            container.start();
        } catch (RuntimeException e) {
            String why = Engine.rootMessage(e);
            started.close();
            throw new IllegalStateException("a container of " + image + " does not start: " + why + remedy(why), e);
        }
        started.awaitWork();
        return started;
    }

    private static String remedy(String why) {
        return why.contains("address already in use") || why.contains("port is already allocated")
                ? "; end what holds the port"
                : "";
    }

    /** Kills all of it at once, as a power cut would, and starts it again with the file system that it had; waits until it works again. */
    void killAndStart() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
        awaitWork();
    }

    private void awaitWork() {
        AtomicReference<String> last = new AtomicReference<>("");
        try {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(LOOK_EVERY)
                    .atMost(patience)
                    .failFast("it has ended", () -> !container.isRunning())
                    .until(() -> {
                        Optional<String> missing = missing();
                        missing.ifPresent(last::set);
                        return missing.isEmpty();
                    });
        } catch (ConditionTimeoutException e) {
            throw failed("does not get to work within " + patience.toSeconds() + " s: " + last.get());
        } catch (TerminalFailureException e) {
            throw failed("has ended");
        }
    }

    /** What does not work yet. */
    private Optional<String> missing() {
        Optional<String> silent = silent();
        if (silent.isPresent()) {
            return silent;
        }
        try {
            VampApi api = new VampApi(vamp);
            api.info();
            new MarathonApi(marathon).version();
            List<String> idle = api.names("workflows").stream()
                    .filter(name -> !api.workflowStatus(name).equals(Optional.of("running")))
                    .toList();
            return idle.isEmpty() ? Optional.empty() : Optional.of("its workflows " + idle + " do not run");
        } catch (VampException | MarathonException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Why there is nobody yet to be asked anything; looked at again and again, so that it must cost little. */
    private Optional<String> silent() {
        try {
            int status = http.send(
                            HttpRequest.newBuilder(vamp.resolve("/api/v1/info"))
                                    .timeout(ONE_LOOK)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            return status < 500 ? Optional.empty() : Optional.of(vamp + " answers " + status);
        } catch (IOException e) {
            return Optional.of(vamp + " does not answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a container", e);
        }
    }

    /** What it has printed so far. */
    String printed() {
        return container.getLogs();
    }

    private IllegalStateException failed(String how) {
        List<String> lines = printed().strip().lines().toList();
        String last = String.join(
                System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        close();
        return new IllegalStateException("the container of " + container.getDockerImageName() + " " + how
                + (last.isBlank()
                        ? "; it has printed nothing"
                        : "; what it printed last:" + System.lineSeparator() + last));
    }

    @Override
    public void close() {
        container.stop();
    }
}
