package coalmine.sandbox.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.sandbox.workflow.Workflows.Answer;
import coalmine.sandbox.workflow.Workflows.Asked;
import coalmine.time.Pace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the default workflows publish of a release that is under way: facts 5.2 and 5.3. */
class DefaultWorkflowsTest {

    private static final String GATEWAYS = """
            [{"name": "sava", "lookup_name": "g1", "routes": {"sava/sava/web": {"lookup_name": "r1"}}},
             {"name": "sava/sava/web", "lookup_name": "g2", "routes": {"sava/sava/sava:1.0/web": {"lookup_name": "r2"},
               "sava/sava/sava:1.1/web": {"lookup_name": "r3"}}}]
            """;
    private static final String DEPLOYMENTS = """
            [{"name": "sava", "clusters": {"sava": {"services": [], "gateways": {"web": {"routes": {
              "sava:1.0": {"lookup_name": "r2"}, "sava:1.1": {"lookup_name": "r3"}}}}}}}]
            """;

    private static AgentProcess agent;

    private Workflows workflows;

    @BeforeAll
    static void start_the_agent() {
        agent = AgentProcess.start();
    }

    @AfterAll
    static void end_the_agent() {
        agent.close();
    }

    @BeforeEach
    void start_a_sandbox() {
        workflows = new Workflows(agent, new Pace(50));
        workflows.vamp = (asked, count) -> new Answer(200, answer(asked));
    }

    @AfterEach
    void close_the_sandbox() {
        workflows.close();
    }

    /** Errors of 1.1's route, and so of its gateway, but of no other place. */
    private String answer(Asked asked) {
        boolean first = asked.uri().endsWith("page=1");
        if (asked.uri().startsWith("/api/v1/gateways")) {
            return first ? GATEWAYS : "[]";
        } else if (asked.uri().startsWith("/api/v1/deployments")) {
            return first ? DEPLOYMENTS : "[]";
        } else if (asked.uri().startsWith("/api/v1/config")) {
            return "{\"vamp.pulse.elasticsearch.url\":\"http://" + workflows.authority()
                    + "\",\"vamp.gateway-driver.elasticsearch.metrics.index\":\"logstash-*\","
                    + "\"vamp.gateway-driver.elasticsearch.metrics.type\":\"haproxy\"}";
        } else if (asked.uri().endsWith("_search")) {
            boolean busy = asked.body().contains("\"g2\"") || asked.body().contains("\"r3\"");
            return "{\"hits\":{\"total\":" + (busy ? 60 : 0) + "},\"aggregations\":{\"agg\":{\"value\":"
                    + (busy ? "12.345" : "null") + "}}}";
        }
        return "{}";
    }

    private List<String> published(String workflow) {
        var started = workflows.start(workflow, Workflows.resource("default/" + workflow + ".js"));
        assertThat(started.exitCode()).isZero();
        assertThat(started.lines()).isEmpty();
        List<String> events = new ArrayList<>();
        for (Asked asked : workflows.asked) {
            if (asked.uri().equals("/api/v1/events")) {
                List<String> tags = new ArrayList<>();
                asked.json().path("tags").forEach(tag -> tags.add(tag.asText()));
                events.add(String.join(" ", tags) + " = " + asked.json().path("value") + " "
                        + asked.json().path("type").asText());
            }
        }
        return events;
    }

    @Test
    void health_is_0_where_there_were_errors_and_1_elsewhere() {
        assertThat(published("health"))
                .containsExactly(
                        "gateways:sava gateway health = 1 health",
                        "gateways:sava route routes:sava/sava/web health = 1 health",
                        "gateways:sava/sava/web gateway health = 0 health",
                        "gateways:sava/sava/web route routes:sava/sava/sava:1.0/web health = 1 health",
                        "gateways:sava/sava/web route routes:sava/sava/sava:1.1/web health = 0 health",
                        "deployments:sava clusters:sava service services:sava:1.0 health = 1 health",
                        "deployments:sava clusters:sava service services:sava:1.1 health = 0 health",
                        "deployments:sava clusters:sava cluster health = 0 health",
                        "deployments:sava deployment health = 0 health");
        assertThat(workflows.asked.stream().filter(asked -> asked.uri().endsWith("_search")))
                .hasSize(5)
                .allMatch(asked -> asked.body().contains("{\"ST\":{\"gte\":500}}")
                        && asked.body().contains("now-30s"));
    }

    @Test
    void metrics_are_rate_and_response_time_of_each_gateway_and_route() {
        assertThat(published("metrics"))
                .containsExactlyInAnyOrder(
                        "gateways:sava gateway metrics:rate = 0 metrics",
                        "gateways:sava gateway metrics:responseTime = 0 metrics",
                        "gateways:sava routes:sava/sava/web route metrics:rate = 0 metrics",
                        "gateways:sava routes:sava/sava/web route metrics:responseTime = 0 metrics",
                        "gateways:sava/sava/web gateway metrics:rate = 2 metrics",
                        "gateways:sava/sava/web gateway metrics:responseTime = 12.35 metrics",
                        "gateways:sava/sava/web routes:sava/sava/sava:1.0/web route metrics:rate = 0 metrics",
                        "gateways:sava/sava/web routes:sava/sava/sava:1.0/web route metrics:responseTime = 0 metrics",
                        "gateways:sava/sava/web routes:sava/sava/sava:1.1/web route metrics:rate = 2 metrics",
                        "gateways:sava/sava/web routes:sava/sava/sava:1.1/web route metrics:responseTime = 12.35 metrics");
    }

    @Test
    void kibana_asks_nothing() {
        assertThat(published("kibana")).isEmpty();
        assertThat(workflows.asked).isEmpty();
    }

    @Test
    void without_gateways_nothing_is_published() {
        workflows.vamp = (asked, count) -> new Answer(200, asked.uri().contains("config") ? answer(asked) : "[]");

        assertThat(published("health")).isEmpty();
        assertThat(published("metrics")).isEmpty();
    }
}
