package coalmine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RegressionTest {

    private final List<PastRun> runs = new ArrayList<>();

    private void usual() {
        for (int i = 0; i < Regression.BASELINE; i++) {
            add(9 + i % 3);
        }
    }

    private void add(double median) {
        runs.add(run(median, "passed", 10));
    }

    private static PastRun run(double median, String result, double pace) {
        return new PastRun(
                "2026-11-23T03:00:00Z",
                "sandbox",
                "a sandbox",
                pace,
                60,
                0,
                0,
                List.of(median - 1, median, median + 30),
                Map.of("a", result));
    }

    @Test
    void two_slow_runs_one_after_the_other_are_a_regression_and_one_is_none() {
        usual();
        add(12);
        assertThat(Regression.of(runs)).isEmpty();
        add(11.5);
        assertThat(Regression.of(runs))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains(
                                "11.5 s from the kill in the median of this run",
                                "12 s in that of the run before",
                                "at most 11 s"));
    }

    @Test
    void as_slow_as_the_slowest_is_not_slower() {
        usual();
        add(11);
        add(11);
        assertThat(Regression.of(runs)).isEmpty();
    }

    @Test
    void it_strikes_night_after_night_until_the_rollbacks_are_fast_again() {
        usual();
        for (int night = 0; night < 30; night++) {
            add(15);
            assertThat(Regression.of(runs).isPresent()).isEqualTo(night > 0);
        }
        add(9);
        assertThat(Regression.of(runs)).isEmpty();
        add(15);
        assertThat(Regression.of(runs)).isEmpty();
    }

    @Test
    void only_green_runs_on_the_same_platform_at_the_same_pace_are_what_others_are_compared_with() {
        usual();
        runs.add(run(50, "failed", 10));
        add(9);
        runs.add(run(99, "passed", 1));
        add(12);
        add(12);
        assertThat(Regression.of(runs)).isPresent();
    }

    @Test
    void with_too_few_runs_nothing_can_be_said() {
        usual();
        runs.remove(0);
        add(50);
        add(50);
        assertThat(Regression.of(runs)).isEmpty();
        assertThat(Regression.of(List.of())).isEmpty();
    }

    @Test
    void a_run_in_which_nothing_was_killed_is_not_slow() {
        usual();
        add(50);
        runs.add(HistoryTest.run("2026-11-23T03:00:00Z", Map.of("a", "passed")));
        assertThat(Regression.of(runs)).isEmpty();
    }

    @Test
    void false_alarms_are_as_rare_as_the_number_of_orders_says() {
        assertThat(Regression.falseAlarmRate()).isCloseTo(1 / 231.0, within(1e-9));

        Random random = new Random(42);
        int nights = 20_000;
        int alarms = 0;
        for (int night = 0; night < nights; night++) {
            runs.clear();
            for (int i = 0; i < Regression.BASELINE + 2; i++) {
                add(10 + random.nextGaussian());
            }
            alarms += Regression.of(runs).isPresent() ? 1 : 0;
        }
        // Four standard deviations: a right rate fails here once in 16,000 seeds, and the seed is given.
        double rate = Regression.falseAlarmRate();
        assertThat((double) alarms / nights).isCloseTo(rate, within(4 * Math.sqrt(rate / nights)));
    }

    @Test
    void in_a_long_history_without_a_change_false_alarms_are_as_rare() {
        Random random = new Random(7);
        int alarms = 0;
        int nights = 0;
        for (int history = 0; history < 40; history++) {
            runs.clear();
            for (int night = 0; night < 200; night++) {
                add(10 + random.nextGaussian());
                if (night > Regression.BASELINE) {
                    nights++;
                    alarms += Regression.of(runs.subList(Math.max(0, runs.size() - Trends.LAST), runs.size()))
                                    .isPresent()
                            ? 1
                            : 0;
                }
            }
        }
        // Leaving alarms out of what is compared with makes further ones a little more likely.
        assertThat((double) alarms / nights)
                .isBetween(0.5 * Regression.falseAlarmRate(), 1.5 * Regression.falseAlarmRate());
    }
}
