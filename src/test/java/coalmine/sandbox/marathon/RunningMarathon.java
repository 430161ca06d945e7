package coalmine.sandbox.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.time.Pace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A Marathon with an address and a clock of its own, and what tests ask of it over HTTP. */
final class RunningMarathon implements AutoCloseable {

    /** Patience for what takes no platform time to speak of; generous, for the machine may be busy. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final SandboxClock clock;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String host;
    private final Marathon marathon;

    /** An answer. */
    record Answer(int status, Map<String, List<String>> headers, String body) {

        JsonObject json() {
            return new JsonObject(body);
        }

        String message() {
            return json().getString("message");
        }

        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT)).get(0);
        }
    }

    RunningMarathon(String host, Pace pace, Map<String, ? extends Image> catalogue) {
        this(host, pace, name -> Optional.ofNullable(catalogue.get(name)));
    }

    RunningMarathon(String host, Pace pace, Function<String, Optional<Image>> catalogue) {
        this.host = host;
        this.clock = new SandboxClock(context, pace);
        this.marathon = join(Marathon.start(context, clock, host, 0, catalogue));
    }

    @Override
    public void close() {
        closeMarathon();
        join(vertx.close());
    }

    void closeMarathon() {
        join(marathon.close());
    }

    SandboxClock clock() {
        return clock;
    }

    void onContext(Runnable action) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(now -> {
            action.run();
            done.complete();
        });
        join(done.future());
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    URI uri(String path) {
        return URI.create("http://" + host + ":" + marathon.port() + path);
    }

    Answer get(String path) {
        return send("GET", path, "");
    }

    Answer delete(String path) {
        return send("DELETE", path, "");
    }

    Answer post(String path, String body) {
        return send("POST", path, body);
    }

    Answer put(String path, String body) {
        return send("PUT", path, body);
    }

    Answer send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(PATIENCE)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** An app as Vamp describes a service. */
    static String app(String id, String image, int instances) {
        return new JsonObject()
                .put("id", id)
                .put("container", new JsonObject("""
                                {"type": "DOCKER", "docker": {"image": "%s", "network": "BRIDGE", "privileged": true, "parameters": [],
                                 "portMappings": [{"containerPort": 8080, "hostPort": 0, "protocol": "tcp"}]}}""".formatted(image)))
                .put("instances", instances)
                .put("cpus", 0.2)
                .put("mem", 256)
                .put("env", new JsonObject())
                .putNull("args")
                .put("labels", new JsonObject().put("deployment", "sava"))
                .put("constraints", new JsonArray())
                .encode();
    }

    /** Creates an app and waits until it is complete. */
    void deployed(String id, String image, int instances) {
        assertThat(post("/v2/apps", app(id, image, instances)).status()).isEqualTo(201);
        awaitRunning(id, instances);
        awaitNoDeployment();
    }

    JsonObject appOf(String id) {
        Answer answer = get("/v2/apps/" + id);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().getJsonObject("app");
    }

    List<JsonObject> tasks(String id) {
        return objects(appOf(id).getJsonArray("tasks"));
    }

    List<String> taskIds(String id) {
        return tasks(id).stream().map(task -> task.getString("id")).toList();
    }

    /** Waits until an app has exactly so many tasks, all running. */
    List<JsonObject> awaitRunning(String id, int count) {
        return awaitTasks(
                id,
                tasks -> tasks.size() == count && tasks.stream().allMatch(task -> task.getString("startedAt") != null));
    }

    List<JsonObject> awaitTasks(String id, Predicate<List<JsonObject>> condition) {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> tasks(id), condition);
    }

    void awaitNoDeployment() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> get("/v2/deployments").body(), "[]"::equals);
    }

    static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    static JsonArray array(Answer answer) {
        return (JsonArray) Json.decodeValue(answer.body());
    }

    static Instant instant(JsonObject object, String field) {
        return Instant.parse(object.getString(field));
    }

    /** Listens to the event stream from now on. */
    Events listen(String query) {
        Events events = new Events();
        HttpRequest request = HttpRequest.newBuilder(uri("/v2/events" + query))
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<Stream<String>> response =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofLines()).join();
        assertThat(response.statusCode()).isEqualTo(200);
        Thread reader = new Thread(() -> events.read(response.body()), "events");
        reader.setDaemon(true);
        reader.start();
        return events;
    }

    /** What was heard on an event stream. */
    static final class Events {

        private final List<JsonObject> heard = new CopyOnWriteArrayList<>();

        private void read(Stream<String> lines) {
            try (lines) {
                String[] type = {""};
                lines.forEach(line -> {
                    if (line.startsWith("event: ")) {
                        type[0] = line.substring(7);
                    } else if (line.startsWith("data: ")) {
                        JsonObject event = new JsonObject(line.substring(6));
                        assertThat(event.getString("eventType")).isEqualTo(type[0]);
                        heard.add(event);
                    }
                });
            } catch (UncheckedIOException e) {
                // Marathon was closed, and the stream with it.
            }
        }

        List<JsonObject> heard() {
            return heard;
        }

        List<String> types() {
            return heard.stream().map(event -> event.getString("eventType")).toList();
        }

        List<JsonObject> of(String type) {
            return heard.stream()
                    .filter(event -> event.getString("eventType").equals(type))
                    .toList();
        }

        /** Waits for the given number of events of a type. */
        List<JsonObject> await(String type, int count) {
            return org.awaitility.Awaitility.await(count + " " + type)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> of(type), events -> events.size() >= count);
        }
    }
}
