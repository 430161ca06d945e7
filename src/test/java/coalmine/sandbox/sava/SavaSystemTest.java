package coalmine.sandbox.sava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.sandbox.marathon.Container;
import coalmine.sandbox.marathon.TaskSpec;
import coalmine.time.Pace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sample service as real processes. */
class SavaSystemTest {

    private static final String HOST = "127.8.2.1";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final SpareProcesses PROCESSES = new SpareProcesses(2, CompletableFuture.completedFuture(null));

    private SavaImage image = new SavaImage(PROCESSES, new Pace(50));
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Instance> instances = new ArrayList<>();
    private int port = ThreadLocalRandom.current().nextInt(20000, 30000);

    /** A started container and what was heard of it. */
    private static final class Instance implements Container.Listener {
        private final List<String> heard = new CopyOnWriteArrayList<>();
        private Container container = () -> {};

        @Override
        public void running() {
            heard.add("running");
        }

        @Override
        public void ended(int exitCode, String reason) {
            heard.add("ended " + exitCode + ": " + reason);
        }

        private void awaitRunning() {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> heard.contains("running"));
        }

        private void awaitEnd() {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> heard.stream().anyMatch(line -> line.startsWith("ended")));
        }
    }

    @AfterEach
    void endAll() {
        instances.forEach(instance -> instance.container.kill());
        instances.forEach(Instance::awaitEnd);
    }

    @AfterAll
    static void closePool() {
        PROCESSES.close();
    }

    @ParameterizedTest
    @CsvSource({
        "magneticio/sava:1.0.0, sava, 1.0",
        "magneticio/sava:1.1.0, sava, 1.1",
        "magneticio/sava:1.1, sava, 1.1",
        "magneticio/sava:1.0.1, sava, 1.0.1",
        "magneticio/kiwi:7.3.0, kiwi, 7.3",
        "localhost:5000/pear, pear, latest"
    })
    void an_instance_shows_the_name_and_the_version_of_its_image(String name, String service, String version)
            throws Exception {
        start(name, Map.of(8080, ++port)).awaitRunning();

        HttpResponse<String> page = get(port, "/", "text/html");
        HttpResponse<String> json = get(port, "/", "application/json");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=UTF-8");
        assertThat(page.body())
                .contains("<title>" + service + " " + version + "</title>", "<h1>" + service + " " + version + "</h1>");
        assertThat(json.headers().firstValue("Content-Type")).contains("application/json; charset=UTF-8");
        assertThat(json.body())
                .contains(
                        "\"service\":\"" + service + "\"",
                        "\"version\":\"" + version + "\"",
                        "\"instance\":\"sava_x.0\"");
    }

    @Test
    void an_instance_says_which_it_is() throws Exception {
        start("magneticio/sava:1.0.0", Map.of(8080, ++port)).awaitRunning();

        assertThat(get(port, "/id", "*/*").body()).isEqualTo("sava_x.0");
        assertThat(get(port, "/any/page", "*/*").headers().firstValue("X-Sava-Instance"))
                .contains("sava_x.0");
        assertThat(get(port, "/", "application/json").body()).contains("\"process\":" + pid(port));
    }

    @Test
    void each_container_port_answers_on_its_host_port() throws Exception {
        start("magneticio/sava:1.0.0", Map.of(8080, port + 1, 8081, port + 2)).awaitRunning();

        assertThat(get(port + 1, "/", "*/*").headers().firstValue("X-Sava-Port"))
                .contains("8080");
        assertThat(get(port + 2, "/", "*/*").headers().firstValue("X-Sava-Port"))
                .contains("8081");
    }

    @Test
    void as_a_runner_it_answers_on_the_port_that_its_environment_names_and_on_no_other() throws Exception {
        int named = ++port;
        int other = ++port;
        start(
                        "magneticio/sava:runner_1.0",
                        Map.of(8085, named, 8080, other),
                        Map.of("SAVA_RUNNER_ID", "me", "SAVA_RUNNER_HTTP_PORT1", "8085"))
                .awaitRunning();

        assertThat(get(named, "/some/path", "*/*").body())
                .matches("\\{\"id\":\"me\",\"runtime\":\"[0-9A-F]{16}\",\"port\":8085,\"path\":\"some/path\"}");
        assertThatThrownBy(() -> get(other, "/", "*/*")).isInstanceOf(IOException.class);
    }

    @Test
    void a_runner_passes_on_what_the_one_says_that_it_depends_on() throws Exception {
        int back = ++port;
        int front = ++port;
        start("magneticio/sava:runner_1.0", Map.of(8081, back), Map.of("SAVA_RUNNER_ID", "backend"))
                .awaitRunning();
        start(
                        "magneticio/sava:runner_1.0",
                        Map.of(8081, front),
                        Map.of("SAVA_RUNNER_HTTP_DEPENDENCY_URL1", "http://" + HOST + ":" + back))
                .awaitRunning();

        assertThat(get(front, "/asked", "*/*").body()).contains("\"id\":\"backend\"", "\"path\":\"asked\"");
    }

    @Test
    void a_runner_speaks_tcp_and_asks_on() throws Exception {
        int back = ++port;
        int front = ++port;
        start(
                        "magneticio/sava:runner_1.0",
                        Map.of(8095, back),
                        Map.of("SAVA_RUNNER_ID", "backend", "SAVA_RUNNER_TCP_PORT1", "8095"))
                .awaitRunning();
        start(
                        "magneticio/sava:runner_1.0",
                        Map.of(8091, front),
                        Map.of("SAVA_RUNNER_TCP_DEPENDENCY_URL1", HOST + ":" + back))
                .awaitRunning();

        for (int asked : List.of(back, front)) {
            try (Socket socket = new Socket(HOST, asked)) {
                socket.getOutputStream().write("***".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("{\"id\":\"backend\"")
                        .endsWith("\"port\":8095,\"request\":\"***\"}");
            }
        }
    }

    @Test
    void it_answers_other_methods_too() throws Exception {
        start("magneticio/sava:1.0.0", Map.of(8080, ++port)).awaitRunning();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(port, "/"));

        HttpResponse<String> head = http.send(
                request.copy()
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> post = http.send(
                request.copy()
                        .POST(HttpRequest.BodyPublishers.ofString("a body"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(post.body()).contains("sava 1.0");
    }

    @Test
    void a_kill_ends_the_process_at_once_and_its_port_is_free() throws Exception {
        Instance instance = start("magneticio/sava:1.0.0", Map.of(8080, ++port));
        instance.awaitRunning();
        long pid = pid(port);

        instance.container.kill();
        instance.awaitEnd();

        assertThat(instance.heard).containsExactly("running", "ended 137: the process exited with status 137");
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
            assertThat(socket.isBound()).isTrue();
        }
    }

    @Test
    void a_process_killed_from_outside_is_noticed() throws Exception {
        Instance instance = start("magneticio/sava:1.0.0", Map.of(8080, ++port));
        instance.awaitRunning();

        ProcessHandle.of(pid(port)).orElseThrow().destroyForcibly();
        instance.awaitEnd();

        assertThat(instance.heard).containsExactly("running", "ended 137: the process exited with status 137");
    }

    @Test
    void a_container_killed_before_it_runs_never_runs() {
        Instance instance = start("magneticio/sava:1.0.0", Map.of(8080, ++port));
        instance.container.kill();

        instance.awaitEnd();
        Instance next = start("magneticio/sava:1.0.0", Map.of(8080, port));
        next.awaitRunning();

        assertThat(instance.heard).singleElement().asString().startsWith("ended 137");
    }

    @Test
    void a_port_that_is_taken_ends_the_container_with_a_reason_that_names_it() throws IOException {
        try (ServerSocket other = new ServerSocket(++port, 1, InetAddress.getByName(HOST))) {
            Instance instance = start("magneticio/sava:1.0.0", Map.of(8080, other.getLocalPort()));

            instance.awaitEnd();

            assertThat(instance.heard)
                    .singleElement()
                    .asString()
                    .startsWith("ended 1: cannot listen on " + HOST + ":" + port);
        }
    }

    @Test
    void a_blank_process_ends_when_its_input_does() throws Exception {
        SpareProcesses.Spare spare = PROCESSES.take().get();

        spare.process().getOutputStream().close();

        assertThat(spare.process().onExit().get().exitValue()).isZero();
    }

    @Test
    void a_serving_process_ends_when_its_input_does() throws Exception {
        SpareProcesses.Spare spare = PROCESSES.take().get();
        Assignment assignment = new Assignment(HOST, Map.of(80, ++port), "sava", "1.0", "x", "1", Map.of());
        spare.process().getOutputStream().write((assignment.toLine() + "\n").getBytes());
        spare.process().getOutputStream().flush();
        assertThat(spare.output().readLine()).isEqualTo(Sava.READY);
        assertThat(get(port, "/", "*/*").statusCode()).isEqualTo(200);

        spare.process().getOutputStream().close();

        assertThat(spare.process().onExit().get().exitValue()).isZero();
    }

    @Test
    void a_spare_that_died_is_replaced_and_closing_ends_the_spares() throws Exception {
        SpareProcesses pool = new SpareProcesses(2, CompletableFuture.completedFuture(null));
        SpareProcesses.Spare taken = pool.take().get();
        pool.giveBack(taken);
        taken.process().destroyForcibly().waitFor();

        SpareProcesses.Spare other = pool.take().get();
        SpareProcesses.Spare third = pool.take().get();
        assertThat(other.process().isAlive()).isTrue();
        assertThat(third.process().isAlive()).isTrue();
        pool.giveBack(third);
        pool.close();

        assertThat(third.process().onExit().get().exitValue()).isEqualTo(137);
        assertThat(other.process().isAlive()).isTrue();
        pool.giveBack(other);
        assertThat(other.process().onExit().get().exitValue()).isEqualTo(137);
        assertThat(pool.take()).isCompletedExceptionally();
    }

    @Test
    void a_container_that_gets_no_process_ends_with_the_reason() {
        SpareProcesses closed = new SpareProcesses(0, CompletableFuture.completedFuture(null));
        closed.close();
        image = new SavaImage(closed, Pace.REAL);
        Instance instance = start("magneticio/sava:1.0.0", Map.of(8080, ++port));

        instance.awaitEnd();

        assertThat(instance.heard)
                .containsExactly("ended 1: no process could be started: the pool of processes is closed");
    }

    @Test
    void an_assignment_survives_its_journey() {
        Assignment assignment = new Assignment(
                HOST, Map.of(8080, 31000), "a b", "1&2", "=x\n", "0.5", Map.of("ÄÖ", "multi\nline", "EMPTY", ""));

        assertThat(assignment.toLine()).doesNotContain("\n");
        assertThat(Assignment.parse(assignment.toLine())).isEqualTo(assignment);
    }

    private Instance start(String name, Map<Integer, Integer> ports) {
        return start(name, ports, Map.of());
    }

    private Instance start(String name, Map<Integer, Integer> ports, Map<String, String> env) {
        Instance instance = new Instance();
        instances.add(instance);
        instance.container = image.start(new TaskSpec("sava_x.0", "/sava/x", name, HOST, ports, env), instance);
        return instance;
    }

    private HttpResponse<String> get(int on, String path, String accept) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(on, path)).header("Accept", accept).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private long pid(int on) throws Exception {
        return Long.parseLong(
                get(on, "/", "*/*").headers().firstValue("X-Sava-Process").orElseThrow());
    }

    private static URI uri(int on, String path) {
        return URI.create("http://" + HOST + ":" + on + path);
    }
}
