package coalmine.sandbox.marathon;

import static coalmine.sandbox.marathon.RunningMarathon.app;
import static coalmine.sandbox.marathon.RunningMarathon.array;
import static coalmine.sandbox.marathon.RunningMarathon.objects;
import static org.assertj.core.api.Assertions.assertThat;

import coalmine.sandbox.marathon.RunningMarathon.Answer;
import coalmine.sandbox.marathon.RunningMarathon.Events;
import coalmine.time.Pace;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and answers (facts 7.1, 7.2) and the event stream (facts 7.4). */
class MarathonApiTest {

    private static final FakeImage IMAGE = new FakeImage(FakeImage.Manner.OBLIGING);
    private static final RunningMarathon MARATHON =
            new RunningMarathon("127.8.1.3", new Pace(100), Map.of("fake", IMAGE));

    @AfterEach
    void destroyApps() {
        objects(MARATHON.get("/v2/apps").json().getJsonArray("apps"))
                .forEach(app -> MARATHON.delete("/v2/apps" + app.getString("id")));
        MARATHON.awaitNoDeployment();
    }

    @AfterAll
    static void close() {
        MARATHON.close();
    }

    @Test
    void it_answers_ping_and_says_who_it_is() {
        assertThat(MARATHON.get("/ping").body()).isEqualTo("pong");
        JsonObject info = MARATHON.get("/v2/info").json();
        assertThat(info.getString("name")).isEqualTo("marathon");
        assertThat(info.getString("version")).isEqualTo("0.15.6");
        assertThat(info.getBoolean("elected")).isTrue();
        assertThat(info.fieldNames())
                .contains(
                        "leader",
                        "frameworkId",
                        "marathon_config",
                        "zookeeper_config",
                        "event_subscriber",
                        "http_config");
        assertThat(MARATHON.get("/v2/leader").json().getString("leader")).isEqualTo(info.getString("leader"));
    }

