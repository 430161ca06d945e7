package coalmine.sandbox.vamp.artifact;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** When a workflow runs (facts 1.7). */
public sealed interface Schedule {

    /** The form in which Vamp answers it. */
    Object tree();

    /** All the time. */
    record Daemon() implements Schedule {

        @Override
        public Object tree() {
            return "daemon";
        }
    }

    /** Once for each event that carries all of the tags. */
    record OnEvent(Set<String> tags) implements Schedule {

        @Override
        public Object tree() {
            return Tree.of("event", Tree.of("tags", List.copyOf(tags)));
        }
    }

    /**
     * Again and again.
     *
     * @param repeat how often; for ever if it is empty
     * @param start of the first run; at once if it is empty
     */
    record InTime(Duration period, Optional<Integer> repeat, Optional<Instant> start) implements Schedule {

        @Override
        public Object tree() {
            Map<String, Object> time = Tree.of("period", period.toString());
            repeat.ifPresent(times -> time.put("repeat", times));
            start.ifPresent(at -> time.put("start", at.toString()));
            return Tree.of("time", time);
        }
    }

    /** Reads what stands under {@code schedule}. */
    static Schedule readIn(Dsl parent) {
        Object given = parent.peek("schedule").orElseThrow(() -> VampError.missing("/schedule"));
        if (given instanceof Map<?, ?> map
                && map.size() == 1
                && (map.containsKey("event") || map.containsKey("time"))) {
            Dsl schedule = parent.object("schedule").orElseThrow();
            return schedule.has("event") ? event(schedule) : time(schedule);
        }
        if (!given.equals("daemon")) {
            throw VampError.wrong("Undefined workflow schedule - only daemon, event and time schedules are supported.");
        }
        parent.ignore("schedule");
        return new Daemon();
    }

    private static Schedule event(Dsl schedule) {
        boolean wrapped = schedule.peek("event").orElseThrow() instanceof Map;
        List<Object> given = wrapped ? schedule.object("event").orElseThrow().list("tags") : schedule.list("event");
        Set<String> tags = new LinkedHashSet<>();
        given.forEach(tag -> tags.add(Dsl.asText("event", tag)));
        if (tags.isEmpty()) {
            throw VampError.missing("/schedule/event/tags");
        }
        return new OnEvent(tags);
    }

    private static Schedule time(Dsl schedule) {
        if (!(schedule.peek("time").orElseThrow() instanceof Map)) {
            return new InTime(period(schedule.requiredText("time")), Optional.empty(), Optional.empty());
        }
        Dsl time = schedule.object("time").orElseThrow();
        return new InTime(
                period(time.requiredText("period")),
                time.integer("repeat"),
                time.text("start").map(Schedule::moment));
    }

    private static Duration period(String text) {
        try {
            Duration period = Duration.parse(text);
            if (period.compareTo(Duration.ZERO) > 0) {
                return period;
            }
        } catch (DateTimeException e) {
            // The same is wrong with it as with one that is no time at all.
        }
        throw VampError.wrong("Illegal workflow schedule period: " + text);
    }

    private static Instant moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw VampError.unexpectedType("start");
        }
    }
}
