package coalmine.sandbox.clock;

import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The one clock of a sandbox: everything that waits or stamps asks it. It runs at the sandbox's pace and can be held still, so that a sandbox
 * that waits to be lent neither ages nor works.
 *
 * <p>{@link #now()} and {@link #elapsed()} may be asked from any thread. All else belongs to the sandbox's event-loop context, on which timers
 * also fire.
 */
public final class SandboxClock {

    /** Something outside the event loop, such as a process, that must know how the clock stands. */
    public interface Follower {
        /**
         * The clock was held or goes on.
         *
         * @param now the platform's time at this moment
         * @param running whether it goes on
         */
        void clockChanged(Instant now, boolean running);
    }

    /** A timer that can be called off. */
    public final class Timer {
        private final Runnable action;
        private final long periodNanos;
        private long dueNanos;
        private long vertxId = -1;

        private Timer(long dueNanos, long periodNanos, Runnable action) {
            this.dueNanos = dueNanos;
            this.periodNanos = periodNanos;
            this.action = action;
        }

        /** Calls the timer off; without effect if it has fired or was called off before. */
        public void cancel() {
            timers.remove(this);
            disarm();
        }

        private void disarm() {
            if (vertxId >= 0) {
                vertx.cancelTimer(vertxId);
                vertxId = -1;
            }
        }

        private void arm() {
            double wallMillis = (dueNanos - elapsedNanos()) / pace.platformSecondsPerSecond() / 1e6;
            vertxId = vertx.setTimer(Math.max(1, (long) Math.ceil(wallMillis)), id -> fire());
        }

        private void fire() {
            vertxId = -1;
            if (!timers.contains(this)) {
                return;
            }
            if (periodNanos > 0) {
                // From the due time, not from now, so that a period does not drift; periods that were missed are left
                // out.
                dueNanos += periodNanos * (1 + Math.max(0, elapsedNanos() - dueNanos) / periodNanos);
                arm();
            } else {
                timers.remove(this);
            }
            action.run();
        }
    }

    /** A century; a few of them can be added up in nanoseconds. */
    private static final PlatformDuration NEVER = new PlatformDuration(Duration.ofDays(36_500));

    private final Vertx vertx;
    private final Context context;
    private final Pace pace;
    private final Instant start = Instant.now();
    private final Set<Timer> timers = new LinkedHashSet<>();
    private final CopyOnWriteArrayList<Follower> followers = new CopyOnWriteArrayList<>();
    private volatile Optional<Instant> until = Optional.empty();
    private volatile Reading reading = new Reading(0, System.nanoTime(), true);

    private record Reading(long elapsedNanos, long atNanos, boolean running) {}

    /**
     * A running clock that starts at the present time.
     *
     * @param context the sandbox's event-loop context, on which timers fire
     * @param pace how fast the clock runs
     */
    public SandboxClock(Context context, Pace pace) {
        this.vertx = context.owner();
        this.context = context;
        this.pace = pace;
    }

    public Pace pace() {
        return pace;
    }

    /** The platform's time. */
    public Instant now() {
        return start.plusNanos(elapsedNanos());
    }

    /** How much platform time has passed since the clock started. */
    public PlatformDuration elapsed() {
        return new PlatformDuration(Duration.ofNanos(elapsedNanos()));
    }

    public boolean isRunning() {
        return reading.running;
    }

    /** The moment beyond which the clock will not go by itself, if it was let go on for some time only. */
    public Optional<Instant> until() {
        return until;
    }

    /** Runs an action once, the given platform time from now. */
    public Timer after(PlatformDuration delay, Runnable action) {
        return add(new Timer(elapsedNanos() + nanos(delay), 0, action));
    }

    /** Runs an action again and again; the first time after {@code first}, then in every period. */
    public Timer every(PlatformDuration first, PlatformDuration period, Runnable action) {
        return add(new Timer(elapsedNanos() + nanos(first), nanos(period), action));
    }

    /** Holds the clock still: no timer fires until it goes on. */
    public void hold() {
        change(false);
    }

    /** Lets the clock go on from where it was held. */
    public void goOn() {
        change(true);
    }

    /**
     * Lets the clock go on for some time, and then holds it at exactly that moment, however late this machine comes to it: what is due after it has not
     * happened.
     *
     * @param held is run when it is held
     */
    public void goOnFor(PlatformDuration time, Runnable held) {
        long end = elapsedNanos() + nanos(time);
        until = Optional.of(start.plusNanos(end));
        add(new Timer(end, 0, () -> {
            until = Optional.empty();
            change(false, end);
            held.run();
        }));
        change(true);
    }

    /** Tells a follower how the clock stands, now and after every change. */
    public void follow(Follower follower) {
        followers.add(follower);
        follower.clockChanged(now(), reading.running);
    }

    public void unfollow(Follower follower) {
        followers.remove(follower);
    }

    /** A span in nanoseconds; one that is longer than {@link #NEVER} is as long as that, for nobody will see the end of either. */
    private static long nanos(PlatformDuration span) {
        return span.compareTo(NEVER) < 0
                ? span.value().toNanos()
                : NEVER.value().toNanos();
    }

    private Timer add(Timer timer) {
        timers.add(timer);
        if (reading.running) {
            timer.arm();
        }
        return timer;
    }

    private void change(boolean running) {
        change(running, elapsedNanos());
    }

    private void change(boolean running, long elapsed) {
        if (Vertx.currentContext() != context) {
            throw new IllegalStateException("the clock is held and let go on its own context only");
        }
        if (running == reading.running) {
            return;
        }
        reading = new Reading(elapsed, System.nanoTime(), running);
        for (Timer timer : timers) {
            if (running) {
                timer.arm();
            } else {
                timer.disarm();
            }
        }
        Instant now = now();
        followers.forEach(follower -> follower.clockChanged(now, running));
    }

    private long elapsedNanos() {
        Reading current = reading;
        return current.running
                ? current.elapsedNanos
                        + (long) ((System.nanoTime() - current.atNanos) * pace.platformSecondsPerSecond())
                : current.elapsedNanos;
    }
}
