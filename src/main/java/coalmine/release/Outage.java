package coalmine.release;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When users were not served as they should be: from the first request that failed or had to wait to the end of the last one.
 *
 * @param fromNanos when the first of these requests was sent, by {@link System#nanoTime()}
 * @param toNanos when the last of them had its answer
 * @param requests how many they were
 */
public record Outage(long fromNanos, long toNanos, int requests) {

    /**
     * What some answers tell. An error belongs to the outage whenever it comes; a slow answer only if it was asked for before the cause was gone, as whatever
     * made a later one wait was not what made the others fail.
     *
     * @param slow how long an answer takes that its user had to wait for, on the wall
     * @param goneNanos when the cause was gone, by {@link System#nanoTime()}
     */
    public static Optional<Outage> in(List<Answer> answers, Duration slow, long goneNanos) {
        return answers.stream()
                .filter(answer -> answer.isError() || answer.sentNanos() < goneNanos && answer.took(slow))
                .map(answer -> new Outage(answer.sentNanos(), answer.endedNanos(), 1))
                .reduce(Outage::and);
    }

    private Outage and(Outage other) {
        return new Outage(
                Math.min(fromNanos, other.fromNanos), Math.max(toNanos, other.toNanos), requests + other.requests);
    }
}
