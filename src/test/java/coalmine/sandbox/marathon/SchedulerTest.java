package coalmine.sandbox.marathon;

import static coalmine.sandbox.marathon.RunningMarathon.PATIENCE;
import static coalmine.sandbox.marathon.RunningMarathon.app;
import static coalmine.sandbox.marathon.RunningMarathon.instant;
import static coalmine.sandbox.marathon.RunningMarathon.objects;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How tasks come and go (facts 7.3). */
class SchedulerTest {

    private static final String HOST = "127.8.1.1";
    private static final String ID = "/sava/sava-1-1-10d6441a7aaa82b53e89";

    private final FakeImage obliging = new FakeImage(FakeImage.Manner.OBLIGING);
    private final FakeImage passive = new FakeImage(FakeImage.Manner.PASSIVE);
    private final Image broken = (task, listener) -> {
        throw new IllegalStateException("it is broken");
    };
    private final RunningMarathon marathon =
            new RunningMarathon(HOST, new Pace(50), Map.of("obliging", obliging, "passive", passive, "broken", broken));

    @AfterEach
    void close() {
        passive.started().forEach(task -> passive.of(task.taskId()).exit(0));
        marathon.close();
    }

    @Test
    void an_app_gets_its_tasks_one_second_after_it_was_created() {
        JsonObject created = marathon.post("/v2/apps", app(ID, "obliging", 4)).json();
        List<JsonObject> tasks = marathon.awaitRunning(ID, 4);

        assertThat(created.getJsonArray("tasks")).isEmpty();
        assertThat(tasks).allSatisfy(task -> {
            assertThat(task.getString("id"))
                    .matches(
                            "sava_sava-1-1-10d6441a7aaa82b53e89\\.[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
            assertThat(task.getString("appId")).isEqualTo(ID);
            assertThat(task.getString("host")).isEqualTo(HOST);
            assertThat(task.getString("state")).isEqualTo("TASK_RUNNING");
            assertThat(task.getString("version")).isEqualTo(created.getString("version"));
            assertThat(task.getString("slaveId")).endsWith("-5050-1-S0");
            assertThat(task.getJsonArray("ports").getInteger(0)).isBetween(31000, 32000);
            assertThat(Duration.between(instant(created, "version"), instant(task, "stagedAt")))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(999));
        });
        assertThat(tasks.stream().map(task -> task.getString("id"))).doesNotHaveDuplicates();
        assertThat(tasks.stream().map(task -> task.getJsonArray("ports"))).doesNotHaveDuplicates();
    }

    @Test
    void a_container_is_told_its_ports_and_its_environment() {
        JsonObject app = new JsonObject(app(ID, "obliging", 1)).put("env", new JsonObject().put("A", "b"));
        marathon.post("/v2/apps", app.encode());
        JsonObject task = marathon.awaitRunning(ID, 1).get(0);

        assertThat(obliging.started())
                .containsExactly(new TaskSpec(
                        task.getString("id"),
                        ID,
                        "obliging",
                        HOST,
                        Map.of(8080, task.getJsonArray("ports").getInteger(0)),
                        Map.of("A", "b")));
    }

    @Test
    void a_task_is_staging_until_its_container_runs() {
        marathon.post("/v2/apps", app(ID, "passive", 1));
        JsonObject staged = marathon.awaitTasks(ID, tasks -> tasks.size() == 1).get(0);
        assertThat(staged.getString("state")).isEqualTo("TASK_STAGING");
        assertThat(staged.containsKey("startedAt")).isTrue();
        assertThat(staged.getValue("startedAt")).isNull();
        assertThat(marathon.appOf(ID).getInteger("tasksStaged")).isEqualTo(1);
        assertThat(marathon.appOf(ID).getJsonArray("deployments")).hasSize(1);

        passive.of(staged.getString("id")).run();

        JsonObject started = marathon.awaitRunning(ID, 1).get(0);
        assertThat(instant(started, "startedAt")).isAfterOrEqualTo(instant(started, "stagedAt"));
        assertThat(marathon.appOf(ID).getInteger("tasksRunning")).isEqualTo(1);
    }

