package coalmine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.sandbox.vamp.VampVersion;
import coalmine.time.Pace;
import coalmine.vamp.Service;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stored conditions and the like, dependencies, environments and SLAs, as clients see them. */
class GrownVampSystemTest {

    private static final String HOST = "127.5.7.1";
    private static Machine machine;

    private Sandbox sandbox;
    private VampApi vamp;

    @BeforeAll
    static void openMachine() {
        machine = new Machine();
    }

    @AfterAll
    static void closeMachine() {
        machine.close();
    }

    @BeforeEach
    void start() {
        start(VampVersion.V0_9_5);
    }

    private void start(VampVersion version) {
        sandbox = Sandbox.start(
                machine, Sandbox.Options.atPace(new Pace(50)).on(HOST).behavingLike(version));
        vamp = new VampApi(sandbox.vampUrl());
    }

    @AfterEach
    void close() {
        sandbox.close();
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }

    private JsonNode read(String path) {
        return vamp.get(path).orElseThrow();
    }

    @Test
    void conditions_rewrites_routes_slas_and_escalations_are_stored_and_answered() {
        vamp.put("", """
                ---
                {kind: condition, name: firefox, condition: User-Agent == Firefox}
                ---
                {kind: rewrite, name: old, path: '/new if < path /old >'}
                ---
                {kind: route, name: beta, weight: 100%, condition: {reference: firefox}, rewrites: [old]}
                ---
                {kind: escalation, name: more, type: scale_instances, minimum: 1, maximum: 3, scale_by: 1}
                ---
                kind: sla
                name: fast
                type: response_time_sliding_window
                threshold: {upper: 1000, lower: 100}
                window: {interval: 10, cooldown: 5}
                escalations: [more, {type: scale_memory, minimum: 64MB, maximum: 1GB, scale_by: 64MB, target: other}]
                """);

        assertThat(read("conditions/firefox").toString())
                .isEqualTo("{\"name\":\"firefox\",\"kind\":\"condition\",\"condition\":\"User-Agent == Firefox\"}");
        assertThat(read("rewrites/old").path("path").asText()).isEqualTo("/new if < path /old >");
        assertThat(read("routes/beta").path("condition").path("reference").asText())
                .isEqualTo("firefox");
        assertThat(read("escalations/more").path("maximum").asInt()).isEqualTo(3);
        assertThat(read("slas/fast").at("/threshold/upper").asInt()).isEqualTo(1000);
        assertThat(read("slas/fast").at("/escalations/0/escalations/1/minimum").asText())
                .isEqualTo("64.00MB");
        eventually(
                () -> !vamp.newestEvents("conditions:firefox", "archive:update").isEmpty());
        assertThat(vamp.newestEvents("rewrites:old")).isEmpty();

        vamp.delete("slas/fast", "");
        assertThat(vamp.get("slas/fast")).isEmpty();
    }

    @Test
    void what_a_gateway_refers_to_is_put_in_its_place_and_must_be_there() {
        String gateway = """
                {name: g, port: 9001, sticky: route, routes: {a/b/c: {weight: 100%, condition: {reference: firefox}}}}
                """;
        assertThatThrownBy(() -> vamp.put("gateways/g", gateway))
                .hasMessageContaining("Artifact cannot be found: 'firefox'.");
        assertThat(vamp.names("gateways")).isEmpty();

        vamp.put("conditions/firefox", "{name: firefox, condition: User-Agent == Firefox}");
        vamp.put("gateways/g", gateway);

        JsonNode route = read("gateways/g").at("/routes").path("a/b/c");
        assertThat(route.path("condition").toString()).isEqualTo("{\"condition\":\"User-Agent == Firefox\"}");
        assertThat(route.path("condition_strength").asText()).isEqualTo("100%");
        assertThat(read("gateways/g").path("sticky").asText()).isEqualTo("route");
        vamp.put("gateways/g", read("gateways/g").toString());
        assertThat(read("gateways/g").at("/routes").path("a/b/c")).isEqualTo(route);
    }

