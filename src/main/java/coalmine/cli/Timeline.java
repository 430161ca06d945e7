package coalmine.cli;

import coalmine.release.Moment;
import coalmine.release.ReleaseHistory;
import coalmine.release.Weights;
import coalmine.time.Deadline;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tells of a release as it goes: every setting of the weights, and the health and the redeployments of its two versions. */
final class Timeline {

    private final Canary canary;
    private final EventStream events;
    private final ReleaseHistory history;
    private final Pace pace;
    private final Report report;
    private final long startNanos = System.nanoTime();
    private final int mark;
    /** How many events have been told of, or had nothing to tell. */
    private int told;

    /**
     * A timeline that counts from now.
     *
     * @param history of the same events
     */
    Timeline(Canary canary, EventStream events, ReleaseHistory history, Pace pace, Report report) {
        this.canary = canary;
        this.events = events;
        this.history = history;
        this.pace = pace;
        this.report = report;
        this.mark = events.mark();
        this.told = mark;
    }

    /** Tells what there is to tell until the release has ended, the time is up, or the thread is interrupted. */
    Verdict follow(PlatformDuration within) {
        Deadline deadline = Deadline.in(within, pace, Duration.ZERO);
        boolean more = true;
        while (true) {
            int seen = events.mark();
            Verdict verdict = Verdict.of(
                    canary.newBreed(),
                    history.weights(canary.gateway(), mark).stream()
                            .filter(moment -> moment.index() < seen)
                            .map(Moment::value)
                            .toList());
            tellUntil(seen);
            if (verdict != Verdict.UNDECIDED || !more) {
                tell(System.nanoTime(), verdict.words(canary));
                return verdict;
            }
            more = events.awaitMore(seen, deadline.left());
            if (!more) {
                events.awaitSettled();
            }
        }
    }

    private void tell(long nanos, String what) {
        report.moment(pace.onThePlatform(Duration.ofNanos(nanos - startNanos)), what);
    }

    /** Tells what is new among the events that have been seen. What comes while they are read, one kind after the other, is for the next time. */
    private void tellUntil(int seen) {
        moments().stream()
                .filter(moment -> moment.index() >= told && moment.index() < seen)
                .forEach(moment -> tell(moment.atNanos(), moment.value()));
        told = seen;
    }

    private List<Moment<String>> moments() {
        List<Moment<String>> moments = new ArrayList<>();
        history.weights(canary.gateway(), mark).forEach(it -> moments.add(with(it, text(it.value()))));
        for (String breed : List.of(canary.oldBreed(), canary.newBreed())) {
            changes(history.health(breed, mark))
                    .forEach(it -> moments.add(
                            with(it, "the health of " + breed + " is " + Math.round(it.value() * 100) + "%")));
            history.synchronization(breed, mark)
                    .forEach(it -> moments.add(with(
                            it, breed + (it.value().equals("redeploy") ? " is redeployed" : " is " + it.value()))));
        }
        moments.sort(Comparator.comparingInt(Moment::index));
        return moments;
    }

    private static String text(Weights weights) {
        return weights.byBreed().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(share -> share.getKey() + " " + share.getValue() + "%")
                .collect(Collectors.joining(", "));
    }

    private static <T> Moment<String> with(Moment<T> moment, String text) {
        return new Moment<>(moment.atNanos(), moment.index(), text);
    }

    private static List<Moment<Double>> changes(List<Moment<Double>> ticks) {
        List<Moment<Double>> changes = new ArrayList<>();
        for (Moment<Double> tick : ticks) {
            if (changes.isEmpty() || !changes.get(changes.size() - 1).value().equals(tick.value())) {
                changes.add(tick);
            }
        }
        return changes;
    }
}
