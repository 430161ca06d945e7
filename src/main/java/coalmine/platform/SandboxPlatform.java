package coalmine.platform;

import coalmine.sandbox.Machine;
import coalmine.sandbox.Sandbox;
import coalmine.sandbox.vamp.VampVersion;
import coalmine.time.Pace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * A sandbox of its own for every scenario. A few are started ahead and wait with their clocks held still; whenever one is taken or has gone, another is started.
 * Each has a loopback address of its own, so that ports which a recipe names are free on it.
 */
public final class SandboxPlatform implements Platform {

    /** How many wait to be lent, so that starting one costs no scenario its time. */
    static final int SPARE = 2;

    /** As many as a machine's memory should have to bear: one takes up to half a GiB. */
    private static final int MOST = 12;

    /** How many a processor may have to bear at once: with three the suite took no less time than with two, measured on two processors. */
    private static final int MOST_FOR_EACH_PROCESSOR = 2;

    /** A sandbox is up within 30 s or given up, which takes as long at most. */
    private static final Duration LAST_START = Duration.ofSeconds(60);

    private final Pace pace;
    private final Machine machine = new Machine();
    private final List<String> addresses;
    private final AtomicInteger started = new AtomicInteger();
    private final BiFunction<Machine, Sandbox.Options, Sandbox> starter;
    private final Admission admission;
    /** Sandboxes that wait to be lent, and failures to start one, which are lent as well so that nobody waits in vain. */
    private final BlockingQueue<Object> ready = new LinkedBlockingQueue<>();

    private final ExecutorService starting = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "sandboxes");
        thread.setDaemon(true);
        return thread;
    });

    /** How many are there or about to be, and how many of these have been lent. */
    private int alive;

    private int lent;

    private volatile boolean closed;

    /** Starts the first sandboxes, and waits for them: a scenario beside which others still start would lose time that is not its own. */
    public SandboxPlatform(Pace pace) {
        this(pace, loopbackAddresses(), Sandbox::start);
    }

    /**
     * @param addresses those that sandboxes may have, each one of them
     * @param starter starts a sandbox
     */
    SandboxPlatform(Pace pace, List<String> addresses, BiFunction<Machine, Sandbox.Options, Sandbox> starter) {
        this.pace = pace;
        this.addresses = addresses;
        this.starter = starter;
        int processors = Runtime.getRuntime().availableProcessors();
        int most = Math.min(addresses.size(), Math.min(MOST, MOST_FOR_EACH_PROCESSOR * processors));
        this.admission = Admission.onThisMachine(Math.min(most, processors), most);
        fill();
        awaitFirst();
    }

    /** Starts what is missing of those that wait. */
    private synchronized void fill() {
        while (!closed && alive - lent < SPARE && alive < addresses.size()) {
            alive++;
            starting.execute(this::startOne);
        }
    }

    /** One that was lent has gone. */
    private void gone() {
        synchronized (this) {
            alive--;
            lent--;
        }
        fill();
        admission.leave();
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

    /** Who starts a sandbox at the end may have it up, with its processes, when all that waited have been closed. */
    private void awaitLast() {
        try {
            starting.awaitTermination(LAST_START.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void startOne() {
        if (closed) {
            return;
        }
        String address = addresses.get(started.getAndIncrement() % addresses.size());
        try {
            Sandbox sandbox =
                    starter.apply(machine, Sandbox.Options.atPace(pace).on(address));
            sandbox.hold();
            ready.add(sandbox);
        } catch (Throwable e) {
            // An Error as well, such as that of a machine without a thread to spare: who waits would wait for ever.
            ready.add(e);
        }
    }

    @Override
    public String description() {
        return description(pace, "0.9.2, or 0.9.5 where a scenario says so,");
    }

    static String description(Pace pace, String vamp) {
        return "Coalmine's sandbox, which behaves like Vamp " + vamp + " on Marathon 0.15.6, at pace " + pace.text();
    }

    @Override
    public Pace pace() {
        return pace;
    }

    @Override
    public int capacity() {
        return admission.most();
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
            admission.enter();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a sandbox", e);
        }
        try {
            Sandbox sandbox = taken();
            Sandbox fitting = wanted == sandbox.version() ? goOn(sandbox) : another(sandbox, wanted);
            return new LentSandbox(fitting, () -> giveBack(fitting));
        } catch (RuntimeException | Error e) {
            gone();
            throw e;
        }
    }

    /** The next of those that wait. */
    private Sandbox taken() {
        try {
            synchronized (this) {
                lent++;
            }
            fill();
            Object next = ready.take();
            if (next instanceof Sandbox sandbox) {
                return sandbox;
            }
            throw new IllegalStateException("no sandbox could be started", (Throwable) next);
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
        return starter.apply(
                machine, Sandbox.Options.atPace(pace).on(waiting.gatewayHost()).behavingLike(version));
    }

    private void giveBack(Sandbox sandbox) {
        try {
            sandbox.close();
        } finally {
            gone();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            starting.shutdown();
        }
        admission.close();
        awaitLast();
        for (Object waiting = ready.poll(); waiting != null; waiting = ready.poll()) {
            if (waiting instanceof Sandbox sandbox) {
                sandbox.close();
            }
        }
        machine.close();
    }
}
