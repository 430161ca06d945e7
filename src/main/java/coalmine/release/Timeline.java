package coalmine.release;

import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * When a release did what, in platform seconds from its zero. Every time is rounded to a tenth of a second once and for all, so that a span between two
 * marks is the same wherever it is told.
 */
public final class Timeline {

    /**
     * Harm that was done to a version.
     *
     * @param atNanos when, by {@link System#nanoTime()}
     * @param breed to whom, such as {@code sava:1.1}
     * @param how as a past participle, such as {@code killed}
     */
    public record Harm(long atNanos, String breed, String how) {}

    /**
     * What was seen of the release of one service.
     *
     * @param young the breed that is being released; one that has no weights has no marks of them
     * @param weights every setting of them
     * @param health what was told of the young breed's and of every harmed one's: 0 or 1
     * @param answers what users got
     */
    public record Seen(
            String young,
            List<Moment<Weights>> weights,
            List<Moment<Health>> health,
            List<Harm> harms,
            List<Answer> answers) {}

    /**
     * What was told of a breed's health.
     *
     * @param value from 0 to 1
     */
    public record Health(String breed, double value) {}

    private final Seen seen;
    private final long zeroNanos;
    private final Pace pace;

    /**
     * @param zeroNanos where it counts from, by {@link System#nanoTime()}: the first harm, or the last When if none was done
     */
    public Timeline(Seen seen, long zeroNanos, Pace pace) {
        this.seen = seen;
        this.zeroNanos = zeroNanos;
        this.pace = pace;
    }

    /** A moment in platform time from zero, to a tenth of a second. */
    public PlatformDuration at(long nanos) {
        return span(zeroNanos, nanos);
    }

    private PlatformDuration span(long fromNanos, long toNanos) {
        long nanos = pace.onThePlatform(Duration.ofNanos(toNanos - fromNanos))
                .value()
                .toNanos();
        return PlatformDuration.millis(Math.round(nanos / 1e8) * 100);
    }

    /** All marks, in the order of time. */
    public List<Mark> marks() {
        List<Mark> marks = new ArrayList<>();
        LongPredicate always = nanos -> true;
        share(always, share -> share > 0).ifPresent(at -> marks.add(mark(Mark.Kind.FIRST_SHIFT, at, Optional.empty())));
        share(always, share -> share == 100).ifPresent(at -> marks.add(mark(Mark.Kind.PROMOTED, at, Optional.empty())));
        List<Harm> harms = seen.harms();
        if (harms.isEmpty()) {
            marks.addAll(course(seen.young(), Optional.empty(), since(zeroNanos)));
        }
        for (int i = 0; i < harms.size(); i++) {
            Harm harm = harms.get(i);
            marks.add(new Mark(
                    Mark.Kind.HARMED,
                    harm.breed().replace(':', ' ') + " " + harm.how(),
                    at(harm.atNanos()),
                    Optional.of(PlatformDuration.ZERO)));
            LongPredicate untilNext =
                    i + 1 < harms.size() ? since(harms.get(i + 1).atNanos()).negate() : always;
            marks.addAll(course(
                    harm.breed(), Optional.of(harm), since(harm.atNanos()).and(untilNext)));
        }
        marks.sort(Comparator.comparing(Mark::at));
        return List.copyOf(marks);
    }

    /** What followed in some time, whether or not harm was done at its beginning. */
    private List<Mark> course(String breed, Optional<Harm> harm, LongPredicate time) {
        List<Mark> marks = new ArrayList<>();
        seen.answers().stream()
                .filter(Answer::isError)
                .map(Answer::endedNanos)
                .filter(time::test)
                .min(Comparator.comparing(nanos -> nanos - zeroNanos))
                .ifPresent(at -> marks.add(mark(Mark.Kind.FIRST_ERROR, at, harm)));
        Optional<Long> detected = told(breed, time, health -> health == 0);
        detected.ifPresent(at -> marks.add(mark(Mark.Kind.DETECTED, at, harm)));
        detected.flatMap(sick -> told(breed, time.and(since(sick)), health -> health == 1))
                .ifPresent(at -> marks.add(mark(Mark.Kind.HEALTHY, at, harm)));
        Optional<Long> rolledBack = withdrawn(time);
        rolledBack.ifPresent(at -> marks.add(mark(Mark.Kind.ROLLED_BACK, at, harm)));
        rolledBack
                .flatMap(back -> share(time.and(since(back)), share -> share > 0))
                .ifPresent(at -> marks.add(mark(Mark.Kind.RESTARTED, at, harm)));
        return marks;
    }

    private Mark mark(Mark.Kind kind, long nanos, Optional<Harm> harm) {
        return new Mark(kind, kind.words(), at(nanos), harm.map(it -> span(it.atNanos(), nanos)));
    }

    private LongPredicate since(long nanos) {
        return other -> other - nanos >= 0;
    }

    /** The first setting of the young breed's share that is wanted. */
    private Optional<Long> share(LongPredicate time, Predicate<Integer> wanted) {
        return seen.weights().stream()
                .filter(moment -> time.test(moment.atNanos()) && wanted.test(share(moment)))
                .map(Moment::atNanos)
                .findFirst();
    }

    private int share(Moment<Weights> moment) {
        return moment.value().of(seen.young());
    }

    /** The first setting of the young breed's share to nothing, when it had something. */
    private Optional<Long> withdrawn(LongPredicate time) {
        boolean hadTraffic = false;
        for (Moment<Weights> moment : seen.weights()) {
            if (hadTraffic && share(moment) == 0 && time.test(moment.atNanos())) {
                return Optional.of(moment.atNanos());
            }
            hadTraffic = share(moment) > 0;
        }
        return Optional.empty();
    }

    private Optional<Long> told(String breed, LongPredicate time, Predicate<Double> wanted) {
        return seen.health().stream()
                .filter(moment -> moment.value().breed().equals(breed)
                        && time.test(moment.atNanos())
                        && wanted.test(moment.value().value()))
                .map(Moment::atNanos)
                .findFirst();
    }
}
