package coalmine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeRunner.StepResult;
import coalmine.release.ReleaseHistory;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream;
import coalmine.vamp.FakeVamp;
import coalmine.vamp.VampApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private static final Canary CANARY = new Canary("canary", "a/a/web", "a:1", "a:2");

    private final FakeVamp fake = new FakeVamp("127.6.16.1");
    private final EventStream events = EventStream.open(new VampApi(fake.uri()));
    private final List<String> told = new ArrayList<>();
    private int sent;

    @AfterEach
    void close() {
        events.close();
        fake.close();
    }

    @Test
    void what_comes_while_it_is_being_read_is_told_once_and_in_its_turn() {
        // Every reading asks about every event: the first reading is that of the verdict, the second that of the
        // weights.
        AtomicInteger asked = new AtomicInteger();
        ReleaseHistory history = new ReleaseHistory(events, event -> {
            if (asked.incrementAndGet() == 2) {
                weight(50);
                comes(event("health", "\"services:a:2\",\"service\",\"health\"", "\"1.0\""));
                weight(100);
            }
            return true;
        });
        Timeline timeline = new Timeline(CANARY, events, history, Pace.REAL, new Telling());
        weight(5);

        Verdict verdict = timeline.follow(PlatformDuration.seconds(10));

        assertThat(verdict).isEqualTo(Verdict.PROMOTED);
        assertThat(told)
                .containsExactly(
                        "a:1 95%, a:2 5%",
                        "a:1 50%, a:2 50%",
                        "the health of a:2 is 100%",
                        "a:1 0%, a:2 100%",
                        "a:2 was promoted: it has all of the traffic");
    }

    @Test
    void what_comes_while_the_stream_is_connected_anew_belongs_to_the_verdict() {
        Timeline timeline = new Timeline(CANARY, events, new ReleaseHistory(events), Pace.REAL, new Telling());
        weight(5);
        fake.when("GET /api/v1/events?per_page=30&page=1", "[" + settingOf(100) + "]");
        fake.dropStreams();
        await().until(() -> fake.openStreams() == 1);

        assertThat(timeline.follow(PlatformDuration.millis(100))).isEqualTo(Verdict.PROMOTED);
    }

    private void weight(int percent) {
        comes(settingOf(percent));
    }

    private String settingOf(int percent) {
        return event(
                "archive",
                "\"gateways:a/a/web\",\"archive:update\"",
                "\"routes:\\n  a/a/a:1/web: {weight: %d%%}\\n  a/a/a:2/web: {weight: %d%%}\\n\""
                        .formatted(100 - percent, percent));
    }

    private String event(String type, String tags, String value) {
        return "{\"tags\":[" + tags + "],\"value\":" + value + ",\"timestamp\":\"2026-11-24T00:00:" + (10 + sent)
                + "Z\",\"type\":\"" + type + "\"}";
    }

    private void comes(String event) {
        fake.publish(event);
        assertThat(events.awaitMore(sent++, Duration.ofSeconds(10))).isTrue();
    }

    /** Keeps the moments. */
    private final class Telling implements Report {

        @Override
        public void moment(PlatformDuration at, String what) {
            told.add(what);
        }

        @Override
        public void ended(StepResult result) {}

        @Override
        public void begins(Recipe recipe, String platform) {}

        @Override
        public void cleansUp() {}

        @Override
        public void succeeded() {}

        @Override
        public void failed(String reason, List<String> left) {}

        @Override
        public void note(String line) {}
    }
}