    @Test
    void a_created_app_is_shown_with_all_that_marathon_fills_in() {
        Answer answer = MARATHON.post("/v2/apps", app("vamp/x", "fake", 1));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Location"))
                .isEqualTo(MARATHON.uri("/v2/apps/vamp/x").toString());
        JsonObject app = answer.json();
        assertThat(answer.header("Marathon-Deployment-Id"))
                .isEqualTo(app.getJsonArray("deployments").getJsonObject(0).getString("id"));
        // Those of the recorded answer.
        assertThat(app.fieldNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "cmd",
                        "args",
                        "user",
                        "env",
                        "instances",
                        "cpus",
                        "mem",
                        "disk",
                        "executor",
                        "constraints",
                        "uris",
                        "fetch",
                        "storeUrls",
                        "backoffSeconds",
                        "backoffFactor",
                        "maxLaunchDelaySeconds",
                        "container",
                        "healthChecks",
                        "dependencies",
                        "upgradeStrategy",
                        "labels",
                        "acceptedResourceRoles",
                        "ipAddress",
                        "ports",
                        "requirePorts",
                        "version",
                        "versionInfo",
                        "tasksStaged",
                        "tasksRunning",
                        "tasksHealthy",
                        "tasksUnhealthy",
                        "deployments",
                        "tasks");
        assertThat(app.getString("id")).isEqualTo("/vamp/x");
        assertThat(answer.body()).contains("\"mem\":256.0", "\"args\":null", "\"tasks\":[]");
        assertThat(app.getString("version")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        JsonObject mapping = app.getJsonObject("container")
                .getJsonObject("docker")
                .getJsonArray("portMappings")
                .getJsonObject(0);
        assertThat(app.getJsonArray("ports")).isEqualTo(new JsonArray().add(mapping.getInteger("servicePort")));
        assertThat(mapping.getInteger("servicePort")).isGreaterThanOrEqualTo(10000);
    }

    @Test
    void two_apps_do_not_share_a_service_port() {
        JsonArray first = MARATHON.post("/v2/apps", app("a", "fake", 0)).json().getJsonArray("ports");
        JsonArray second = MARATHON.post("/v2/apps", app("b", "fake", 0)).json().getJsonArray("ports");

        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void an_app_that_was_read_can_be_sent_back() {
        MARATHON.deployed("/a", "fake", 1);
        JsonObject read = MARATHON.appOf("/a");
        read.remove("version");

        assertThat(MARATHON.put("/v2/apps/a", read.encode()).status()).isEqualTo(200);

        MARATHON.awaitNoDeployment();
        assertThat(MARATHON.appOf("/a").remove("version"))
                .isEqualTo(MARATHON.appOf("/a").getJsonObject("versionInfo").getString("lastConfigChangeAt"));
    }

    @Test
    void an_id_that_exists_is_refused() {
        MARATHON.post("/v2/apps", app("/sava/x", "fake", 1));

        Answer answer = MARATHON.post("/v2/apps", app("sava/x", "fake", 1));

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.message()).isEqualTo("An app with id [/sava/x] already exists.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/apps/sava/x", "/v2/apps//sava/x", "/v2/apps//sava//x?embed=apps.tasks"})
    void an_app_is_found_however_its_id_is_written(String path) {
        MARATHON.post("/v2/apps", app("/sava/x", "fake", 0));

        assertThat(MARATHON.get(path).json().getJsonObject("app").getString("id"))
                .isEqualTo("/sava/x");
    }

    @Test
    void a_star_stands_for_all_apps_of_a_group() {
        MARATHON.post("/v2/apps", app("/sava/x", "fake", 0));
        MARATHON.post("/v2/apps", app("/sava/deep/y", "fake", 0));
        MARATHON.post("/v2/apps", app("/savannah", "fake", 0));

        assertThat(ids(MARATHON.get("/v2/apps/sava/*").json().getJsonArray("*")))
                .containsExactly("/sava/deep/y", "/sava/x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "id=one; /group/one",
                "id=group; /group/one,/group/two",
                "cmd=sleep; /group/two",
                "label=stage%3D%3Dtest; /group/one",
                "label=stage!%3Dtest; /group/two",
                "label=stage%20in%20(test,live),colour; /group/one",
                "label=stage%20notin%20(test); /group/two",
                "label=colour; /group/one"
            })
    void apps_are_filtered(String query, String expected) {
        MARATHON.post(
                "/v2/apps",
                new JsonObject(app("/group/one", "fake", 0))
                        .put("labels", new JsonObject("{\"stage\":\"test\",\"colour\":\"red\"}"))
                        .encode());
        MARATHON.post(
                "/v2/apps",
                new JsonObject(app("/group/two", "fake", 0))
                        .put("cmd", "sleep 1")
                        .put("labels", new JsonObject("{\"stage\":\"live\"}"))
                        .encode());
        MARATHON.post("/v2/apps", app("/three", "fake", 0));

        assertThat(ids(MARATHON.get("/v2/apps?" + query).json().getJsonArray("apps")))
                .containsExactly(expected.split(","));
    }

    @Test
    void the_list_of_apps_shows_tasks_only_if_asked_to() {
        MARATHON.deployed("/a", "fake", 1);

        JsonObject bare = MARATHON.get("/v2/apps").json().getJsonArray("apps").getJsonObject(0);
        JsonObject full = MARATHON.get("/v2/apps?embed=apps.tasks")
                .json()
                .getJsonArray("apps")
                .getJsonObject(0);

        assertThat(bare.containsKey("tasks")).isFalse();
        assertThat(bare.getInteger("tasksRunning")).isEqualTo(1);
        assertThat(full.getJsonArray("tasks")).hasSize(1);
    }

    @Test
    void an_unknown_app_is_created_by_put_but_not_by_patch() {
        assertThat(MARATHON.send("PATCH", "/v2/apps/a", app("a", "fake", 0)).status())
                .isEqualTo(404);
        assertThat(MARATHON.put("/v2/apps/a", app("a", "fake", 0)).status()).isEqualTo(201);
        assertThat(MARATHON.send("PATCH", "/v2/apps/a", "{\"cpus\":2}").status())
                .isEqualTo(200);
        assertThat(MARATHON.appOf("a").getDouble("cpus")).isEqualTo(2);
        assertThat(MARATHON.appOf("a").getDouble("mem")).isEqualTo(256);
    }

    @Test
    void a_put_that_is_not_partial_takes_the_rest_from_the_defaults() {
        MARATHON.deployed("/a", "fake", 0);
        JsonObject app = new JsonObject(app("a", "fake", 0));
        app.remove("mem");

        MARATHON.put("/v2/apps/a?partialUpdate=false", app.encode());

        assertThat(MARATHON.appOf("a").getDouble("mem")).isEqualTo(128);
    }

    @Test
    void several_apps_change_in_one_deployment_those_that_others_need_first() {
        String dependent = new JsonObject(app("/group/b", "fake", 1))
                .put("dependencies", new JsonArray().add("/group/a"))
                .encode();
        Events events = MARATHON.listen("?event_type=deployment_success");

        Answer answer = MARATHON.put("/v2/apps", "[" + dependent + "," + app("/group/a", "fake", 1) + "]");

        assertThat(answer.status()).isEqualTo(200);
        JsonArray steps = events.await("deployment_success", 1)
                .get(0)
                .getJsonObject("plan")
                .getJsonArray("steps");
        assertThat(objects(steps).stream()
                        .map(step -> objects(step.getJsonArray("actions")).stream()
                                .map(action -> action.getString("action") + " " + action.getString("app"))
                                .toList()))
                .containsExactly(
                        List.of("StartApplication /group/a", "StartApplication /group/b"),
                        List.of("ScaleApplication /group/a"),
                        List.of("ScaleApplication /group/b"));
    }

    @Test
    void tasks_are_listed_by_state_and_as_text() {
        MARATHON.deployed("/sava/x", "fake", 2);
        List<JsonObject> tasks = MARATHON.tasks("/sava/x");
        String servicePort =
                MARATHON.appOf("/sava/x").getJsonArray("ports").getInteger(0).toString();
        String line = "sava_x\t" + servicePort + "\t127.8.1.3:"
                + tasks.get(0).getJsonArray("ports").getInteger(0) + "\t127.8.1.3:"
                + tasks.get(1).getJsonArray("ports").getInteger(0) + "\n";

        assertThat(objects(MARATHON.get("/v2/tasks").json().getJsonArray("tasks")))
                .isEqualTo(tasks);
        assertThat(MARATHON.get("/v2/tasks?status=running").json().getJsonArray("tasks"))
                .hasSize(2);
        assertThat(MARATHON.get("/v2/tasks?status=staging").json().getJsonArray("tasks"))
                .isEmpty();
        assertThat(objects(MARATHON.get("/v2/apps//sava/x/tasks").json().getJsonArray("tasks")))
                .isEqualTo(tasks);
        assertThat(MARATHON.send("GET", "/v2/tasks", "", "Accept", "text/plain").body())
                .isEqualTo(line);
        assertThat(MARATHON.send("GET", "/v2/apps/sava/x/tasks", "", "Accept", "text/plain")
                        .body())
                .isEqualTo(line);
        assertThat(MARATHON.get("/v2/apps/none/tasks").status()).isEqualTo(404);
    }

    @Test
    void one_task_is_shown_when_one_is_killed() {
        MARATHON.deployed("/a", "fake", 1);
        String id = MARATHON.taskIds("/a").get(0);

        Answer killed = MARATHON.delete("/v2/apps/a/tasks/" + id);
        Answer unknown = MARATHON.delete("/v2/apps/a/tasks/a.none");

        assertThat(killed.json().getJsonObject("task").getString("id")).isEqualTo(id);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.message()).isEqualTo("Task 'a.none' does not exist");
    }

