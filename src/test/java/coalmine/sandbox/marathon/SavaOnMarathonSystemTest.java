package coalmine.sandbox.marathon;

import static coalmine.sandbox.marathon.RunningMarathon.PATIENCE;
import static coalmine.sandbox.marathon.RunningMarathon.instant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.sandbox.sava.SavaImage;
import coalmine.sandbox.sava.SpareProcesses;
import coalmine.time.Pace;
import io.vertx.core.json.JsonObject;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sample service's processes as tasks: what a kill does to users, and what comes after it. */
class SavaOnMarathonSystemTest {

    private static final String HOST = "127.8.1.4";
    private static final String IMAGE = "magneticio/sava:1.1.0";
    private static final String ID = "/sava/sava-1-1-10d6441a7aaa82b53e89";

    private final Pace pace = new Pace(50);
    private final SpareProcesses processes = new SpareProcesses(2, CompletableFuture.completedFuture(null));
    private final RunningMarathon marathon =
            new RunningMarathon(HOST, pace, Map.of(IMAGE, new SavaImage(processes, pace)));
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        marathon.close();
        processes.close();
    }

    @Test
    void every_task_is_a_process_of_its_own_that_answers_on_the_task_s_port() throws Exception {
        marathon.deployed(ID, IMAGE, 4);

        Set<String> pids = new HashSet<>();
        for (JsonObject task : marathon.tasks(ID)) {
            HttpResponse<String> page = page(task);
            assertThat(page.body()).contains("sava 1.1", task.getString("id"));
            pids.add(page.headers().firstValue("X-Sava-Process").orElseThrow());
        }
        assertThat(pids).hasSize(4);
    }

    @Test
    void after_a_kill_the_old_port_refuses_and_a_new_one_answers() throws Exception {
        marathon.deployed(ID, IMAGE, 1);
        JsonObject old = marathon.tasks(ID).get(0);
        page(old);

        marathon.delete("/v2/apps/" + ID + "/tasks/" + old.getString("id"));
        JsonObject young = awaitReplacement(old);

        assertThatThrownBy(() -> page(old)).isInstanceOf(ConnectException.class);
        assertThat(page(young).body()).contains(young.getString("id"));
        assertThat(young.getJsonArray("ports")).isNotEqualTo(old.getJsonArray("ports"));
    }

    @Test
    void a_process_killed_behind_the_scheduler_s_back_is_a_failed_task_and_replaced_after_a_delay() throws Exception {
        marathon.deployed(ID, IMAGE, 1);
        JsonObject old = marathon.tasks(ID).get(0);
        RunningMarathon.Events events = marathon.listen("?event_type=status_update_event");
        long pid =
                Long.parseLong(page(old).headers().firstValue("X-Sava-Process").orElseThrow());

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        JsonObject young = awaitReplacement(old);

        JsonObject failed = events.await("status_update_event", 2).get(0);
        assertThat(failed.getString("taskStatus")).isEqualTo("TASK_FAILED");
        assertThat(failed.getString("message")).isEqualTo("the process exited with status 137");
        assertThat(Duration.between(instant(failed, "timestamp"), instant(young, "stagedAt")))
                .isGreaterThanOrEqualTo(Duration.ofMillis(1998));
        assertThat(page(young).statusCode()).isEqualTo(200);
        assertThat(marathon.appOf(ID).getJsonObject("lastTaskFailure").getString("taskId"))
                .isEqualTo(old.getString("id"));
    }

    @Test
    void closing_ends_every_process() throws Exception {
        marathon.deployed(ID, IMAGE, 2);
        List<JsonObject> tasks = marathon.tasks(ID);

        marathon.closeMarathon();

        for (JsonObject task : tasks) {
            assertThatThrownBy(() -> page(task)).isInstanceOf(ConnectException.class);
        }
    }

    private JsonObject awaitReplacement(JsonObject old) {
        return marathon.awaitTasks(
                        ID,
                        tasks -> tasks.size() == 1
                                && tasks.get(0).getString("startedAt") != null
                                && !tasks.get(0).getString("id").equals(old.getString("id")))
                .get(0);
    }

    private HttpResponse<String> page(JsonObject task) throws Exception {
        URI uri = URI.create("http://" + HOST + ":" + task.getJsonArray("ports").getInteger(0) + "/");
        return http.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }
}
