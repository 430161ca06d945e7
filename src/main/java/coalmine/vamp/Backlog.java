package coalmine.vamp;

import coalmine.vamp.EventStream.Arrival;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What came after a connection was lost and is not told yet: events that were heard on the next one, and events that were missed and read from Vamp's store
 * since. They are told in the order of Vamp's own times; a missed one gets the time at which it would have been heard.
 */
final class Backlog {

    /**
     * An event and when it was or would have been heard.
     *
     * @param atNanos by {@link System#nanoTime()}
     */
    record Timed(Event event, long atNanos) {}

    /**
     * An event that waits.
     *
     * @param fromNanos before which it was not; when it was heard, if it was
     * @param toNanos after which it was not
     * @param loss after which loss it came, by its number
     */
    private record Waiting(Event event, boolean heard, long fromNanos, long toNanos, int loss) {}

    private final List<Waiting> waiting = new ArrayList<>();
    /** The first and the last that were heard at all: they tell how long a second of Vamp's takes here. */
    private Optional<Timed> first = Optional.empty();

    private Optional<Timed> last = Optional.empty();
    private final long beginNanos = System.nanoTime();

    /** Notes that an event was heard, whether or not it is to wait. */
    void heard(Event event, long atNanos) {
        last = Optional.of(new Timed(event, atNanos));
        first = first.or(() -> last);
    }

    /** When something was heard last, or else when this was begun. */
    long lastHeardNanos() {
        return last.map(Timed::atNanos).orElse(beginNanos);
    }

    void add(Event event, long atNanos, int loss) {
        waiting.add(new Waiting(event, true, atNanos, atNanos, loss));
    }

    /**
     * Adds an event that was read from the store.
     *
     * @param fromNanos when something was heard last before it was missed
     * @param toNanos when it was read
     */
    void addMissed(Event event, long fromNanos, long toNanos, int loss) {
        waiting.add(new Waiting(event, false, fromNanos, toNanos, loss));
    }

    Stream<Event> events() {
        return waiting.stream().map(Waiting::event);
    }

    /**
     * Takes out what came after some losses.
     *
     * @param loss the number of the last of them
     * @param told what was told before
     */
    List<Timed> release(int loss, List<Arrival> told) {
        List<Waiting> due = waiting.stream()
                .filter(it -> it.loss() <= loss)
                .sorted(Comparator.comparing(it -> it.event().at()))
                .toList();
        waiting.removeIf(it -> it.loss() <= loss);
        List<Timed> result = new ArrayList<>();
        for (int i = 0; i < due.size(); i++) {
            Waiting each = due.get(i);
            Optional<Waiting> after = nextHeard(due.subList(i, due.size()));
            result.add(new Timed(each.event(), each.heard() ? each.toNanos() : estimate(each, after, result, told)));
        }
        return result;
    }

    private static Optional<Waiting> nextHeard(List<Waiting> some) {
        return some.stream().filter(Waiting::heard).findFirst();
    }

    /** By how far its own time is from those of what came before and after it; with nothing after it, by how long Vamp's seconds take. */
    private long estimate(Waiting missed, Optional<Waiting> after, List<Timed> result, List<Arrival> told) {
        long latest = Math.min(
                missed.toNanos(),
                after.or(() -> nextHeard(waiting)).map(Waiting::toNanos).orElse(missed.toNanos()));
        long earliest = Math.min(missed.fromNanos(), latest);
        return newestFirst(result, told)
                .filter(it -> it.atNanos() <= latest
                        && !it.event().at().isAfter(missed.event().at()))
                .findFirst()
                .map(before -> {
                    double second = after.map(it -> (latest - before.atNanos()) / seconds(before.event(), it.event()))
                            .orElseGet(this::nanosOfASecond);
                    double since = seconds(before.event(), missed.event()) * second;
                    return Double.isFinite(second) && second >= 0
                            ? before.atNanos() + Math.round(Math.min(since, latest - before.atNanos()))
                            : latest;
                })
                .map(at -> Math.max(at, earliest))
                .orElse(latest);
    }

    private static Stream<Timed> newestFirst(List<Timed> result, List<Arrival> told) {
        return Stream.concat(
                IntStream.range(0, result.size()).mapToObj(i -> result.get(result.size() - 1 - i)),
                IntStream.range(0, told.size())
                        .mapToObj(i -> told.get(told.size() - 1 - i))
                        .map(it -> new Timed(it.event(), it.atNanos())));
    }

    private double nanosOfASecond() {
        return first.flatMap(
                        from -> last.map(to -> (to.atNanos() - from.atNanos()) / seconds(from.event(), to.event())))
                .orElse(Double.NaN);
    }

    private static double seconds(Event from, Event to) {
        return to.at().getEpochSecond()
                - from.at().getEpochSecond()
                + (to.at().getNano() - from.at().getNano()) / 1e9;
    }
}
