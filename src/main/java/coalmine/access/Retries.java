package coalmine.access;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How often a read that failed on its way is tried again: at most twice, a fifth of a second later and then a second, on the wall, whatever the
 * platform's pace; and not once the first try began more than four seconds ago. Every one is told, so that none hides anything.
 */
public final class Retries {

    private static final Retries NONE = new Retries(List.of(), told -> {});
    private static final List<Duration> PAUSES = List.of(Duration.ofMillis(200), Duration.ofSeconds(1));
    private static final Duration LATEST = Duration.ofSeconds(4);

    private final List<Duration> pauses;
    private final Consumer<String> told;

    private Retries(List<Duration> pauses, Consumer<String> told) {
        this.pauses = pauses;
        this.told = told;
    }

    /** Whatever fails has failed. */
    public static Retries none() {
        return NONE;
    }

    /**
     * For servers beyond a network.
     *
     * @param told hears a line of every one
     */
    public static Retries ofReads(Consumer<String> told) {
        return new Retries(PAUSES, told);
    }

    /**
     * Waits until it is time for another try, and tells of it.
     *
     * @param failed how many have failed
     * @param firstNanos when the first began, by {@link System#nanoTime()}
     * @param what was tried, and how it failed
     * @return whether there is to be another
     */
    boolean again(int failed, long firstNanos, String what) {
        if (failed > pauses.size() || System.nanoTime() - firstNanos > LATEST.toNanos()) {
            return false;
        }
        try {
            new CountDownLatch(1).await(pauses.get(failed - 1).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        tell(what);
        return true;
    }

    /** Tells of something that was done again. */
    public void tell(String what) {
        told.accept(what);
    }
}
