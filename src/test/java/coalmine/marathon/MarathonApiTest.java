package coalmine.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.access.LaterVersions;
import coalmine.marathon.MarathonApi.Task;
import coalmine.vamp.FakeVamp;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MarathonApiTest {

    private static final String APPS = """
            {"apps":[{"id":"/sava/a","instances":1,"labels":{"deployment":"sava","service":"sava:1.0"},
              "container":{"type":"DOCKER","docker":{"image":"i","network":"BRIDGE","portMappings":[{"containerPort":8080}]}},
              "tasks":[{"id":"t1","appId":"/sava/a","slaveId":"s","host":"10.0.0.1","ports":[31000],"startedAt":"2026"},
                       {"id":"t2","appId":"/sava/a","slaveId":"s","host":"10.0.0.1","ports":[31001],"startedAt":null}]}]}""";

    private final FakeVamp fake = new FakeVamp("127.6.13.1");
    private final MarathonApi marathon = new MarathonApi(fake.uri());

    @AfterEach
    void close() {
        fake.close();
    }

    @Test
    void apps_of_0_15_and_of_1_5_read_alike() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        fake.when("GET /v2/apps?embed=apps.tasks", APPS);
        List<MarathonApi.App> old = marathon.appsOfService("sava", "sava:1.0");
        fake.when(
                "GET /v2/apps?embed=apps.tasks",
                LaterVersions.marathon(json.readTree(APPS)).toString());

        assertThat(marathon.appsOfService("sava", "sava:1.0")).isEqualTo(old);
        assertThat(old.get(0).tasks()).extracting(Task::id).containsExactly("t1", "t2");
        assertThat(old.get(0).tasks()).extracting(Task::started).containsExactly(true, false);
    }

    @Test
    void a_task_that_marathon_1_cannot_reach_does_not_run() {
        fake.when("GET /v2/apps?embed=apps.tasks", """
                {"apps":[{"id":"/a","instances":1,"tasks":[
                  {"id":"t1","startedAt":"2026","state":"TASK_UNREACHABLE"},{"id":"t2","startedAt":"2026","state":"TASK_RUNNING"}]}]}""");

        assertThat(marathon.apps().get(0).tasks()).extracting(Task::started).containsExactly(false, true);
    }

    @Test
    void a_refusal_tells_method_path_status_and_marathons_message() {
        fake.when(
                "DELETE /v2/apps/sava/a",
                request -> FakeVamp.Reply.of(404, "{\"message\":\"App '/sava/a' does not exist\"}"));

        assertThatThrownBy(() -> marathon.destroy("/sava/a"))
                .isInstanceOf(MarathonException.class)
                .hasMessageContainingAll("DELETE", "/v2/apps/sava/a", "404", "App '/sava/a' does not exist");
    }

    @Test
    void a_kill_of_tasks_that_nobody_knows_is_told() {
        fake.when("POST /v2/tasks/delete", "{\"tasks\":[]}");

        assertThatThrownBy(() -> marathon.kill(List.of("t9"))).hasMessageContaining("killed none of [t9]");
    }
}