    @Test
    void unknown_tasks_are_ignored_and_malformed_ones_refused() {
        MARATHON.deployed("/a", "fake", 2);
        String id = MARATHON.taskIds("/a").get(0);

        assertThat(MARATHON.post("/v2/tasks/delete", "{\"ids\":[\"malformed\"]}")
                        .message())
                .startsWith("Invalid task id 'malformed'. [");
        assertThat(MARATHON.post("/v2/tasks/delete", "{\"ids\":[\"malformed\"]}")
                        .status())
                .isEqualTo(400);
        assertThat(MARATHON.post("/v2/tasks/delete", "{\"ids\":\"all\"}").status())
                .isEqualTo(400);
        assertThat(MARATHON.post("/v2/tasks/delete", "{\"ids\":[\"a.none\",\"" + id + "\"]}")
                        .json()
                        .getJsonArray("tasks"))
                .hasSize(1);
        MARATHON.awaitTasks(
                "/a",
                tasks -> tasks.size() == 2
                        && tasks.stream().noneMatch(task -> task.getString("id").equals(id)));
        String other = MARATHON.awaitRunning("/a", 2).get(0).getString("id");
        assertThat(MARATHON.post("/v2/tasks/delete?scale=true", "{\"ids\":[\"" + other + "\"]}")
                        .json()
                        .fieldNames())
                .containsExactlyInAnyOrder("version", "deploymentId");
        MARATHON.awaitRunning("/a", 1);
    }

