package coalmine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.marathon.MarathonApi;
import coalmine.marathon.MarathonApi.App;
import coalmine.marathon.MarathonApi.Task;
import coalmine.sandbox.vamp.VampVersion;
import coalmine.time.Pace;
import coalmine.vamp.Gateway;
import coalmine.vamp.Service;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sandbox as a whole, as its clients see it. */
class SandboxSystemTest {

    private static final String HOST = "127.5.2.1";
    private static Machine machine;

    private Sandbox sandbox;
    private VampApi vamp;
    private MarathonApi marathon;

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
        startAtPace(50);
    }

    private void startAtPace(int pace) {
        start(pace, VampVersion.V0_9_2);
    }

    private void start(int pace, VampVersion version) {
        sandbox = Sandbox.start(
                machine, Sandbox.Options.atPace(new Pace(pace)).on(HOST).behavingLike(version));
        vamp = new VampApi(sandbox.vampUrl());
        marathon = new MarathonApi(sandbox.marathonUrl());
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

    private void deploy(String image, int instances) {
        vamp.put("", """
                ---
                kind: breed
                name: plum:1
                deployable: %s
                ports: {web: 8080/http}
                ---
                kind: deployment
                name: plum
                gateways: {9000: plum/web}
                clusters:
                  plum:
                    services:
                      breed: plum:1
                      scale: {cpu: 0.1, memory: 64MB, instances: %d}
                """.formatted(image, instances));
    }

    private Service service() {
        return vamp.services("plum").orElse(List.of()).stream().findFirst().orElseThrow();
    }

    private Set<String> tasks() {
        return marathon.appsOfService("plum", "plum:1").stream()
                .flatMap(app -> app.tasks().stream())
                .map(Task::id)
                .collect(Collectors.toSet());
    }

    @Test
    void it_says_what_it_is() {
        assertThat(vamp.info().message()).contains("Coalmine's sandbox");
        assertThat(vamp.info().version()).isEqualTo("0.9.2");
        assertThat(marathon.version()).isEqualTo("0.15.6");
    }

    @Test
    void the_default_workflows_run_and_can_be_removed_and_made_again() {
        assertThat(vamp.names("workflows")).containsExactlyInAnyOrder("health", "metrics", "kibana");

        vamp.delete("workflows/metrics", "");
        eventually(() -> vamp.workflowStatus("metrics").isEmpty());
        assertThat(marathon.apps()).extracting(App::id).doesNotContain("/vamp/workflow-metrics");

        vamp.put("workflows/metrics", "{name: metrics, breed: metrics, schedule: daemon}");
        eventually(() -> vamp.workflowStatus("metrics").equals(Optional.of("running")));
    }

    @Test
    void a_service_is_deployed_as_processes_and_takes_traffic_through_its_gateways() {
        deploy("magneticio/sava:1.0.0", 2);

        eventually(() -> service().isDone());
        assertThat(tasks()).hasSize(2);
        eventually(() ->
                vamp.gateway("plum/9000").filter(gateway -> gateway.deployed()).isPresent());
        eventually(() -> RestAssured.get("http://" + HOST + ":9000/").asString().contains("sava 1.0"));
    }

    @Test
    void a_task_that_is_killed_is_replaced_and_vamp_follows() {
        deploy("magneticio/sava:1.0.0", 1);
        eventually(() -> service().isDone());
        Set<String> before = tasks();

        marathon.kill(List.copyOf(before));

        eventually(
                () -> service().isDone() && service().instances().stream().noneMatch(it -> before.contains(it.name())));
        assertThat(tasks()).hasSize(1).doesNotContainAnyElementsOf(before);
    }

    @Test
    void an_unknown_image_fails_with_a_reason_and_the_service_never_gets_done() {
        deploy("no/such:image", 1);

        eventually(() -> marathon.appsOfService("plum", "plum:1").size() == 1);
        String id = marathon.appsOfService("plum", "plum:1").get(0).id();
        eventually(() -> RestAssured.get(sandbox.marathonUrl() + "/v2/apps" + id)
                .asString()
                .contains("no/such:image"));
        assertThat(service().isDone()).isFalse();
    }

    @Test
    void a_service_that_was_set_up_more_than_600_seconds_ago_is_not_repaired() {
        sandbox.close();
        startAtPace(200);
        deploy("magneticio/sava:1.0.0", 1);
        eventually(() -> service().isDone());
        long done = upTimeMillis();
        eventually(() -> upTimeMillis() > done + 600_000);

        marathon.kill(List.copyOf(tasks()));

        eventually(() -> service().phase().equals("Failed"));
        assertThat(service().instances()).as("the dead instance stays").hasSize(1);
    }

    @Test
    void a_later_vamp_repairs_a_service_of_any_age() {
        sandbox.close();
        start(200, VampVersion.V0_9_5);
        deploy("magneticio/sava:1.0.0", 1);
        eventually(() -> service().isDone());
        Set<String> before = tasks();
        long done = upTimeMillis();
        eventually(() -> upTimeMillis() > done + 600_000);

        marathon.kill(List.copyOf(before));

        eventually(
                () -> service().isDone() && service().instances().stream().noneMatch(it -> before.contains(it.name())));
    }

    @Test
    void a_later_vamp_keeps_the_gateway_when_a_service_without_an_instance_comes_to_its_cluster() {
        sandbox.close();
        start(50, VampVersion.V0_9_5);
        deploy("magneticio/sava:1.0.0", 1);
        eventually(() -> vamp.gateway("plum/plum/web").filter(Gateway::deployed).isPresent());

        vamp.put("deployments/plum", """
                name: plum
                clusters:
                  plum:
                    services:
                      breed: {name: "plum:2", deployable: "no/such:image", ports: {web: 8080/http}}
                """);

        eventually(() -> marathon.appsOfService("plum", "plum:2").size() == 1);
        await().during(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(2))
                .until(() ->
                        vamp.gateway("plum/plum/web").filter(Gateway::deployed).isPresent());
        assertThat(vamp.newestEvents("gateways:plum/plum/web", "undeployed")).isEmpty();
        assertThat(vamp.info().version()).isEqualTo("0.9.5");
    }

    @Test
    void an_event_starts_nothing_in_0_9_2_and_a_run_for_each_in_a_later_vamp() {
        waitForAnEvent();
        eventually(() -> vamp.workflowStatus("waits").equals(Optional.of("running")));
        assertThat(marathon.apps()).extracting(App::id).doesNotContain("/vamp/workflow-waits");
        sandbox.close();

        start(50, VampVersion.V0_9_5);
        waitForAnEvent();
        eventually(() -> !vamp.newestEvents("waited").isEmpty());
    }

    private void waitForAnEvent() {
        vamp.put("", """
                ---
                kind: breed
                name: waits
                deployable:
                  type: application/javascript
                  definition: "const vamp = require('vamp-node-client'); new vamp.Api().event(['waited'], 1).done(() => {});"
                ---
                kind: workflow
                name: waits
                breed: waits
                schedule: {event: "breeds:trigger"}
                """);
        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    vamp.put("breeds/trigger", "{name: trigger, deployable: any}");
                    return vamp.workflowStatus("waits").equals(Optional.of("running"));
                });
        vamp.put("breeds/trigger", "{name: trigger, deployable: any}");
    }

    /** How long the sandbox has been up, in platform time. */
    private long upTimeMillis() {
        return vamp.get("info?on=jvm").orElseThrow().at("/jvm/runtime/up_time").asLong();
    }

    @Test
    void a_sandbox_that_is_held_does_nothing_and_goes_on_where_it_was() {
        sandbox.hold();
        vamp.put("workflows/metrics", "{name: metrics, breed: metrics, schedule: daemon, status: suspending}");
        await().during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(2))
                .until(() -> vamp.workflowStatus("metrics").orElse("").equals("suspending"));

        sandbox.goOn();

        eventually(() -> vamp.workflowStatus("metrics").orElse("").equals("suspended"));
    }

    @Test
    void what_is_not_built_is_refused_and_says_so() {
        assertThatThrownBy(() -> vamp.put("gateways/g", """
                        {name: g, port: 9001, routes: {a: {weight: 100%, condition: '< ssl_fc >'}}}
                        """))
                .isInstanceOf(VampException.class)
                .hasMessageContainingAll("501", "Not built in Coalmine's sandbox", "ssl_fc");
        assertThat(vamp.names("gateways")).isEmpty();
    }

    @Test
    void a_gateway_whose_port_is_in_use_says_which_and_takes_it_once_it_is_free() throws IOException {
        try (ServerSocket squatter = new ServerSocket(9000, 1, InetAddress.getByName(HOST))) {
            assertThat(squatter.isBound()).isTrue();
            deploy("magneticio/sava:1.0.0", 1);
            eventually(() -> vamp.newestEvents("gateways:plum/9000", "failed").stream()
                    .anyMatch(event -> event.value().contains("port 9000 of " + HOST + " is in use by ")));
        }
        eventually(() -> !vamp.newestEvents("gateways:plum/9000", "deployed").isEmpty());
    }

    @Test
    void a_port_of_an_api_that_is_in_use_is_named_with_who_holds_it() {
        int port = sandbox.vampUrl().getPort();

        assertThatThrownBy(() -> Sandbox.start(
                        machine, Sandbox.Options.atPace(new Pace(50)).on(HOST).withPorts(port, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("port " + port + " of " + HOST + " is in use by ");
    }

    @Test
    void an_address_of_another_machine_and_one_port_for_both_apis_are_refused() {
        assertThatThrownBy(() -> Sandbox.start(
                        machine,
                        Sandbox.Options.atPace(new Pace(50)).on("192.0.2.1").withPorts(8080, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("192.0.2.1 is no address of this machine");
        assertThatThrownBy(() -> Sandbox.start(
                        machine,
                        Sandbox.Options.atPace(new Pace(50)).on("127.5.2.2").withPorts(8123, 8123)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("port 8123 cannot be that of Vamp's API and that of Marathon's at once");
    }

    @Test
    void a_script_that_requires_an_unknown_module_says_so_as_an_event_and_in_its_output() {
        vamp.put("", """
                ---
                kind: breed
                name: wrong
                deployable: {type: application/javascript, definition: "require('no-such-module')"}
                ---
                kind: workflow
                name: wrong
                breed: wrong
                schedule: daemon
                environment_variables: {VAMP_WORKFLOW_EXECUTION_PERIOD: "0", VAMP_WORKFLOW_EXECUTION_TIMEOUT: "0"}
                """);

        eventually(() -> vamp.newestEvents("workflows:wrong", "failed").stream()
                .anyMatch(event -> event.value().contains("Cannot find module 'no-such-module'")));
        assertThat(sandbox.workflowOutput()).anyMatch(line -> line.contains("Cannot find module 'no-such-module'"));
    }

    @Test
    void an_agent_that_is_killed_is_replaced_with_all_its_workflows() {
        long pid = sandbox.workflowAgentPid().orElseThrow();

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        eventually(() -> sandbox.workflowAgentPid().stream().anyMatch(now -> now != pid));
        eventually(() -> marathon.apps().stream()
                .allMatch(app -> app.tasks().size() == 1 && app.tasks().stream().allMatch(Task::started)));
    }

    @Test
    void a_request_that_comes_while_vamp_starts_waits_and_is_answered() throws Exception {
        String host = "127.5.2.2";
        int port = freePort(host);
        CompletableFuture<String> answer = new CompletableFuture<>();

        // It asks for the way just before Vamp starts to listen.
        try (Sandbox starting = Sandbox.start(
                machine, Sandbox.Options.atPace(new Pace(50)).on(host).withPorts(port, 0), marathonUrl -> {
                    answer.completeAsync(() -> publishAsSoonAsSomebodyListens(host, port));
                    return marathonUrl;
                })) {
            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("HTTP/1.1 201 Created");
            VampApi started = new VampApi(starting.vampUrl());
            eventually(() -> started.newestEvents("early").size() == 1);
        }
    }

    private static int freePort(String host) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return free.getLocalPort();
        }
    }

    /** Answers the status line. */
    private static String publishAsSoonAsSomebodyListens(String host, int port) {
        String event = "{\"tags\":[\"early\"],\"value\":\"x\"}";
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            try (Socket socket = new Socket(host, port)) {
                socket.getOutputStream()
                        .write(
                                ("POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: "
                                                + event.length() + "\r\n\r\n" + event)
                                        .getBytes(StandardCharsets.UTF_8));
                return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
            } catch (ConnectException notYet) {
                Thread.onSpinWait();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return "nobody listened";
    }
}