    @Test
    void a_killed_task_is_replaced_by_one_with_a_new_id_and_new_ports() {
        marathon.deployed(ID, "obliging", 1);
        JsonObject old = marathon.tasks(ID).get(0);
        RunningMarathon.Events events = marathon.listen("");

        RunningMarathon.Answer answer =
                marathon.post("/v2/tasks/delete", "{\"ids\":[\"" + old.getString("id") + "\"]}");
        JsonObject young = marathon.awaitTasks(
                        ID,
                        tasks -> tasks.size() == 1
                                && tasks.get(0).getString("startedAt") != null
                                && !tasks.get(0).getString("id").equals(old.getString("id")))
                .get(0);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(objects(answer.json().getJsonArray("tasks"))).containsExactly(old);
        assertThat(young.getJsonArray("ports")).isNotEqualTo(old.getJsonArray("ports"));
        assertThat(events.await("status_update_event", 2).stream().map(event -> event.getString("taskStatus")))
                .containsExactly("TASK_KILLED", "TASK_RUNNING");
        assertThat(Duration.between(
                        instant(events.of("status_update_event").get(0), "timestamp"), instant(young, "stagedAt")))
                .isGreaterThanOrEqualTo(Duration.ofMillis(999));
        assertThat(events.types()).noneMatch(type -> type.startsWith("deployment"));
        assertThat(marathon.appOf(ID).containsKey("lastTaskFailure")).isFalse();
    }

    @Test
    void a_killed_task_stays_in_the_list_until_its_process_has_ended() {
        marathon.post("/v2/apps", app(ID, "passive", 1));
        String id = marathon.awaitTasks(ID, tasks -> tasks.size() == 1).get(0).getString("id");
        passive.of(id).run();
        marathon.awaitRunning(ID, 1);

        assertThat(marathon.delete("/v2/apps" + ID + "/tasks/" + id).status()).isEqualTo(200);

        assertThat(passive.of(id).wasKilled()).isTrue();
        assertThat(marathon.taskIds(ID)).containsExactly(id);
        assertThat(passive.started()).hasSize(1);
        passive.of(id).exit(137);
        marathon.awaitTasks(
                ID, tasks -> tasks.isEmpty() || !tasks.get(0).getString("id").equals(id));
        marathon.awaitTasks(ID, tasks -> tasks.size() == 1);
        assertThat(passive.started()).hasSize(2);
    }

    @Test
    void all_tasks_of_an_app_can_be_killed_at_once_and_are_replaced() {
        marathon.deployed(ID, "obliging", 3);
        List<String> old = marathon.taskIds(ID);

        RunningMarathon.Answer answer = marathon.delete("/v2/apps/" + ID + "/tasks?host=" + HOST);

        assertThat(objects(answer.json().getJsonArray("tasks")).stream().map(task -> task.getString("id")))
                .containsExactlyElementsOf(old);
        marathon.awaitTasks(
                ID, tasks -> tasks.size() == 3 && tasks.stream().noneMatch(task -> old.contains(task.getString("id"))));
        assertThat(marathon.delete("/v2/apps/" + ID + "/tasks?host=10.0.0.1")
                        .json()
                        .getJsonArray("tasks"))
                .isEmpty();
    }

    @Test
    void a_task_killed_with_scale_is_not_replaced() {
        marathon.deployed(ID, "obliging", 3);
        String victim = marathon.taskIds(ID).get(0);

        RunningMarathon.Answer answer = marathon.delete("/v2/apps/" + ID + "/tasks/" + victim + "?scale=true");

        assertThat(answer.json().fieldNames()).containsExactlyInAnyOrder("version", "deploymentId");
        assertThat(answer.header("Marathon-Deployment-Id"))
                .isEqualTo(answer.json().getString("deploymentId"));
        marathon.awaitNoDeployment();
        assertThat(marathon.appOf(ID).getInteger("instances")).isEqualTo(2);
        assertThat(marathon.taskIds(ID)).hasSize(2).doesNotContain(victim);
        assertThat(obliging.started()).hasSize(3);
    }

    @Test
    void a_crashed_task_is_replaced_after_a_delay_that_grows() {
        marathon.deployed(ID, "obliging", 1);
        RunningMarathon.Events events = marathon.listen("?event_type=status_update_event");
        List<Duration> delays = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            String id = marathon.awaitRunning(ID, 1).get(0).getString("id");
            obliging.of(id).exit(3);
            events.await("status_update_event", 2 * n + 1);
            JsonObject failed = events.of("status_update_event").get(2 * n);
            assertThat(failed.getString("taskStatus")).isEqualTo("TASK_FAILED");
            assertThat(failed.getString("taskId")).isEqualTo(id);
            events.await("status_update_event", 2 * n + 2);
            JsonObject replacement = marathon.awaitRunning(ID, 1).get(0);
            delays.add(Duration.between(instant(failed, "timestamp"), instant(replacement, "stagedAt")));
        }

