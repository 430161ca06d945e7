package coalmine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.time.Pace;
import coalmine.vamp.FakeVamp;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is left of a sandbox, on a machine that goes on, when it has been closed or has not come up. */
class SandboxEndSystemTest {

    private static final String HOST = "127.5.8.1";
    /** The same in the kernel's tables, on a machine whose lowest byte comes first. */
    private static final String HOST_IN_PROC = "0108057F";

    private static final Sandbox.Options OPTIONS =
            Sandbox.Options.atPace(new Pace(50)).on(HOST);

    private static Machine machine;

    @BeforeAll
    static void openMachine() {
        machine = new Machine();
    }

    @AfterAll
    static void closeMachine() {
        machine.close();
    }

    @Test
    void nothing_in_memory_tells_the_time_of_a_sandbox_that_is_closed() {
        WeakReference<SandboxClock> clock = clockOfOneThatIsClosed();

        await().atMost(Duration.ofSeconds(10)).until(() -> {
            System.gc();
            return clock.refersTo(null);
        });
    }

    /** A method of its own, so that nothing of it stays on the stack. */
    private static WeakReference<SandboxClock> clockOfOneThatIsClosed() {
        try (Sandbox sandbox = Sandbox.start(machine, OPTIONS)) {
            assertThat(sandbox.workflowAgentPid()).isPresent();
            return new WeakReference<>(sandbox.clock());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void when_it_is_closed_nothing_listens_any_more_and_it_can_be_started_again_on_its_ports() throws IOException {
        Sandbox.Options onPort = OPTIONS.withPorts(0, freePort());
        for (int round = 0; round < 2; round++) {
            Sandbox sandbox = Sandbox.start(machine, onPort);
            try (BusyAcceptor busy = new BusyAcceptor(machine)) {
                busy.begin();

                sandbox.close();

                assertThat(listening()).isEmpty();
            }
        }
    }

    /**
     * Keeps the thread that accepts connections from its sockets for 20 ms at a time. Only when it looks at them, Java closes any; what has to be done to
     * close one is done in between.
     */
    private static final class BusyAcceptor implements AutoCloseable {

        private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
        private static final Duration STROKE = Duration.ofNanos(100_000);

        private final EventExecutor thread;
        private volatile boolean ended;

        private BusyAcceptor(Machine machine) {
            thread = ((VertxInternal) machine.newContext().owner())
                    .acceptorEventLoopGroup()
                    .next();
        }

        private void begin() {
            work(System.nanoTime() + BETWEEN_LOOKS.toNanos());
        }

        private void work(long end) {
            if (ended) {
                return;
            }
            LockSupport.parkNanos(STROKE.toNanos());
            if (System.nanoTime() < end) {
                thread.execute(() -> work(end));
            } else {
                thread.schedule(this::begin, 1, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void what_has_started_is_closed_when_the_next_does_not() throws IOException {
        int wanted = freePort();
        try (ServerSocket squatter = new ServerSocket()) {
            assertThatThrownBy(() -> Sandbox.start(machine, OPTIONS.withPorts(wanted, 0), marathon -> {
                        assertThat(listening())
                                .as("the search server and Marathon, when Vamp is about to start")
                                .hasSize(2);
                        take(wanted, squatter);
                        return marathon;
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the sandbox on " + HOST + " failed: ");
        }
        assertThat(listening()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_vamp_that_cannot_reach_its_marathon_leaves_nothing_behind_either() {
        URI nobody = URI.create("http://" + HOST + ":1");

        assertThatThrownBy(() -> Sandbox.start(machine, OPTIONS, marathon -> nobody))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the sandbox on " + HOST + " failed: ");

        assertThat(listening()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void what_comes_up_only_when_the_sandbox_was_given_up_is_closed_as_well() {
        Thread user = Thread.currentThread();
        CountDownLatch givenUp = new CountDownLatch(1);
        try (FakeVamp slowMarathon = new FakeVamp("127.5.8.2")) {
            slowMarathon.when("GET /v2/events", request -> {
                user.interrupt();
                waitFor(givenUp);
                return FakeVamp.Reply.of(200, "");
            });

            assertThatThrownBy(() -> Sandbox.start(machine, OPTIONS, marathon -> slowMarathon.uri()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("interrupted while waiting for the sandbox");
            assertThat(Thread.interrupted()).isTrue();
            givenUp.countDown();

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(listening()).isEmpty());
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    private static void take(int port, ServerSocket squatter) {
        try {
            squatter.bind(new InetSocketAddress(HOST, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What listens on the sandbox's address, as Linux tells it. */
    private static List<String> listening() {
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(table -> lines(Path.of(table)).stream())
                .map(line -> line.trim().split("\\s+"))
                .filter(fields -> fields[1].contains(HOST_IN_PROC) && fields[3].equals("0A"))
                .map(fields -> fields[1])
                .toList();
    }

    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
