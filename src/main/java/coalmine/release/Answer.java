package coalmine.release;

import java.time.Duration;
import java.util.Optional;

/**
 * How one request of a user went.
 *
 * @param sentNanos when it was sent, by {@link System#nanoTime()}
 * @param endedNanos when its answer was complete, or it failed
 * @param status the answer's status; empty if there was no answer
 * @param version who answered, such as {@code sava 1.1}; empty if the answer did not say
 */
public record Answer(long sentNanos, long endedNanos, Optional<Integer> status, Optional<String> version) {

    /** Whether the user saw an error: no answer at all, or a server error. */
    public boolean isError() {
        return status.isEmpty() || status.get() >= 500;
    }

    /** Whether the user had to wait so long for it, on the wall. */
    boolean took(Duration atLeast) {
        return endedNanos - sentNanos >= atLeast.toNanos();
    }

    @Override
    public String toString() {
        return status.map(it -> "status " + it).orElse("no answer")
                + version.map(it -> " from " + it).orElse("");
    }
}