        for (int n = 0; n < delays.size(); n++) {
            PlatformDuration least =
                    PlatformDuration.seconds(1).times(Math.pow(1.15, n)).plus(Scheduler.LAUNCH_LATENCY);
            assertThat(delays.get(n)).isGreaterThanOrEqualTo(least.value().minusMillis(2));
        }
        JsonObject failure = marathon.appOf(ID).getJsonObject("lastTaskFailure");
        assertThat(failure.getString("message")).isEqualTo("the fake exited with status 3");
        assertThat(failure.getString("state")).isEqualTo("TASK_FAILED");
        assertThat(failure.fieldNames())
                .containsExactlyInAnyOrder(
                        "appId", "host", "message", "state", "taskId", "timestamp", "version", "slaveId");
    }

    @Test
    void a_task_that_finishes_is_replaced_too_but_is_no_failure() {
        marathon.deployed(ID, "obliging", 1);
        RunningMarathon.Events events = marathon.listen("?event_type=status_update_event");
        String id = marathon.taskIds(ID).get(0);

        obliging.of(id).exit(0);

        assertThat(events.await("status_update_event", 2).get(0).getString("taskStatus"))
                .isEqualTo("TASK_FINISHED");
        assertThat(marathon.awaitRunning(ID, 1).get(0).getString("id")).isNotEqualTo(id);
        assertThat(marathon.appOf(ID).containsKey("lastTaskFailure")).isFalse();
    }

    @Test
    void an_app_says_itself_how_long_its_tasks_are_put_off() {
        JsonObject app =
                new JsonObject(app(ID, "unknown", 1)).put("backoffSeconds", 3).put("maxLaunchDelaySeconds", 2);
        RunningMarathon.Events events = marathon.listen("?event_type=status_update_event");
        marathon.post("/v2/apps", app.encode());

        List<JsonObject> failures = events.await("status_update_event", 3);

        for (int i = 1; i < failures.size(); i++) {
            Duration between =
                    Duration.between(instant(failures.get(i - 1), "timestamp"), instant(failures.get(i), "timestamp"));
            assertThat(between).isGreaterThanOrEqualTo(Duration.ofMillis(2998));
        }
    }

    @Test
    void a_task_of_an_unknown_image_fails_and_says_why_and_is_tried_again() {
        RunningMarathon.Events events = marathon.listen("?event_type=status_update_event");
        marathon.post("/v2/apps", app(ID, "magneticio/unheard-of:1", 1));

        List<JsonObject> failures = events.await("status_update_event", 2);

        assertThat(failures).allSatisfy(event -> {
            assertThat(event.getString("taskStatus")).isEqualTo("TASK_FAILED");
            assertThat(event.getString("message"))
                    .isEqualTo(
                            "Failed to launch container: image 'magneticio/unheard-of:1' is not in the sandbox's catalogue");
        });
        assertThat(failures.get(0).getString("taskId"))
                .isNotEqualTo(failures.get(1).getString("taskId"));
        assertThat(marathon.appOf(ID).getJsonObject("lastTaskFailure").getString("message"))
                .contains("magneticio/unheard-of:1");
        JsonObject queued = await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> marathon.get("/v2/queue").json().getJsonArray("queue"), queue -> queue.size() == 1)
                .getJsonObject(0);
        assertThat(queued.getInteger("count")).isEqualTo(1);
        assertThat(queued.getJsonObject("app").getString("id")).isEqualTo(ID);
        assertThat(marathon.delete("/v2/queue" + ID + "/delay").status()).isEqualTo(204);
    }

    @Test
    void an_app_with_neither_an_image_nor_a_command_fails_and_says_so() {
        marathon.post("/v2/apps", "{\"id\":\"sleeper\",\"args\":[\"sleep\"]}");

        await().atMost(PATIENCE).until(() -> marathon.appOf("/sleeper").containsKey("lastTaskFailure"));
        assertThat(marathon.appOf("/sleeper").getJsonObject("lastTaskFailure").getString("message"))
                .contains("names neither an image nor a command");
    }

    @Test
    void an_app_with_a_command_runs_it_until_it_is_killed() {
        marathon.post("/v2/apps", "{\"id\":\"sleeper\",\"cmd\":\"sleep 100\"}");

        await().atMost(PATIENCE).until(() -> marathon.appOf("/sleeper").getInteger("tasksRunning") == 1);
        assertThat(marathon.delete("/v2/apps/sleeper").status()).isEqualTo(200);
    }

    @Test
    void scaling_up_starts_tasks_and_scaling_down_kills_the_youngest() {
        marathon.deployed(ID, "obliging", 2);
        List<String> first = marathon.taskIds(ID);
        JsonObject before = marathon.appOf(ID);

        assertThat(marathon.put("/v2/apps/" + ID, "{\"instances\":4}").status()).isEqualTo(200);
        marathon.awaitRunning(ID, 4);
        marathon.awaitNoDeployment();
        assertThat(marathon.taskIds(ID)).startsWith(first.toArray(String[]::new));
        JsonObject info = marathon.appOf(ID).getJsonObject("versionInfo");
        assertThat(info.getString("lastConfigChangeAt")).isEqualTo(before.getString("version"));
        assertThat(info.getString("lastScalingAt")).isEqualTo(marathon.appOf(ID).getString("version"));

        marathon.put("/v2/apps/" + ID, "{\"instances\":2}");
        marathon.awaitNoDeployment();
        assertThat(marathon.taskIds(ID)).isEqualTo(first);
    }

    @Test
    void scaling_down_calls_off_launches_before_it_kills() {
        marathon.deployed(ID, "obliging", 1);
        String only = marathon.taskIds(ID).get(0);
        marathon.onContext(() -> marathon.clock().hold());
        marathon.put("/v2/apps/" + ID, "{\"instances\":3}");

        marathon.put("/v2/apps/" + ID + "?force=true", "{\"instances\":1}");

        marathon.awaitNoDeployment();
        assertThat(marathon.taskIds(ID)).containsExactly(only);
        assertThat(marathon.get("/v2/queue").json().getJsonArray("queue")).isEmpty();
    }

    @Test
    void another_configuration_replaces_the_tasks_without_ever_having_too_few() {
        marathon.deployed(ID, "obliging", 3);
        List<String> old = marathon.taskIds(ID);
        List<Integer> running = new ArrayList<>();
        RunningMarathon.Events events = marathon.listen("");

        assertThat(marathon.put("/v2/apps/" + ID, "{\"env\":{\"A\":\"b\"}}").status())
                .isEqualTo(200);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
            running.add(obliging.running());
            return !events.of("deployment_success").isEmpty();
        });

        assertThat(marathon.taskIds(ID)).hasSize(3).doesNotContainAnyElementsOf(old);
        assertThat(running).allMatch(count -> count >= 3);
        assertThat(obliging.mostRunning()).isBetween(4, 6);
        assertThat(obliging.started().subList(3, 6)).allMatch(task -> task.env().equals(Map.of("A", "b")));
        assertThat(events.of("deployment_success")
                        .get(0)
                        .getJsonObject("plan")
                        .getJsonArray("steps")
                        .encode())
                .contains("RestartApplication");
    }

    @Test
    void a_restart_may_make_do_with_fewer_tasks_if_the_app_says_so() {
        JsonObject app = new JsonObject(app(ID, "obliging", 2))
                .put("upgradeStrategy", new JsonObject("{\"minimumHealthCapacity\":0.5,\"maximumOverCapacity\":0}"));
        marathon.post("/v2/apps", app.encode());
        marathon.awaitRunning(ID, 2);
        marathon.awaitNoDeployment();
        List<String> old = marathon.taskIds(ID);

        assertThat(marathon.post("/v2/apps/" + ID + "/restart", "").status()).isEqualTo(200);
        marathon.awaitNoDeployment();

        assertThat(marathon.taskIds(ID)).hasSize(2).doesNotContainAnyElementsOf(old);
        assertThat(obliging.mostRunning()).isEqualTo(2);
    }

    @Test
    void a_change_that_changes_nothing_leaves_version_and_tasks_alone() {
        marathon.deployed(ID, "obliging", 1);
        JsonObject before = marathon.appOf(ID);

        // Vamp sends it after a kill, because 256 is not 256.0 to it.
        assertThat(marathon.put("/v2/apps/" + ID, "{\"mem\":256}").status()).isEqualTo(200);
        marathon.put("/v2/apps/" + ID, app(ID, "obliging", 1));

        marathon.awaitNoDeployment();
        assertThat(marathon.appOf(ID)).isEqualTo(before);
    }

    @Test
    void a_destroyed_app_is_gone_at_once_and_may_come_again() {
        marathon.deployed(ID, "obliging", 2);
        RunningMarathon.Events events = marathon.listen("");

        RunningMarathon.Answer answer = marathon.delete("/v2/apps" + ID);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(marathon.get("/v2/apps/" + ID).status()).isEqualTo(404);
        assertThat(events.await("app_terminated_event", 1).get(0).getString("appId"))
                .isEqualTo(ID);
        events.await("deployment_success", 1);
        assertThat(obliging.running()).isZero();
        assertThat(marathon.get("/v2/tasks").json().getJsonArray("tasks")).isEmpty();
        marathon.deployed(ID, "obliging", 1);
        assertThat(marathon.delete("/v2/apps/none").message()).isEqualTo("App '/none' does not exist");
    }

    @Test
    void ports_are_not_given_again_soon_and_not_when_something_else_has_them() throws IOException {
        PortRange ports = new PortRange("127.8.1.2");
        int first = ports.take(List.of(PortRange.ANY)).orElseThrow().get(0);
        ports.release(List.of(first));
        int blocked = first == PortRange.LAST ? PortRange.FIRST : first + 1;
        List<Integer> next = new ArrayList<>();
        try (ServerSocket other = new ServerSocket(blocked, 1, InetAddress.getByName("127.8.1.2"))) {
            for (int i = 0; i < 900; i++) {
                next.addAll(ports.take(List.of(PortRange.ANY)).orElseThrow());
                ports.release(next.subList(i, i + 1));
            }
            assertThat(other.isBound()).isTrue();
        }

        assertThat(next)
                .doesNotHaveDuplicates()
                .doesNotContain(first, blocked)
                .allMatch(port -> port >= 31000 && port <= 32000);
    }

    @Test
    void a_certain_port_that_is_taken_is_waited_for() {
        JsonObject app = new JsonObject(app(ID, "obliging", 1));
        app.getJsonObject("container")
                .getJsonObject("docker")
                .getJsonArray("portMappings")
                .getJsonObject(0)
                .put("hostPort", 31777);
        marathon.post("/v2/apps", app.encode());
        assertThat(marathon.awaitRunning(ID, 1).get(0).getJsonArray("ports").getInteger(0))
                .isEqualTo(31777);
        marathon.post("/v2/apps", app.put("id", "second").encode());
        Instant then = marathon.clock().now();
        await().atMost(PATIENCE)
                .until(() -> Duration.between(then, marathon.clock().now()).toSeconds() > 5);
        assertThat(marathon.tasks("second")).isEmpty();

        marathon.delete("/v2/apps" + ID);

        marathon.awaitRunning("second", 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'container': {'docker': {'image': 'broken'}}}; it is broken",
                "{'cmd': 'sleep 100', 'env': {'A': 'x\\u0000y'}}; Invalid environment variable value",
                "{'cmd': 'sleep 100', 'env': {'A=B': 'x'}}; Invalid environment variable name"
            },
            quoteCharacter = '|')
    void a_task_whose_container_cannot_be_made_fails_and_says_why(String app, String why) {
        var events = marathon.listen("?event_type=status_update_event");

        marathon.post(
                "/v2/apps", new JsonObject(app.replace('\'', '"')).put("id", ID).encode());

        JsonObject update = events.await("status_update_event", 1).get(0);
        assertThat(update.getString("taskStatus")).isEqualTo("TASK_FAILED");
        assertThat(update.getString("message"))
                .startsWith("Failed to launch container: ")
                .contains(why);
    }

    @Test
    void an_app_has_no_more_tasks_at_once_than_there_are_host_ports_though_it_asks_for_none() {
        JsonObject container = new JsonObject("{\"docker\": {\"image\": \"obliging\"}}");
        marathon.post(
                "/v2/apps",
                new JsonObject()
                        .put("id", ID)
                        .put("container", container)
                        .put("instances", 2_000_000_000)
                        .encode());

        String one = marathon.awaitRunning(ID, 1001).get(0).getString("id");
        assertThat(marathon.get("/v2/queue").json().getJsonArray("queue")).isEmpty();

        marathon.delete("/v2/apps" + ID + "/tasks/" + one);

        marathon.awaitTasks(
                ID, tasks -> tasks.size() == 1001 && !tasks.toString().contains(one));
    }

    @Test
    void nothing_is_launched_while_the_clock_is_held() {
        marathon.onContext(() -> marathon.clock().hold());
        marathon.post("/v2/apps", app(ID, "obliging", 1));

        await().during(Duration.ofMillis(200))
                .atMost(PATIENCE)
                .until(() -> marathon.tasks(ID).isEmpty());
        marathon.onContext(() -> marathon.clock().goOn());

        marathon.awaitRunning(ID, 1);
    }

    @Test
    void closing_kills_every_task_and_starts_none() {
        marathon.deployed(ID, "obliging", 3);
        marathon.post("/v2/apps", app("/more", "obliging", 2));

        marathon.closeMarathon();

        assertThat(obliging.running()).isZero();
        assertThat(obliging.started().stream().map(TaskSpec::taskId))
                .allMatch(id -> obliging.of(id).wasKilled());
    }
}
