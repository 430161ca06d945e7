package coalmine.platform;

import coalmine.sandbox.Machine;
import coalmine.sandbox.Sandbox;
import coalmine.sandbox.vamp.VampVersion;
import coalmine.time.Pace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * A sandbox of its own for every scenario. A few are started ahead and wait with their clocks held still; when one is given back it is closed, and
 * another is started in its place. Each has a loopback address of its own, so that ports which a recipe names are free on it.
 */
public final class SandboxPlatform implements Platform {

    /** What scenarios may count on top of a deadline for this machine, which has other things to do as well. */
    static final Duration ALLOWANCE = Duration.ofSeconds(1);

    private final Pace pace;
    private final Machine machine = new Machine();
    private final List<String> addresses;
    private final AtomicInteger started = new AtomicInteger();
    private final int capacity;
    /** Sandboxes that wait to be lent, and failures to start one, which are lent as well so that nobody waits in vain. */
    private final BlockingQueue<Object> ready = new LinkedBlockingQueue<>();

    private final ExecutorService starting = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "sandboxes");
        thread.setDaemon(true);
        return thread;
    });

    private volatile boolean closed;

    /** Starts the first sandboxes, and waits for them: a scenario beside which others still start would lose time that is not its own. */
    public SandboxPlatform(Pace pace) {
        this.pace = pace;
        this.addresses = loopbackAddresses();
        this.capacity = Math.min(addresses.size(), Runtime.getRuntime().availableProcessors() + 1);
        for (int i = 0; i < capacity; i++) {
            starting.execute(this::startOne);
        }
        awaitFirst();
    }

    private void awaitFirst() {
        try {
            // What is queued behind the first ones runs when they are there.
            starting.submit(() -> {}).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("no sandbox could be started", e.getCause());
        }
    }

    /** Addresses that other processes of this suite are unlikely to use; only the usual one where the system has no others. */
    static List<String> loopbackAddresses() {
        long pid = ProcessHandle.current().pid();
        String network = "127." + (16 + pid % 200) + "." + (pid / 200 % 250) + ".";
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(network + "1"))) {
            return probe.isBound()
                    ? IntStream.rangeClosed(1, 250)
                            .mapToObj(last -> network + last)
                            .toList()
                    : List.of("127.0.0.1");
        } catch (IOException onlyTheUsualOne) {
            return List.of("127.0.0.1");
        }
    }

    private void startOne() {
        if (closed) {
            return;
        }
        String address = addresses.get(started.getAndIncrement() % addresses.size());
        try {
            Sandbox sandbox =
                    Sandbox.start(machine, Sandbox.Options.atPace(pace).on(address));
            sandbox.hold();
            ready.add(sandbox);
        } catch (RuntimeException e) {
            ready.add(e);
        }
    }

    @Override
    public String description() {
        return description(pace, "0.9.2, or 0.9.5 where a scenario says so,");
    }

    static String description(Pace pace, String vamp) {
        return "Coalmine's sandbox, which behaves like Vamp " + vamp + " on Marathon 0.15.6, at pace "
                + (int) pace.platformSecondsPerSecond();
    }

    @Override
    public Pace pace() {
        return pace;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public Optional<String> cannotBe(Set<String> vamps) {
        return Optional.empty();
    }

    @Override
    public Environment lend(Set<String> vamps) {
        VampVersion wanted = vamps.isEmpty() || vamps.contains(VampVersion.V0_9_2.toString())
                ? VampVersion.V0_9_2
                : VampVersion.of(vamps.iterator().next());
        try {
            Object next = ready.take();
            if (next instanceof Sandbox sandbox) {
                return new Lent(wanted == sandbox.version() ? goOn(sandbox) : another(sandbox, wanted));
            }
            starting.execute(this::startOne);
            throw new IllegalStateException("no sandbox could be started", (RuntimeException) next);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a sandbox", e);
        }
    }

    private static Sandbox goOn(Sandbox sandbox) {
        sandbox.goOn();
        return sandbox;
    }

    /** Those that wait are of the version that nearly all scenarios want; another takes the place of one of them. */
    private Sandbox another(Sandbox waiting, VampVersion version) {
        waiting.close();
        return Sandbox.start(
                machine, Sandbox.Options.atPace(pace).on(waiting.gatewayHost()).behavingLike(version));
    }

    @Override
    public void close() {
        closed = true;
        starting.shutdown();
        for (Object waiting = ready.poll(); waiting != null; waiting = ready.poll()) {
            if (waiting instanceof Sandbox sandbox) {
                sandbox.close();
            }
        }
        machine.close();
    }

    private final class Lent implements Environment {
        private final Sandbox sandbox;

        private Lent(Sandbox sandbox) {
            this.sandbox = sandbox;
        }

        @Override
        public URI vamp() {
            return sandbox.vampUrl();
        }

        @Override
        public URI marathon() {
            return sandbox.marathonUrl();
        }

        @Override
        public String gatewayHost() {
            return sandbox.gatewayHost();
        }

        @Override
        public Pace pace() {
            return pace;
        }

        @Override
        public Duration allowance() {
            return ALLOWANCE;
        }

        @Override
        public List<String> workflowOutput() {
            return sandbox.workflowOutput();
        }

        @Override
        public void close() {
            try {
                sandbox.close();
            } finally {
                if (!closed) {
                    starting.execute(SandboxPlatform.this::startOne);
                }
            }
        }
    }
}