    @Test
    void a_service_waits_for_what_it_depends_on_and_is_told_where_that_is() {
        vamp.put("deployments/shop", """
                name: shop
                environment_variables: {back.SAVA_RUNNER_ID: back of the deployment, front.LEVEL: deployment}
                clusters:
                  front:
                    breed:
                      name: front
                      deployable: magneticio/sava:runner_1.0
                      ports: {web: 8081/http}
                      environment_variables:
                        SAVA_RUNNER_HTTP_DEPENDENCY_URL1: "http://$b.host:$b.ports.web"
                        LEVEL: breed
                        WHO: $b.constants.name
                      dependencies: {b: back*}
                    environment_variables: {LEVEL: service}
                  back:
                    breed:
                      name: back:1
                      deployable: magneticio/sava:runner_1.0
                      ports: {web: 8081/http}
                      environment_variables: {SAVA_RUNNER_ID: ~}
                      constants: {name: the back}
                gateways: {9002: front/web}
                """);

        eventually(() -> vamp.services("shop").orElseThrow().stream().allMatch(Service::isDone));
        eventually(() -> vamp.newestEvents("deployments:shop", "synchronization:deployed")
                        .size()
                == 2);
        assertThat(vamp.newestEvents("deployments:shop", "synchronization:deployed")
                        .get(0)
                        .has("services:front"))
                .as("the front is there last")
                .isTrue();
        JsonNode front = read("deployments/shop").at("/clusters/front/services/0");
        int port = read("deployments/shop").at("/ports/back.web").asInt();
        assertThat(front.at("/environment_variables/SAVA_RUNNER_HTTP_DEPENDENCY_URL1")
                        .asText())
                .isEqualTo("http://" + HOST + ":" + port);
        assertThat(front.at("/environment_variables/LEVEL").asText()).isEqualTo("service");
        assertThat(front.at("/environment_variables/WHO").asText()).isEqualTo("the back");
        assertThat(front.at("/dependencies/b").asText()).isEqualTo("back:1");
        eventually(() ->
                RestAssured.get("http://" + HOST + ":9002/asked").asString().contains("\"path\":\"asked\""));
        assertThat(RestAssured.get("http://" + HOST + ":9002/asked").asString())
                .contains("\"id\":\"back of the deployment\"");
    }

    @Test
    void a_dependency_that_is_nowhere_is_refused() {
        String front = "{name: front, deployable: magneticio/sava:1.0.0, dependencies: {b: back}}";

        assertThatThrownBy(
                        () -> vamp.put("deployments/shop", "{name: shop, clusters: {front: {breed: " + front + "}}}"))
                .isInstanceOf(VampException.class)
                .hasMessageContaining("Unresolved dependency 'back' for breed 'front'.");
        assertThatThrownBy(() -> vamp.put("blueprints/shop", "{name: shop, clusters: {front: {breed: " + front + "}}}"))
                .hasMessageContaining("Unresolved breed dependency for breed 'front' and dependency 'b -> back'.");
        assertThatThrownBy(() -> vamp.put("breeds/x", "{name: x, deployable: image, env: {URL: $b.host}}"))
                .hasMessageContaining("Unresolved reference 'b.host' in breed 'x -> image'.");
        assertThat(vamp.names("deployments")).isEmpty();
    }

    private void deployWithSla(int cooldown) {
        vamp.put("deployments/plum", """
                name: plum
                clusters:
                  plum:
                    breed: {name: plum, deployable: magneticio/sava:1.0.0, ports: {web: 8080/http}}
                    scale: {cpu: 0.1, memory: 64MB, instances: 1}
                    sla:
                      type: response_time_sliding_window
                      threshold: {upper: 1000, lower: 100}
                      window: {interval: 10, cooldown: %d}
                      escalations: [{type: scale_instances, minimum: 1, maximum: 2, scale_by: 1}]
                """.formatted(cooldown));
        eventually(() -> vamp.services("plum").orElseThrow().stream().allMatch(Service::isDone));
    }

    private int instances() {
        return read("deployments/plum/clusters/plum/services/plum/scale")
                .path("instances")
                .asInt();
    }

