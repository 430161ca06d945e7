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
    private int told;

    /** A timeline that counts from now. */
    Timeline(Canary canary, EventStream events, Pace pace, Report report) {
        this.canary = canary;
        this.events = events;
        this.history = new ReleaseHistory(events);
        this.pace = pace;
        this.report = report;
        this.mark = events.mark();
    }

    /** Tells what there is to tell until the release has ended, the time is up, or the thread is interrupted. */
    Verdict follow(PlatformDuration within) {
        Deadline deadline = Deadline.in(within, pace, Duration.ZERO);
        while (true) {
            int seen = events.mark();
            Verdict verdict = Verdict.of(
                    canary.newBreed(),
                    history.weights(canary.gateway(), mark).stream()
                            .map(Moment::value)
                            .toList());
            tell();
            if (verdict != Verdict.UNDECIDED || !events.awaitMore(seen, deadline.left())) {
                tell(System.nanoTime(), verdict.words(canary));
                return verdict;
            }
        }
    }

    private void tell(long nanos, String what) {
        report.moment(pace.onThePlatform(Duration.ofNanos(nanos - startNanos)), what);
    }

    private void tell() {
        List<Moment<String>> moments = moments();
        moments.subList(Math.min(told, moments.size()), moments.size())
                .forEach(moment -> tell(moment.atNanos(), moment.value()));
        told = moments.size();
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