    @ParameterizedTest
    @CsvSource({"DELETE,/v2/apps/a/tasks", "DELETE,/v2/apps/a/tasks/a.b", "POST,/v2/tasks/delete"})
    void scale_and_wipe_exclude_each_other(String method, String path) {
        Answer answer = MARATHON.send(method, path + "?scale=true&wipe=true", "{\"ids\":[]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).isEqualTo("You cannot use scale and wipe at the same time.");
    }

    @Test
    void wipe_kills_as_no_parameter_does() {
        MARATHON.deployed("/a", "fake", 1);
        String id = MARATHON.taskIds("/a").get(0);

        assertThat(MARATHON.delete("/v2/apps/a/tasks?wipe=true").json().getJsonArray("tasks"))
                .hasSize(1);

        MARATHON.awaitTasks(
                "/a",
                tasks -> tasks.size() == 1 && !tasks.get(0).getString("id").equals(id));
    }

    @Test
    void a_running_deployment_is_shown_and_locks_its_app() {
        String deployment = MARATHON.post("/v2/apps", app("/a", "none", 1)).header("Marathon-Deployment-Id");
        MARATHON.awaitTasks("/a", tasks -> true);

        JsonObject shown = array(MARATHON.get("/v2/deployments")).getJsonObject(0);
        Answer locked = MARATHON.put("/v2/apps/a", "{\"instances\":2}");

        assertThat(shown.getString("id")).isEqualTo(deployment);
        assertThat(shown.getJsonArray("affectedApps")).containsExactly("/a");
        assertThat(shown.getInteger("currentStep")).isEqualTo(2);
        assertThat(shown.getInteger("totalSteps")).isEqualTo(2);
        assertThat(shown.getJsonArray("steps").encode())
                .isEqualTo(
                        "[{\"actions\":[{\"action\":\"StartApplication\",\"type\":\"StartApplication\",\"app\":\"/a\"}]},"
                                + "{\"actions\":[{\"action\":\"ScaleApplication\",\"type\":\"ScaleApplication\",\"app\":\"/a\"}]}]");
        assertThat(shown.getJsonArray("currentActions").getJsonObject(0).getString("app"))
                .isEqualTo("/a");
        assertThat(locked.status()).isEqualTo(409);
        assertThat(locked.message()).startsWith("App is locked by one or more deployments.");
        assertThat(locked.json().getJsonArray("deployments"))
                .isEqualTo(new JsonArray().add(new JsonObject().put("id", deployment)));
        assertThat(MARATHON.post("/v2/apps/a/restart", "").status()).isEqualTo(409);
        assertThat(MARATHON.delete("/v2/apps/a?force=false").status()).isEqualTo(409);
    }

    @Test
    void force_cancels_the_deployment_in_the_way() {
        MARATHON.post("/v2/apps", app("/a", "none", 1));
        Events events = MARATHON.listen("?event_type=deployment_failed&event_type=deployment_success");

        JsonObject image = new JsonObject(app("/a", "fake", 1)).getJsonObject("container");
        Answer answer = MARATHON.put(
                "/v2/apps/a?force=true",
                new JsonObject().put("container", image).encode());

        assertThat(answer.status()).isEqualTo(200);
        MARATHON.awaitRunning("/a", 1);
        events.await("deployment_success", 1);
        assertThat(events.types()).containsExactly("deployment_failed", "deployment_success");
    }

    @Test
    void a_deployment_can_be_taken_back_or_cancelled() {
        MARATHON.deployed("/a", "fake", 1);
        JsonObject unknown = new JsonObject(app("/a", "none", 1)).getJsonObject("container");
        String change = new JsonObject().put("container", unknown).encode();
        String first = MARATHON.put("/v2/apps/a", change).json().getString("deploymentId");

        Answer reverted = MARATHON.delete("/v2/deployments/" + first);
        MARATHON.awaitNoDeployment();
        assertThat(reverted.status()).isEqualTo(200);
        assertThat(reverted.json().fieldNames()).containsExactlyInAnyOrder("version", "deploymentId");
        assertThat(MARATHON.appOf("/a").encode()).contains("\"image\":\"fake\"");

        String second = MARATHON.put("/v2/apps/a", change).json().getString("deploymentId");
        Answer cancelled = MARATHON.delete("/v2/deployments/" + second + "?force=true");
        assertThat(cancelled.status()).isEqualTo(202);
        assertThat(cancelled.body()).isEmpty();
        MARATHON.awaitNoDeployment();
        assertThat(MARATHON.appOf("/a").encode()).contains("\"image\":\"none\"");
        assertThat(MARATHON.delete("/v2/deployments/none").status()).isEqualTo(404);
    }

    @Test
    void a_new_app_is_announced_step_by_step() {
        Events events = MARATHON.listen("");
        events.await("event_stream_attached", 1);
        Answer created = MARATHON.post("/v2/apps", app("/sava/x", "fake", 1));
        events.await("deployment_success", 1);

        assertThat(events.types())
                .containsExactly(
                        "event_stream_attached",
                        "group_change_success",
                        "api_post_event",
                        "deployment_info",
                        "deployment_step_success",
                        "deployment_info",
                        "status_update_event",
                        "deployment_step_success",
                        "deployment_success");
        assertThat(events.heard())
                .allMatch(event -> event.getString("timestamp").endsWith("Z"));
        JsonObject success = events.of("deployment_success").get(0);
        assertThat(success.getString("id")).isEqualTo(created.header("Marathon-Deployment-Id"));
        assertThat(success.getJsonObject("plan").fieldNames())
                .containsExactlyInAnyOrder("id", "original", "target", "steps", "version");
        assertThat(success.getJsonObject("plan")
                        .getJsonArray("steps")
                        .getJsonObject(1)
                        .getJsonArray("actions")
                        .getJsonObject(0)
                        .getMap())
                .containsAllEntriesOf(
                        Map.of("action", "ScaleApplication", "type", "ScaleApplication", "app", "/sava/x"));
        JsonObject status = events.of("status_update_event").get(0);
        assertThat(status.fieldNames())
                .containsAll(Set.of(
                        "slaveId",
                        "taskId",
                        "taskStatus",
                        "message",
                        "appId",
                        "host",
                        "ipAddresses",
                        "ports",
                        "version"));
        JsonObject posted = events.of("api_post_event").get(0);
        assertThat(posted.getString("uri")).isEqualTo("/v2/apps");
        assertThat(posted.getJsonObject("appDefinition").getString("id")).isEqualTo("/sava/x");
        assertThat(events.of("group_change_success").get(0).getString("groupId"))
                .isEqualTo("/sava");
    }

    @Test
    void the_event_stream_needs_its_media_type() {
        assertThat(MARATHON.get("/v2/events").status()).isEqualTo(405);
        assertThat(MARATHON.send("GET", "/v2/events", "", "Accept", "application/json")
                        .status())
                .isEqualTo(405);
    }

    @Test
    void groups_are_shown_as_the_tree_that_ids_make() {
        MARATHON.post("/v2/apps", app("/sava/deep/x", "fake", 0));
        MARATHON.post("/v2/apps", app("/top", "fake", 0));

        JsonObject root = MARATHON.get("/v2/groups").json();
        JsonObject deep = MARATHON.get("/v2/groups/sava/deep").json();

        assertThat(ids(root.getJsonArray("apps"))).containsExactly("/top");
        assertThat(ids(root.getJsonArray("groups"))).containsExactly("/sava");
        assertThat(ids(deep.getJsonArray("apps"))).containsExactly("/sava/deep/x");
        assertThat(MARATHON.get("/v2/groups/none").status()).isEqualTo(404);
        assertThat(MARATHON.get("/v2/groups/top").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{}; 422; /id",
                "{'id':'Upper','cmd':'x'}; 422; /id",
                "{'id':'a','cmd':'x','instances':-1}; 422; /instances",
                "{'id':'a','cmd':'x','instances':1.5}; 422; /instances",
                "{'id':'a','cmd':'x','instances':'two'}; 422; /instances",
                "{'id':'a','cmd':'x','mem':-1}; 422; /mem",
                "{'id':'a','cmd':'x','env':[]}; 422; /env",
                "{'id':'a','cmd':'x','dependencies':[null]}; 422; /dependencies(0)",
                "{'id':'a','cmd':'x','dependencies':['b',{}]}; 422; /dependencies(1)",
                "{'id':'a','cmd':'x','portDefinitions':['x']}; 422; /portDefinitions(0)",
                "{'id':'a','cmd':'x','portDefinitions':[{'port':'x'}]}; 422; /portDefinitions(0)/port",
                "{'id':'a','cmd':'x','upgradeStrategy':{'minimumHealthCapacity':2}}; 422; /upgradeStrategy/minimumHealthCapacity",
                "{'id':'a','cmd':'x','container':{'docker':{}}}; 422; /container/docker/image",
                "{'id':'a','container':{'docker':{'image':'x','portMappings':[{'containerPort':70000}]}}}; 422; /container/docker/portMappings(0)/containerPort",
                "{'id':'a'}; 422; must either contain",
                "{'id':'a','cmd':'x','healthChecks':[{}]}; 501; healthChecks",
                "{'id':; 400; Invalid JSON",
                "[]; 400; Invalid JSON",
                "nothing; 400; Invalid JSON"
            })
    void an_app_that_is_not_valid_is_refused_with_what_is_wrong(String body, int status, String message) {
        Answer answer = MARATHON.post("/v2/apps", body.replace('\'', '"'));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).contains(message);
        assertThat(answer.message()).isNotEmpty();
        assertThat(MARATHON.get("/v2/apps").json().getJsonArray("apps")).isEmpty();
    }