    private void publish(String body) {
        assertThat(RestAssured.given()
                        .contentType("application/json")
                        .accept("application/json")
                        .body(body)
                        .post(sandbox.vampUrl() + "/api/v1/events")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void an_sla_event_scales_the_cluster_within_its_bounds_no_matter_who_published_it() {
        deployWithSla(600);
        // Vamp's own, of which one instance cannot make less: if it came just after somebody's, it would undo that
        // one's work.
        eventually(() -> !vamp.newestEvents("sla:deescalate", "deployment:plum").isEmpty());
        String event = "{\"tags\":[\"sla\",\"sla:%s\",\"deployment:plum\",\"cluster:plum\"]}";

        publish(event.formatted("escalate"));
        eventually(() -> instances() == 2);
        eventually(() -> vamp.services("plum").orElseThrow().stream().allMatch(Service::isDone));
        assertThat(vamp.services("plum").orElseThrow().get(0).scale()).isEqualTo(2);

        publish(event.formatted("escalate"));
        publish(event.formatted("deescalate"));
        eventually(() -> instances() == 1);
        assertThat(read("deployments/plum/clusters/plum/sla")
                        .at("/window/cooldown")
                        .asInt())
                .isEqualTo(600);
    }

    @Test
    void too_slow_answers_escalate_and_none_at_all_deescalate() {
        vamp.delete("workflows/metrics", "");
        eventually(() -> vamp.workflowStatus("metrics").isEmpty());
        deployWithSla(0);
        eventually(() -> !vamp.newestEvents("sla:deescalate", "deployment:plum").isEmpty());

        eventually(() -> {
            publish(
                    "{\"tags\":[\"gateways:plum/plum/web\",\"metrics:responseTime\"],\"value\":1100,\"type\":\"metrics\"}");
            return instances() == 2;
        });
        eventually(() -> instances() == 1);
    }

    @Test
    void an_internal_gateway_that_goes_with_its_last_service_is_announced_with_its_routes() {
        deployWithSla(0);

        vamp.delete("deployments/plum", "{name: plum, clusters: {plum: {services: [plum]}}}");

        eventually(() ->
                !vamp.newestEvents("gateways:plum/plum/web", "archive:delete").isEmpty());
        eventually(() -> !vamp.newestEvents("routes:plum/plum/plum/web", "archive:delete")
                .isEmpty());
    }

    @Test
    void an_sla_is_taken_away_on_its_own_path() {
        deployWithSla(0);

        vamp.delete("deployments/plum/clusters/plum/sla", "");

        assertThat(vamp.get("deployments/plum/clusters/plum/sla")).isEmpty();
        assertThat(read("deployments/plum").at("/clusters/plum").has("sla")).isFalse();
    }

    @Test
    void the_rounds_of_the_loops_can_be_asked_for_in_0_9_2() {
        sandbox.close();
        start(VampVersion.V0_9_2);
        for (String loop : List.of("sync", "sla", "escalation")) {
            assertThat(RestAssured.given()
                            .accept("*/*")
                            .get(sandbox.vampUrl() + "/api/v1/" + loop)
                            .statusCode())
                    .as(loop)
                    .isEqualTo(202);
        }
    }

    private void putWorkflow(String schedule) {
        vamp.put("", """
                ---
                kind: breed
                name: once
                deployable:
                  type: application/javascript
                  definition: "new (require('vamp-node-client').Api)().event(['workflows:once', 'ran'], 1)"
                ---
                kind: workflow
                name: once
                breed: once
                schedule: %s
                """.formatted(schedule));
        eventually(() -> vamp.workflowStatus("once").orElse("").equals("running"));
    }

    private int runs() {
        return vamp.newestEvents("workflows:once", "ran").size();
    }

    @Test
    void a_workflow_that_waits_for_an_event_runs_once_for_each_that_carries_all_its_tags() {
        putWorkflow("{event: [fruit:plum, ripe]}");
        assertThat(read("workflows/once").path("schedule").toString())
                .isEqualTo("{\"event\":{\"tags\":[\"fruit:plum\",\"ripe\"]}}");

        publish("{\"tags\":[\"fruit:plum\"]}");
        publish("{\"tags\":[\"fruit:plum\",\"ripe\"]}");
        publish("{\"tags\":[\"fruit:plum\",\"ripe\",\"more\"]}");

        eventually(() -> runs() == 2);
        vamp.delete("workflows/once", "");
        eventually(() -> vamp.workflowStatus("once").isEmpty());
        publish("{\"tags\":[\"fruit:plum\",\"ripe\"]}");
        await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(2)).until(() -> runs() == 2);
    }

    @Test
    void a_workflow_runs_as_often_as_its_time_schedule_says() {
        putWorkflow("{time: {period: PT10S, repeat: 2}}");

        eventually(() -> runs() == 2);
        await().during(Duration.ofMillis(800)).atMost(Duration.ofSeconds(2)).until(() -> runs() == 2);
        assertThatThrownBy(() -> putWorkflow("{time: every minute}"))
                .hasMessageContaining("Illegal workflow schedule period: every minute");
    }

    @Test
    void a_dialect_says_what_vamp_has_no_words_for_and_never_overrules_it() {
        vamp.put("deployments/plum", """
                name: plum
                clusters:
                  plum:
                    marathon: {labels: {team: fruit}, upgradeStrategy: {minimumHealthCapacity: 0}, instances: 9}
                    services:
                      breed:
                        name: plum
                        deployable: magneticio/sava:1.0.0
                        ports: {web: 8080/http}
                        env: {TEAM: fruit of the service}
                      dialects: {marathon: {labels: {team: $TEAM, service: nobody}}}
                """);

        eventually(() -> vamp.services("plum").orElseThrow().stream().allMatch(Service::isDone));
        assertThat(read("deployments/plum")
                        .at("/clusters/plum/dialects/marathon/instances")
                        .asInt())
                .isEqualTo(9);
        JsonNode app = new ObjectMapper()
                .valueToTree(RestAssured.get(sandbox.marathonUrl() + "/v2/apps/plum/plum")
                        .jsonPath()
                        .getMap("app"));
        assertThat(app.at("/labels/team").asText()).isEqualTo("fruit of the service");
        assertThat(app.at("/labels/service").asText()).isEqualTo("plum");
        assertThat(app.at("/upgradeStrategy/minimumHealthCapacity").asDouble()).isZero();
        assertThat(app.path("instances").asInt()).isEqualTo(1);
    }

    @Test
    void a_command_is_deployed_like_an_image() {
        vamp.put("deployments/plum", """
                name: plum
                clusters:
                  plum:
                    breed:
                      name: plum
                      deployable: {type: cmd, definition: sleep 100}
                      ports: {web: 8080/http}
                    scale: {cpu: 0.1, memory: 64MB, instances: 2}
                """);

        eventually(() -> vamp.services("plum").orElseThrow().stream().allMatch(Service::isDone));
        assertThat(read("deployments/plum")
                        .at("/clusters/plum/services/0/instances/1/ports/web")
                        .asInt())
                .isBetween(31000, 32000);
        assertThat(read("breeds/plum").at("/deployable/type").asText()).isEqualTo("command");
    }
}
