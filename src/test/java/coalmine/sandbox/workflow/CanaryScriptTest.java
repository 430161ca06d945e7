package coalmine.sandbox.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.sandbox.workflow.Workflows.Answer;
import coalmine.sandbox.workflow.Workflows.Asked;
import coalmine.time.Pace;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The canary's script in the face of a Vamp that is not as quick as it should be. */
class CanaryScriptTest {

    private static final Map<String, String> SETTINGS = Map.of(
            "NAME",
            "canary",
            "GATEWAY",
            "g",
            "SERVICE1",
            "old",
            "SERVICE2",
            "new",
            "PERIOD",
            "5",
            "WINDOW",
            "30",
            "STEP",
            "5");

    @Test
    void a_step_that_takes_vamp_longer_than_a_period_is_announced_once() throws IOException {
        try (AgentProcess agent = AgentProcess.start();
                Workflows workflows = new Workflows(agent, new Pace(50))) {
            Promise<Void> askedTwice = Promise.promise();
            workflows.vamp = (asked, count) -> new Answer(200, answer(asked, workflows));
            workflows.held = asked -> {
                if (!asked.method().equals("PUT")) {
                    return Future.succeededFuture();
                }
                if (puts(workflows) == 2) {
                    askedTwice.complete();
                }
                return askedTwice.future();
            };

            workflows.start("canary", Files.readString(Path.of("recipes/canary-release/canary.js")), SETTINGS);

            Workflows.eventually(() -> announced(workflows).size() >= 2);
            assertThat(announced(workflows).subList(0, 2)).containsExactly("95%/5%", "90%/10%");
        }
    }

    private static long puts(Workflows workflows) {
        return workflows.asked.stream()
                .filter(asked -> asked.method().equals("PUT"))
                .count();
    }

    private static List<String> announced(Workflows workflows) {
        return workflows.asked.stream()
                .filter(asked -> asked.uri().equals("/api/v1/events"))
                .map(asked -> asked.json().path("value").asText())
                .toList();
    }

    private static String answer(Asked asked, Workflows workflows) {
        if (asked.uri().startsWith("/api/v1/gateways")) {
            return "{\"name\":\"g\",\"lookup_name\":\"l\",\"routes\":{\"old\":{\"weight\":\"100%\"},\"new\":{\"weight\":\"0%\"}}}";
        } else if (asked.uri().startsWith("/api/v1/config")) {
            return "{\"vamp.pulse.elasticsearch.url\":\"http://" + workflows.authority()
                    + "\",\"vamp.gateway-driver.elasticsearch.metrics.index\":\"logstash-*\","
                    + "\"vamp.gateway-driver.elasticsearch.metrics.type\":\"haproxy\"}";
        } else if (asked.uri().endsWith("_search")) {
            return "{\"hits\":{\"total\":0}}";
        }
        return "{}";
    }
}
