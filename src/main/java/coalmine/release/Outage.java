package coalmine.release;

import java.time.Duration;
import java.util.Comparator;
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

    /** So many good answers in a row, and users are served again. */
    private static final int SERVED_AGAIN = 10;

    /**
     * What some answers tell. Once users are served again an error still belongs to the outage, but a slow answer does not: whatever made that one wait, it
     * was not what made the others fail.
     *
     * @param slow how long an answer takes that its user had to wait for, on the wall
     */
    public static Optional<Outage> in(List<Answer> answers, Duration slow) {
        List<Answer> sent = answers.stream()
                .sorted(Comparator.comparingLong(Answer::sentNanos))
                .toList();
        Optional<Outage> outage = Optional.empty();
        int good = 0;
        for (Answer answer : sent) {
            boolean waited = answer.endedNanos() - answer.sentNanos() >= slow.toNanos();
            boolean over = outage.isPresent() && good >= SERVED_AGAIN;
            if (answer.isError() || waited && !over) {
                outage = Optional.of(outage.map(known -> known.and(answer))
                        .orElseGet(() -> new Outage(answer.sentNanos(), answer.endedNanos(), 1)));
                good = 0;
            } else {
                good++;
            }
        }
        return outage;
    }

    private Outage and(Answer answer) {
        return new Outage(fromNanos, Math.max(toNanos, answer.endedNanos()), requests + 1);
    }
}
