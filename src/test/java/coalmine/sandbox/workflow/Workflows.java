package coalmine.sandbox.workflow;

import static org.awaitility.Awaitility.await;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.marathon.Container;
import coalmine.sandbox.marathon.TaskSpec;
import coalmine.sandbox.vamp.ZooKeeper;
import coalmine.time.Pace;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What a workflow agent needs of a sandbox: a clock, a key-value store with scripts in it, and a Vamp that answers as the test says. */
final class Workflows implements AutoCloseable {

    static final String ADDRESS = "127.7.0.1";

    /** What the imitated Vamp was asked. */
    record Asked(String method, String uri, Map<String, String> headers, String body) {
        JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException noJson) {
                throw new UncheckedIOException(noJson);
            }
        }
    }

    /** What the imitated Vamp answers. */
    record Answer(int status, String body) {}

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Map<String, String> scripts = new ConcurrentHashMap<>();
    private final HttpServer server;
    final SandboxClock clock;
    final RecentLog log = new RecentLog(1000);
    final ZooKeeper zooKeeper;
    final WorkflowAgentImage image;
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    volatile BiFunction<Asked, Integer, Answer> vamp = (asked, count) -> new Answer(404, "nothing here");
    /** What an answer waits for. */
    volatile Function<Asked, Future<Void>> held = asked -> Future.succeededFuture();

    Workflows(AgentProcess agent, Pace pace) {
        clock = new SandboxClock(context, pace);
        server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, ADDRESS)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        zooKeeper = ZooKeeper.start(vertx, ADDRESS, path -> Optional.ofNullable(scripts.get(path)))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        image = new WorkflowAgentImage(clock, agent, log);
    }

    private void answer(HttpServerRequest request) {
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach(header -> headers.put(header.getKey().toLowerCase(), header.getValue()));
        request.body().onSuccess(body -> {
            Asked question = new Asked(request.method().name(), request.uri(), headers, body.toString());
            asked.add(question);
            Answer answer = vamp.apply(question, asked.size());
            held.apply(question)
                    .onSuccess(nothing ->
                            request.response().setStatusCode(answer.status()).end(answer.body()));
        });
    }

    String authority() {
        return ADDRESS + ":" + server.actualPort();
    }

    /** Starts a workflow; without a period it runs once. */
    Started start(String name, String script, Map<String, String> env) {
        scripts.put("/vamp/workflows/" + name, script);
        Map<String, String> all = new HashMap<>(Map.of(
                "VAMP_URL",
                "http://" + authority(),
                "VAMP_KEY_VALUE_STORE_TYPE",
                "zookeeper",
                "VAMP_KEY_VALUE_STORE_CONNECTION",
                ADDRESS + ":" + zooKeeper.port(),
                "VAMP_KEY_VALUE_STORE_PATH",
                "/vamp/workflows/" + name,
                "VAMP_WORKFLOW_EXECUTION_PERIOD",
                "0",
                "VAMP_WORKFLOW_EXECUTION_TIMEOUT",
                "0"));
        all.putAll(env);
        all.values().removeIf(String::isEmpty);
        return new Started(name, all);
    }

    Started start(String name, String script) {
        return start(name, script, Map.of());
    }

    Started every(int platformSeconds, String name, String script) {
        return start(name, script, Map.of("VAMP_WORKFLOW_EXECUTION_PERIOD", Integer.toString(platformSeconds)));
    }

    static String resource(String name) {
        try (InputStream stream = Workflows.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Does something on the sandbox's context, as the clock wants it. */
    void onContext(Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            action.run();
            done.complete(null);
        });
        done.orTimeout(5, TimeUnit.SECONDS).join();
    }

    static void eventually(Callable<Boolean> state) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(state);
    }

    @Override
    public void close() {
        image.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** A workflow that was started. */
    final class Started implements Container.Listener {
        final String appId;
        final Container container;
        final CompletableFuture<Void> running = new CompletableFuture<>();
        final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        volatile Optional<String> reason = Optional.empty();

        Started(String name, Map<String, String> env) {
            appId = "/vamp/workflow-" + name;
            container = image.start(
                    new TaskSpec(
                            "vamp_workflow-" + name + ".1",
                            appId,
                            "magneticio/vamp-workflow-agent:0.9.2",
                            ADDRESS,
                            Map.of(),
                            env),
                    this);
        }

        @Override
        public void running() {
            running.complete(null);
        }

        @Override
        public void ended(int code, String why) {
            if (exitCode.isDone()) {
                throw new IllegalStateException("ended twice: " + reason + ", " + why);
            }
            reason = Optional.of(why);
            exitCode.complete(code);
        }

        int exitCode() {
            return exitCode.orTimeout(30, TimeUnit.SECONDS).join();
        }

        List<String> lines() {
            return log.lines(appId).stream().map(AgentLog.Line::text).toList();
        }

        List<String> failures() {
            return log.failures(appId).stream().map(AgentLog.Failure::message).toList();
        }

        void printed(String line) {
            eventually(() -> lines().contains(line));
        }

        void printedAtLeast(int lines) {
            eventually(() -> lines().size() >= lines);
        }
    }
}