    @Test
    void what_is_null_below_the_top_level_is_as_if_absent() {
        Answer answer = MARATHON.post("/v2/apps", """
                {"id": "a", "cmd": "x", "instances": 0, "portDefinitions": [{"port": null}],
                 "upgradeStrategy": {"minimumHealthCapacity": null}}""");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().getJsonArray("ports").getInteger(0)).isGreaterThanOrEqualTo(10000);
        assertThat(answer.json().getJsonObject("upgradeStrategy").getDouble("minimumHealthCapacity"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v2/apps?label=%zz HTTP/1.1\r\nHost: x",
                "GET /v2/apps/%zz HTTP/1.1\r\nHost: x",
                "POST /v2/apps?force=%zz HTTP/1.1\r\nHost: x",
                "POST /v2/apps HTTP/1.1\r\nHost: a b"
            })
    void a_request_that_cannot_be_read_is_refused_and_changes_nothing(String head) throws IOException {
        assertThat(answerTo(head))
                .startsWith("HTTP/1.1 400 ")
                .contains("{\"message\":\"The request cannot be read: ")
                .doesNotContain("xception");
        assertThat(MARATHON.get("/v2/apps").json().getJsonArray("apps")).isEmpty();
    }

    @Test
    void a_request_without_a_host_is_answered_with_marathons_own() throws IOException {
        assertThat(answerTo("POST /v2/apps HTTP/1.0"))
                .startsWith("HTTP/1.0 201 ")
                .containsIgnoringCase("Location: " + MARATHON.uri("/v2/apps/a"));
    }

