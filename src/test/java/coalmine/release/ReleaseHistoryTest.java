package coalmine.release;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.vamp.EventStream;
import coalmine.vamp.FakeVamp;
import coalmine.vamp.VampApi;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReleaseHistoryTest {

    private final FakeVamp fake = new FakeVamp("127.6.4.1");
    private final EventStream events = EventStream.open(new VampApi(fake.uri()));
    private final ReleaseHistory history = new ReleaseHistory(events);
    private int sent;

    @AfterEach
    void close() {
        events.close();
        fake.close();
    }

    private void comes(String type, String tags, String value) {
        fake.publish("{\"tags\":[" + tags + "],\"value\":" + value + ",\"timestamp\":\"2026-11-24T00:00:" + (10 + sent)
                + "Z\",\"type\":\"" + type + "\"}");
        assertThat(events.awaitMore(sent++, Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void weights_are_read_from_a_list_of_routes_as_well() {
        comes(
                "archive",
                "\"gateways:a/a/web\",\"archive:update\"",
                "\"routes:\\n- a/a/a:1/web: {weight: 60%}\\n- a/a/a:2/web: {weight: 30%}\\n\"");

        assertThat(history.weights("a/a/web", 0))
                .singleElement()
                .satisfies(moment -> assertThat(moment.value().byBreed()).isEqualTo(Map.of("a:1", 60, "a:2", 30)));
    }

    @Test
    void a_document_without_routes_sets_no_weights() {
        comes("archive", "\"gateways:a/a/web\",\"archive:update\"", "\"name: a/a/web\"");

        assertThat(history.weights("a/a/web", 0)).isEmpty();
    }

    @Test
    void weights_are_read_from_what_was_sent_as_json_or_yaml() {
        comes(
                "archive",
                "\"gateways:a/a/web\",\"archive:update\"",
                "\"{\\\"routes\\\":{\\\"a/a/a:1/web\\\":{\\\"weight\\\":\\\"60%\\\"},\\\"a/a/a:2/web\\\":{\\\"weight\\\":\\\"40%\\\"}}}\"");
        comes(
                "archive",
                "\"gateways:a/a/web\",\"archive:update\"",
                "\"routes:\\n  a/a/a:1/web: {weight: 100%}\\n  a/a/a:2/web: {weight: 0%}\\n\"");
        comes("archive", "\"gateways:b/b/web\",\"archive:update\"", "\"routes: {}\"");

        assertThat(history.weights("a/a/web", 0).stream().map(Moment::value))
                .containsExactly(new Weights(Map.of("a:1", 60, "a:2", 40)), new Weights(Map.of("a:1", 100, "a:2", 0)));
    }

    @Test
    void only_what_came_since_the_mark_counts() {
        comes("event", "\"workflows:canary\",\"updated\"", "\"95%/5%\"");
        int mark = events.mark();
        comes("event", "\"workflows:canary\",\"updated\"", "\"90%/10%\"");

        assertThat(history.announced("canary", "updated", mark).stream().map(Moment::value))
                .containsExactly("90%/10%");
    }

    @Test
    void repeats_of_a_services_synchronization_are_collapsed() {
        for (String verb : List.of("redeploy", "redeploy", "deployed")) {
            comes("synchronization", "\"services:a:2\",\"synchronization\",\"synchronization:" + verb + "\"", "null");
        }
        assertThat(history.synchronization("a:2", 0).stream().map(Moment::value))
                .containsExactly("redeploy", "deployed");
    }

    @Test
    void a_services_health_is_told_apart_from_its_clusters() {
        comes("health", "\"services:a:2\",\"service\",\"health\"", "0");
        comes("health", "\"clusters:a\",\"cluster\",\"health\"", "1");

        assertThat(history.health("a:2", 0).stream().map(Moment::value)).containsExactly(0.0);
    }

    @Test
    void gateways_that_divide_traffic_are_known_and_others_are_not() {
        comes(
                "archive",
                "\"gateways:a/a/web\",\"archive:update\"",
                "\"routes:\\n  a/a/a:1/web: {weight: 95%}\\n  a/a/a:2/web: {weight: 5%}\\n\"");
        comes("archive", "\"gateways:a\",\"archive:update\"", "\"routes:\\n  a/a/web: {}\\n\"");
        comes(
                "archive",
                "\"gateways:a/a/web\",\"archive:update\"",
                "\"routes:\\n  a/a/a:1/web: {weight: 90%}\\n  a/a/a:2/web: {weight: 10%}\\n\"");

        assertThat(history.gateways(0)).containsExactly("a/a/web");
    }

    @Test
    void a_service_is_deployed_when_it_is_for_the_first_time() {
        comes("synchronization", "\"services\",\"services:a:1\",\"synchronization:deployed\"", "null");
        comes("synchronization", "\"services\",\"services:a:2\",\"synchronization:deployed\"", "null");
        comes("synchronization", "\"services\",\"services:a:1\",\"synchronization:deployed\"", "null");

        assertThat(history.deployed(0)).extracting(Moment::value).containsExactly("a:1", "a:2");
        assertThat(history.deployed(0)).extracting(Moment::index).containsExactly(0, 1);
    }

    @Test
    void of_ticks_only_changes_are_told_and_metrics_not_at_all() {
        comes("health", "\"services:a:2\",\"service\",\"health\"", "1");
        comes("metrics", "\"gateways:a\",\"metrics:rate\"", "7");
        comes("health", "\"services:a:1\",\"service\",\"health\"", "1");
        comes("health", "\"services:a:2\",\"service\",\"health\"", "1");
        comes("event", "\"workflows:traffic\",\"response:ok\"", "null");
        comes("health", "\"services:a:2\",\"service\",\"health\"", "0");
        comes("event", "\"workflows:traffic\",\"response:ok\"", "null");
        comes("event", "\"workflows:traffic\",\"response:error\"", "null");
        comes("event", "\"workflows:traffic\",\"response:ok\"", "null");

        assertThat(history.events(0)).extracting(Moment::index).containsExactly(0, 2, 4, 5, 7, 8);
    }
}
