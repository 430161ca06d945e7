package coalmine.vamp;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.vamp.EventStream.Arrival;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final int LOSS = 1;
    private static final int NEXT_LOSS = 2;

    private final Backlog backlog = new Backlog();
    /** Since when all moments are counted, as {@link System#nanoTime()} begins anywhere. */
    private final long zero = backlog.lastHeardNanos();

    private static Event at(String time) {
        return new Event(Set.of("tag"), "", time, "event");
    }

    private static Event second(int second) {
        return at("2026-11-24T00:00:" + (10 + second) + "Z");
    }

    private void heard(Event event, int moment, int loss) {
        backlog.heard(event, zero + moment);
        backlog.add(event, zero + moment, loss);
    }

    private List<Long> moments(Arrival... told) {
        return backlog.release(LOSS, List.of(told)).stream()
                .map(it -> it.atNanos() - zero)
                .toList();
    }

    private Arrival told(Event event, int moment) {
        backlog.heard(event, zero + moment);
        return new Arrival(0, zero + moment, event);
    }

    @Test
    void what_was_heard_keeps_its_time_whatever_time_another_event_claims() {
        heard(at("2030-01-01T00:00:00Z"), 100, LOSS);
        heard(second(1), 200, LOSS);
        heard(at("yesterday"), 300, LOSS);

        assertThat(moments()).containsExactly(200L, 100L, 300L);
    }

    @Test
    void what_was_missed_is_between_its_neighbours_as_its_time_is_between_theirs() {
        Arrival before = told(second(0), 0);
        backlog.addMissed(second(1), zero, zero + 900, LOSS);
        backlog.addMissed(second(2), zero, zero + 900, LOSS);
        heard(second(4), 400, LOSS);

        assertThat(moments(before)).containsExactly(100L, 200L, 400L);
    }

    @Test
    void what_came_after_the_next_loss_waits_and_is_not_overtaken() {
        Arrival before = told(second(0), 0);
        backlog.addMissed(second(8), zero, zero + 900, LOSS);
        heard(second(1), 100, LOSS);
        heard(second(9), 300, NEXT_LOSS);

        assertThat(moments(before)).containsExactly(100L, 300L);
        assertThat(backlog.events()).containsExactly(second(9));
    }

    @Test
    void a_missed_event_is_no_older_than_what_was_heard_before_the_loss_and_no_newer_than_its_reading() {
        Arrival before = told(second(5), 5);
        Arrival last = told(second(0), 500); // Vamp's clock was set back
        backlog.addMissed(second(1), zero + 500, zero + 900, LOSS);
        backlog.addMissed(at("9999-01-01T00:00:00Z"), zero + 500, zero + 900, LOSS);
        backlog.addMissed(at("2016-01-01T00:00:00Z"), zero + 500, zero + 900, LOSS);

        assertThat(moments(before, last))
                .allSatisfy(moment -> assertThat(moment).isBetween(500L, 900L));
    }
}