    /** The answer to a request for an app that no well-behaved client would send. */
    private static String answerTo(String head) throws IOException {
        String app = app("/a", "fake", 1);
        URI marathon = MARATHON.uri("/");
        try (Socket socket = new Socket(marathon.getHost(), marathon.getPort())) {
            String request = head + "\r\nConnection: close\r\nContent-Length: " + app.length() + "\r\n\r\n" + app;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void apps_written_for_later_versions_are_taken() {
        String app = """
                {"id": "/late", "instances": 1, "networks": [{"mode": "container/bridge"}], "killSelection": "OLDEST_FIRST",
                 "unreachableStrategy": {"inactiveAfterSeconds": 300}, "portDefinitions": [],
                 "container": {"type": "DOCKER", "docker": {"image": "fake"}, "portMappings": [{"containerPort": 80}]}}""";

        assertThat(MARATHON.post("/v2/apps", app).status()).isEqualTo(201);

        assertThat(MARATHON.awaitRunning("/late", 1).get(0).getJsonArray("ports"))
                .hasSize(1);
        String oldest = MARATHON.taskIds("/late").get(0);
        MARATHON.awaitNoDeployment();
        MARATHON.put("/v2/apps/late", "{\"instances\":2}");
        MARATHON.awaitRunning("/late", 2);
        MARATHON.awaitNoDeployment();
        MARATHON.put("/v2/apps/late", "{\"instances\":1}");
        assertThat(MARATHON.awaitRunning("/late", 1).get(0).getString("id")).isNotEqualTo(oldest);
    }

    @Test
    void an_app_on_the_hosts_network_needs_no_ports() {
        String app = """
                {"id": "vamp/workflow-health", "instances": 1, "cpus": 0.1, "mem": 128, "args": null,
                 "env": {"VAMP_URL": "http://127.0.0.1:8080"}, "labels": {"workflow": "health", "breed": "health"}, "constraints": [],
                 "container": {"type": "DOCKER", "docker": {"image": "fake", "portMappings": [], "parameters": [],
                 "privileged": false, "network": "HOST"}}}""";

        assertThat(MARATHON.post("/v2/apps", app).status()).isEqualTo(201);

        assertThat(MARATHON.awaitRunning("/vamp/workflow-health", 1).get(0).getJsonArray("ports"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/apps/a/versions",
                "/v2/artifacts",
                "/v2/eventSubscriptions",
                "/metrics",
                "/v2/groups/versions"
            })
    void what_is_not_built_says_so(String path) {
        Answer answer = MARATHON.get(path);

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.message()).isEqualTo("GET " + path + " is a part of Marathon that the sandbox does not have");
    }

    @Test
    void other_requests_are_refused() {
        assertThat(MARATHON.get("/v2/nowhere").status()).isEqualTo(404);
        assertThat(MARATHON.get("/v2/nowhere").message()).isEqualTo("URI not found: /v2/nowhere");
        assertThat(MARATHON.delete("/v2/apps").status()).isEqualTo(405);
        assertThat(MARATHON.post("/v2/groups", "{}").status()).isEqualTo(501);
        assertThat(MARATHON.put("/v2/apps/a", "{\"id\":\"b\",\"cmd\":\"x\"}").status())
                .isEqualTo(400);
        assertThat(MARATHON.put("/v2/apps/a", "{\"version\":\"2026-11-22T23:29:45.138Z\"}")
                        .status())
                .isEqualTo(501);
        assertThat(MARATHON.put("/v2/apps/a", "{\"version\":\"x\",\"cmd\":\"x\"}")
                        .status())
                .isEqualTo(422);
        assertThat(MARATHON.get("/v2/apps?label=((").status()).isEqualTo(400);
    }

    private static List<String> ids(JsonArray array) {
        return objects(array).stream().map(object -> object.getString("id")).toList();
    }
}
