package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NightlyTimeTest {

    @Test
    void variables_set_properties_of_ours_and_cucumbers_choice_of_scenarios_but_no_secret() {
        assertThat(Nightly.properties(Map.of(
                        "COALMINE_VAMP_URL", "http://vamp",
                        "CUCUMBER_FILTER_TAGS", "",
                        "COALMINE_MARATHON_TOKEN", "secret",
                        "COALMINE_VAMP_PASSWORD", "secret",
                        "PATH", "/bin")))
                .isEqualTo(Map.of("coalmine.vamp.url", "http://vamp", "cucumber.filter.tags", ""));
    }

    @Test
    void the_next_run_is_today_if_its_time_is_yet_to_come_and_else_tomorrow() {
        LocalTime time = LocalTime.of(3, 17);

        assertThat(Nightly.until(time, ZonedDateTime.parse("2026-11-24T03:00:00Z")))
                .isEqualTo(Duration.ofMinutes(17));
        assertThat(Nightly.until(time, ZonedDateTime.parse("2026-11-24T03:17:00Z")))
                .isEqualTo(Duration.ofDays(1));
        assertThat(Nightly.until(time, ZonedDateTime.parse("2026-11-24T04:00:00Z")))
                .isEqualTo(Duration.ofHours(23).plusMinutes(17));
    }
}
