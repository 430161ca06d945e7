package coalmine.time;

import java.time.Duration;

/**
 * The moment until which something must have happened, counted on this process's monotonic clock: platform time plus what the platform
 * allows for its own machine.
 */
public final class Deadline {

    private final PlatformDuration limit;
    private final long endNanos;

    private Deadline(PlatformDuration limit, long endNanos) {
        this.limit = limit;
        this.endNanos = endNanos;
    }

    /**
     * A deadline that counts from now.
     *
     * @param limit how much platform time there is
     * @param pace the platform's pace
     * @param allowance time on the wall that the platform's own machine may take on top
     */
    public static Deadline in(PlatformDuration limit, Pace pace, Duration allowance) {
        return since(System.nanoTime(), limit, pace, allowance);
    }

    /**
     * A deadline that counts from an earlier moment.
     *
     * @param startNanos a reading of {@link System#nanoTime()}
     * @param limit how much platform time there is from then on
     * @param pace the platform's pace
     * @param allowance time on the wall that the platform's own machine may take on top
     */
    public static Deadline since(long startNanos, PlatformDuration limit, Pace pace, Duration allowance) {
        return new Deadline(limit, startNanos + pace.onTheWall(limit).toNanos() + allowance.toNanos());
    }

    /** The time left on the wall, zero once the deadline has passed. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }

    /**
     * Whether something happened in time.
     *
     * @param nanos when it happened, by {@link System#nanoTime()}
     */
    public boolean includes(long nanos) {
        return nanos - endNanos <= 0;
    }

    public boolean hasPassed() {
        return System.nanoTime() - endNanos >= 0;
    }

    @Override
    public String toString() {
        return limit.toString();
    }
}
