package coalmine.release;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.release.Timeline.Harm;
import coalmine.release.Timeline.Health;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimelineTest {

    /** As near to an overflow as a machine's clock may be. */
    private static final long START = Long.MAX_VALUE - 500_000_000;

    private final Pace pace = new Pace(10);
    private final List<Moment<Weights>> weights = new ArrayList<>();
    private final List<Moment<Health>> health = new ArrayList<>();
    private final List<Harm> harms = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();

    @Test
    void a_kill_and_what_followed_are_told_in_platform_seconds_from_the_kill() {
        setTo(0, 5);
        setTo(35, 40);
        harms.add(new Harm(nanos(37), "a:2", "killed"));
        answer(37.5, 200);
        answer(40.1, 503);
        answer(41, 503);
        setTo(40, 45);
        told("a:2", 44.3, 0);
        told("a:2", 45, 0);
        setTo(46.8, 0);
        told("a:1", 50, 1);
        told("a:2", 74, 1);
        setTo(76.8, 5);

        assertThat(told(0))
                .containsExactly(
                        "first shift -37 s",
                        "a 2 killed 0 s +0 s",
                        "first error seen by a user 3.1 s +3.1 s",
                        "detected 7.3 s +7.3 s",
                        "rolled back 9.8 s +9.8 s",
                        "healthy 37 s +37 s",
                        "restarted 39.8 s +39.8 s");
    }

    @Test
    void a_release_that_meets_the_same_fault_again_has_the_marks_of_both() {
        setTo(0, 40);
        harms.add(new Harm(nanos(10), "a:2", "killed"));
        setTo(20, 0);
        setTo(50, 5);
        harms.add(new Harm(nanos(60), "a:2", "destroyed"));
        setTo(67, 0);

        assertThat(told(0))
                .containsExactly(
                        "first shift -10 s",
                        "a 2 killed 0 s +0 s",
                        "rolled back 10 s +10 s",
                        "restarted 40 s +40 s",
                        "a 2 destroyed 50 s +0 s",
                        "rolled back 57 s +7 s");
    }

    @Test
    void a_promotion_counts_from_the_when_and_has_no_kill() {
        setTo(5, 5);
        setTo(10, 50);
        setTo(15, 100);

        assertThat(told(2)).containsExactly("first shift 3 s", "promoted 13 s");
    }

    @Test
    void what_never_came_has_no_mark_and_what_was_before_the_kill_does_not_count() {
        setTo(0, 40);
        setTo(1, 0);
        answer(1.5, 500);
        told("a:2", 2, 0);
        setTo(3, 5);
        harms.add(new Harm(nanos(5), "a:2", "killed"));
        told("a:2", 6, 1);

        assertThat(told(0)).containsExactly("first shift -5 s", "a 2 killed 0 s +0 s");
    }

    @Test
    void a_version_without_traffic_cannot_be_rolled_back() {
        harms.add(new Harm(nanos(5), "a:2", "killed"));
        setTo(6, 0);

        assertThat(told(0)).containsExactly("a 2 killed 0 s +0 s");
    }

    @Test
    void errors_and_health_are_told_of_a_release_that_shifts_no_traffic_too() {
        answer(2, 503);
        told("a:2", 3, 0);
        told("a:2", 33, 1);

        assertThat(told(1)).containsExactly("first error seen by a user 1 s", "detected 2 s", "healthy 32 s");
    }

    @Test
    void times_are_rounded_to_a_tenth_of_a_second_before_and_after_zero_alike() {
        Timeline timeline = timeline(0);

        assertThat(timeline.at(nanos(0.14))).hasToString("0.1 s");
        assertThat(timeline.at(nanos(-0.14))).hasToString("-0.1 s");
        assertThat(timeline.at(nanos(9.96))).isEqualTo(PlatformDuration.seconds(10));
    }

    private List<String> told(double when) {
        return timeline(when).marks().stream()
                .map(mark -> mark.words() + " " + mark.at()
                        + mark.sinceHarm().map(it -> " +" + it).orElse(""))
                .toList();
    }

    private Timeline timeline(double when) {
        return new Timeline(
                new Timeline.Seen("a:2", weights, health, harms, answers),
                harms.isEmpty() ? nanos(when) : harms.get(0).atNanos(),
                pace);
    }

    private static long nanos(double platformSeconds) {
        return START + Math.round(platformSeconds * 1e8);
    }

    private void setTo(double at, int share) {
        weights.add(new Moment<>(nanos(at), weights.size(), new Weights(Map.of("a:1", 100 - share, "a:2", share))));
    }

    private void told(String breed, double at, double value) {
        health.add(new Moment<>(nanos(at), health.size(), new Health(breed, value)));
    }

    private void answer(double at, int status) {
        answers.add(new Answer(nanos(at - 0.1), nanos(at), Optional.of(status), Optional.empty()));
    }
}
