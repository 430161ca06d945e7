package coalmine.sandbox.vamp;

import coalmine.sandbox.vamp.artifact.Documents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What Vamp says to Marathon, and what it reads from the answers (facts 7.5). Only ever over HTTP, so that any Marathon will do.
 */
final class MarathonDriver {

    /**
     * What Vamp reads of an app.
     *
     * @param mem in MB; empty if it is written with decimals, which Vamp takes for another value than its own even if it is none (recordings of
     *     its requests, H-040 and H-043: it sends the memory with every correction)
     * @param tasks in Marathon's order
     */
    record App(String id, int instances, double cpus, Optional<Long> mem, List<Task> tasks) {}

    /**
     * What Vamp reads of a task.
     *
     * @param started whether Marathon says when it started
     */
    record Task(String id, String host, List<Integer> ports, boolean started) {}

    private static final Set<String> ENDED = Set.of("TASK_FINISHED", "TASK_FAILED", "TASK_KILLED", "TASK_LOST");

    private final HttpClient client;
    private final String host;
    private final int port;

    MarathonDriver(Vertx vertx, String host, int port) {
        this.client = vertx.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(16));
        this.host = host;
        this.port = port;
    }

    /** All apps with their tasks, by id. */
    Future<Map<String, App>> apps() {
        return call(HttpMethod.GET, "/v2/apps?embed=apps.tasks", Optional.empty())
                .map(answer -> {
                    Map<String, App> apps = new LinkedHashMap<>();
                    objects(answer.expect(200).getJsonArray("apps"))
                            .map(MarathonDriver::app)
                            .forEach(app -> apps.put(app.id(), app));
                    return apps;
                });
    }

    /** One app with its tasks, or empty if there is none. */
    Future<Optional<App>> app(String id) {
        return call(HttpMethod.GET, "/v2/apps/" + id, Optional.empty())
                .map(answer -> answer.status == 404
                        ? Optional.empty()
                        : Optional.of(app(answer.expect(200).getJsonObject("app"))));
    }

    /** Creates an app; that it exists already is no error. */
    Future<Void> create(Object app) {
        return call(HttpMethod.POST, "/v2/apps", Optional.of(app)).map(answer -> {
            if (answer.status != 409 || !answer.body.contains("already exists")) {
                answer.expect(201);
            }
            return null;
        });
    }

    /** Sends the fields of an app that differ. */
    Future<Void> update(String id, Map<String, Object> fields) {
        return call(HttpMethod.PUT, "/v2/apps/" + id, Optional.of(fields)).map(answer -> {
            answer.expect(200);
            return null;
        });
    }

    /** Destroys an app; that it is gone already is no error. */
    Future<Void> delete(String id) {
        return call(HttpMethod.DELETE, "/v2/apps/" + id, Optional.empty()).map(answer -> {
            if (answer.status != 404) {
                answer.expect(200);
            }
            return null;
        });
    }

    Future<JsonObject> info() {
        return call(HttpMethod.GET, "/v2/info", Optional.empty()).map(answer -> answer.expect(200));
    }

    /**
     * Listens for apps whose deployment has succeeded. Vamp does not connect again once the stream is lost (facts 7.5), and neither does this.
     *
     * @param listener hears the ids of the apps
     * @param taskEnded hears the id of every app of which a task has ended
     */
    Future<Void> listen(Consumer<String> listener, Consumer<String> taskEnded) {
        RequestOptions request = request(HttpMethod.GET, "/v2/events").putHeader("Accept", "text/event-stream");
        return client.request(request).compose(HttpClientRequest::send).map(response -> {
            response.handler(RecordParser.newDelimited("\n", line -> onLine(line, listener, taskEnded)));
            response.exceptionHandler(lost -> {});
            return null;
        });
    }

    private static void onLine(Buffer line, Consumer<String> listener, Consumer<String> taskEnded) {
        String text = line.toString();
        if (!text.startsWith("data:")) {
            return;
        }
        JsonObject event = parse(text.substring("data:".length()));
        String type = event.getString("eventType", "");
        if (type.equals("status_update_event") && ENDED.contains(event.getString("taskStatus", ""))) {
            taskEnded.accept(event.getString("appId"));
        }
        if (type.equals("deployment_success")) {
            // A new app is started and scaled, and looked at once all the same (recording B-012).
            objects(event.getJsonObject("plan").getJsonArray("steps"))
                    .flatMap(step -> objects(step.getJsonArray("actions")))
                    .map(action -> action.getString("app"))
                    .distinct()
                    .forEach(listener);
        }
    }

    void close() {
        client.close();
    }

    private record Answer(String call, int status, String body) {

        JsonObject expect(int wanted) {
            if (status != wanted) {
                throw new IllegalStateException("Marathon answered " + status + " to " + call + ": " + body);
            }
            return parse(body);
        }
    }

    private Future<Answer> call(HttpMethod method, String path, Optional<?> body) {
        return client.request(request(method, path))
                .compose(request -> body.isEmpty()
                        ? request.send()
                        : request.putHeader("Content-Type", "application/json").send(Documents.toJson(body.get())))
                .compose(response -> response.body()
                        .map(text -> new Answer(method + " " + path, response.statusCode(), text.toString())));
    }

    private RequestOptions request(HttpMethod method, String path) {
        return new RequestOptions()
                .setMethod(method)
                .setHost(host)
                .setPort(port)
                .setURI(path)
                .putHeader("Accept", "application/json");
    }

    private static App app(JsonObject app) {
        Object mem = app.getValue("mem");
        return new App(
                app.getString("id"),
                app.getInteger("instances", 0),
                app.getDouble("cpus", 0.0),
                mem instanceof Integer || mem instanceof Long ? Optional.of(app.getLong("mem")) : Optional.empty(),
                objects(app.getJsonArray("tasks", new JsonArray()))
                        .map(MarathonDriver::task)
                        .toList());
    }

    private static Task task(JsonObject task) {
        return new Task(
                task.getString("id"),
                task.getString("host", ""),
                task.getJsonArray("ports", new JsonArray()).stream()
                        .map(port -> ((Number) port).intValue())
                        .toList(),
                task.getString("startedAt") != null);
    }

    private static Stream<JsonObject> objects(JsonArray list) {
        return list.stream().map(JsonObject.class::cast);
    }

    private static JsonObject parse(String body) {
        try {
            return new JsonObject(body);
        } catch (DecodeException e) {
            throw new IllegalStateException("Marathon answered something other than JSON: " + body, e);
        }
    }
}
