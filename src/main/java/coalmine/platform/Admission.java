package coalmine.platform;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Lets scenarios in: some always, and more while the machine's processors have time to spare. A scenario waits most of the time, so that more of them than
 * processors keep a quiet machine busy; on one that others work on as well, they would take from each other the time that their deadlines count.
 */
final class Admission implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    /** What of the processors' time may be in use for one more to be let in. */
    private static final double ROOMY = 0.9;
    /** How many looks in a row must have found room: one that was let in takes a moment until it shows. */
    private static final int LOOKS = 2;

    private final int always;
    private final int most;
    private final DoubleSupplier load;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "admission");
        thread.setDaemon(true);
        return thread;
    });
    /** Who waits, the first to have come first: who came last would else be let in first, and the first at the very end of the run. */
    private final Deque<Thread> line = new ArrayDeque<>();

    private int inside;
    private int roomy;

    /**
     * @param always how many are let in whatever the load is
     * @param most how many are let in at most
     * @param load what part of the processors' time was in use since it was last asked, 0 to 1; less than 0 if that is not known
     * @param lookEvery how often the load is asked for
     */
    Admission(int always, int most, DoubleSupplier load, Duration lookEvery) {
        this.always = always;
        this.most = most;
        this.load = load;
        looking.scheduleWithFixedDelay(this::look, lookEvery.toMillis(), lookEvery.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One that looks at this machine. */
    static Admission onThisMachine(int always, int most) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? new Admission(always, most, system::getCpuLoad, LOOK_EVERY)
                : new Admission(always, most, () -> -1, LOOK_EVERY);
    }

    /** How many are let in at most. */
    int most() {
        return most;
    }

    /** One look at the load. */
    private void look() {
        double inUse = load.getAsDouble();
        looked(inUse >= 0 && inUse < ROOMY);
    }

    private synchronized void looked(boolean room) {
        roomy = room ? roomy + 1 : 0;
        notifyAll();
    }

    /** Waits until one more is let in, after all who came before. */
    synchronized void enter() throws InterruptedException {
        Thread self = Thread.currentThread();
        line.add(self);
        try {
            while (line.peek() != self || inside >= always && (inside >= most || roomy < LOOKS)) {
                wait();
            }
            inside++;
            roomy = 0;
        } finally {
            line.remove(self);
            notifyAll();
        }
    }

    /** One has left. */
    synchronized void leave() {
        inside--;
        notifyAll();
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
