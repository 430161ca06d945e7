package coalmine.sandbox.marathon;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.marathon.Scheduler.Force;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Marathon's REST API, version 2 (facts 7.1). What is not built answers 501. */
final class MarathonApi {

    private static final Logger LOG = LoggerFactory.getLogger(MarathonApi.class);
    private static final String VERSION = "0.15.6";
    private static final Pattern TASK_OF_APP = Pattern.compile("(/.+)/tasks(?:/([^/]+))?");
    private static final Pattern SELECTOR =
            Pattern.compile("\\s*([^\\s=!,]+)\\s*(?:==\\s*([^\\s,]+)|in\\s*\\(([^)]*)\\))?\\s*");

    private final Scheduler scheduler;
    private final Events events;
    private final SandboxClock clock;

    MarathonApi(Scheduler scheduler, Events events, SandboxClock clock) {
        this.scheduler = scheduler;
        this.events = events;
        this.clock = clock;
    }

    void handle(HttpServerRequest request) {
        String path = request.path();
        if (path.equals("/ping")) {
            request.response().putHeader("Content-Type", "text/plain").end("pong");
        } else if (path.equals("/v2/events")) {
            stream(request);
        } else {
            request.body()
                    .onSuccess(body -> answer(request, path, body.toString()))
                    .onFailure(gone -> request.connection().close());
        }
    }

    private void answer(HttpServerRequest request, String path, String body) {
        Answer answer;
        try {
            answer = dispatch(request, path, body);
        } catch (MarathonError e) {
            answer = new Answer(e.status(), e.body());
        } catch (RuntimeException e) {
            LOG.error(request.method() + " " + request.uri() + " failed", e);
            answer = new Answer(500, Json.message("Internal Server Error: " + e));
        }
        HttpServerResponse response = request.response().setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        if (answer.body().isTextual()) {
            response.putHeader("Content-Type", "text/plain").end(answer.body().asText());
        } else {
            response.putHeader("Content-Type", "application/json")
                    .end(answer.body().toString());
        }
    }

    private record Answer(int status, JsonNode body, Map<String, String> headers) {

        Answer(int status, JsonNode body) {
            this(status, body, Map.of());
        }

        Answer with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Answer(status, body, more);
        }
    }

    private Answer dispatch(HttpServerRequest request, String path, String body) {
        String method = request.method().name();
        String normal = path.replaceAll("/+", "/").replaceAll("(?<=.)/$", "");
        if (normal.equals("/v2/apps")) {
            return switch (method) {
                case "GET" -> ok(apps(request));
                case "POST" -> create(request, Json.read(body));
                case "PUT", "PATCH" -> updateAll(request, Json.read(body));
                default -> throw unknown(path);
            };
        }
        if (normal.startsWith("/v2/apps/")) {
            return app(request, method, normal.substring("/v2/apps".length()), body);
        }
        return switch (method + " " + normal) {
            case "GET /v2/info" -> ok(info());
            case "GET /v2/tasks" -> ok(tasks(request));
            case "POST /v2/tasks/delete" -> kill(request, Json.read(body));
            case "GET /v2/deployments" -> ok(deployments());
            case "GET /v2/leader" -> ok(Json.object().put("leader", "localhost:8080"));
            case "GET /v2/queue", "GET /v2/groups" -> throw MarathonError.notBuilt(normal);
            default -> {
                if (method.equals("DELETE") && normal.startsWith("/v2/deployments/")) {
                    yield cancel(request, normal.substring("/v2/deployments/".length()));
                }
                throw unknown(path);
            }
        };
    }

    private static MarathonError unknown(String path) {
        return new MarathonError(404, Json.message("URI not found: " + path));
    }

    private static Answer ok(JsonNode body) {
        return new Answer(200, body);
    }

    private static Answer changed(int status, Deployment deployment) {
        return new Answer(
                        status,
                        Json.object().put("version", deployment.version()).put("deploymentId", deployment.id()))
                .with("Marathon-Deployment-Id", deployment.id());
    }

    private static Force force(HttpServerRequest request, Force otherwise) {
        String given = request.getParam("force");
        return given == null ? otherwise : given.equals("true") ? Force.YES : Force.NO;
    }

    private ObjectNode info() {
        ObjectNode info = Json.object()
                .put("name", "marathon")
                .put("version", VERSION)
                .put("buildref", "coalmine")
                .put("elected", true)
                .put("leader", "localhost:8080")
                .put("frameworkId", "20161216-000000-16777343-5050-1-0000");
        info.putObject("marathon_config").put("framework_name", "marathon").put("checkpoint", true);
        info.putObject("zookeeper_config");
        info.putNull("event_subscriber");
        info.putObject("http_config").put("http_port", 8080).put("https_port", 8443);
        return info;
    }

    private JsonNode apps(HttpServerRequest request) {
        boolean withTasks = request.params().getAll("embed").contains("apps.tasks");
        Predicate<App> wanted = app -> contains(app.id(), request.getParam("id"))
                && contains(app.cmd(), request.getParam("cmd"))
                && selects(request.getParam("label"), app.labels());
        return Json.list(
                "apps",
                scheduler.apps().stream()
                        .filter(wanted)
                        .map(app -> withTasks
                                ? app.jsonWithTasks(scheduler.deploymentsOf(app.id()))
                                : app.json(scheduler.deploymentsOf(app.id())))
                        .toList());
    }

    private static boolean contains(String text, String part) {
        return part == null || text.contains(part);
    }

    /** Label selectors: {@code a}, {@code a==b} and {@code a in (b, c)}, several of them separated by commas. */
    private static boolean selects(String selectors, Map<String, String> labels) {
        if (selectors == null) {
            return true;
        }
        for (String selector : selectors.split(",(?![^(]*\\))")) {
            Matcher matcher = SELECTOR.matcher(selector);
            if (!matcher.matches()) {
                throw new MarathonError(400, Json.message("the label selector cannot be read: " + selector));
            }
            String value = labels.get(matcher.group(1));
            boolean matches = value != null
                    && (matcher.group(2) == null || value.equals(matcher.group(2)))
                    && (matcher.group(3) == null
                            || List.of(matcher.group(3).trim().split("\\s*,\\s*"))
                                    .contains(value));
            if (!matches) {
                return false;
            }
        }
        return true;
    }

    private Answer create(HttpServerRequest request, JsonNode definition) {
        if (!definition.path("id").isTextual()) {
            throw new MarathonError(422, Json.message("Object is not valid: an app needs an id"));
        }
        String id = absolute(definition.get("id").asText());
        Deployment deployment = scheduler.create(id, definition);
        App app = scheduler.app(id);
        announce(request, app);
        ObjectNode body = app.json(List.of(deployment.id()));
        body.put("tasksStaged", 0).put("tasksRunning", 0).putArray("tasks");
        return new Answer(201, body).with("Location", "/v2/apps" + id).with("Marathon-Deployment-Id", deployment.id());
    }

    private void announce(HttpServerRequest request, App app) {
        ObjectNode event = Json.object()
                .put("clientIp", request.remoteAddress().hostAddress())
                .put("uri", request.path());
        event.set("appDefinition", app.json(List.of()));
        events.publish("api_post_event", event);
    }

    private static String absolute(String id) {
        return ("/" + id).replaceAll("/+", "/");
    }

    private Answer updateAll(HttpServerRequest request, JsonNode definitions) {
        Answer last = ok(Json.object());
        for (JsonNode definition : definitions) {
            last = update(request, absolute(definition.path("id").asText()), definition);
        }
        return last;
    }

    /** One app or several below a path, and their tasks. Ids may contain slashes, and start with two (facts 7.1). */
    private Answer app(HttpServerRequest request, String method, String path, String body) {
        if (method.equals("POST") && path.endsWith("/restart")) {
            String id = path.substring(0, path.length() - "/restart".length());
            return changed(200, scheduler.restart(id, force(request, Force.NO)));
        }
        Matcher tasks = TASK_OF_APP.matcher(path);
        if (tasks.matches() && scheduler.find(path).isEmpty()) {
            return tasksOf(request, method, tasks.group(1), Optional.ofNullable(tasks.group(2)));
        }
        if (path.endsWith("/*") && method.equals("GET")) {
            String group = path.substring(0, path.length() - 1);
            return ok(Json.list(
                    "*",
                    scheduler.apps().stream()
                            .filter(app -> app.id().startsWith(group))
                            .map(app -> app.json(scheduler.deploymentsOf(app.id())))
                            .toList()));
        }
        return switch (method) {
            case "GET" -> ok(oneApp(path));
            case "PUT" -> update(request, path, Json.read(body));
            case "PATCH" -> {
                scheduler.app(path); // unlike PUT, it never creates
                yield update(request, path, Json.read(body));
            }
            case "DELETE" -> changed(200, scheduler.destroy(path, force(request, Force.YES)));
            default -> throw unknown(request.path());
        };
    }

    private ObjectNode oneApp(String id) {
        App app = scheduler.app(id);
        ObjectNode json = app.jsonWithTasks(scheduler.deploymentsOf(id));
        app.lastTaskFailure.ifPresent(failure -> json.set("lastTaskFailure", failure));
        ObjectNode body = Json.object();
        body.set("app", json);
        return body;
    }

    private Answer update(HttpServerRequest request, String id, JsonNode fields) {
        if (scheduler.find(id).isEmpty()) {
            Deployment deployment = scheduler.create(id, fields);
            announce(request, scheduler.app(id));
            return changed(201, deployment);
        }
        Deployment deployment = scheduler.update(id, fields, force(request, Force.NO));
        announce(request, scheduler.app(id));
        return changed(200, deployment);
    }

    private Answer tasksOf(HttpServerRequest request, String method, String appId, Optional<String> taskId) {
        App app = scheduler.app(appId);
        if (method.equals("GET") && taskId.isEmpty()) {
            boolean text = "text/plain".equals(request.getHeader("Accept"));
            return ok(text ? Json.object().textNode(lines(app)) : Json.list("tasks", json(app.tasks)));
        }
        if (!method.equals("DELETE")) {
            throw unknown(request.path());
        }
        String host = request.getParam("host");
        List<Task> chosen = app.tasks.stream()
                .filter(task -> taskId.map(task.id::equals).orElse(host == null || task.host.equals(host)))
                .toList();
        if (taskId.isPresent() && chosen.isEmpty()) {
            throw new MarathonError(404, Json.message("Task '" + taskId.get() + "' does not exist"));
        }
        List<ObjectNode> killed = json(chosen);
        if (isScaling(request)) {
            return changed(200, scheduler.killAndScale(appId, chosen, force(request, Force.NO)));
        }
        chosen.forEach(scheduler::kill);
        if (taskId.isPresent()) {
            ObjectNode body = Json.object();
            body.set("task", killed.get(0));
            return ok(body);
        }
        return ok(Json.list("tasks", killed));
    }

    private static String lines(App app) {
        StringBuilder lines = new StringBuilder();
        app.tasks.forEach(task ->
                task.ports.forEach(port -> lines.append(app.id().substring(1).replace('/', '_'))
                        .append('\t')
                        .append(port)
                        .append('\t')
                        .append(task.host)
                        .append(':')
                        .append(port)
                        .append('\n')));
        return lines.toString();
    }

    private static List<ObjectNode> json(List<Task> tasks) {
        return tasks.stream().map(Task::json).toList();
    }

    /** Whether killed tasks are not to be replaced; to wipe them as well contradicts that. */
    private static boolean isScaling(HttpServerRequest request) {
        boolean scale = "true".equals(request.getParam("scale"));
        if (scale && "true".equals(request.getParam("wipe"))) {
            throw new MarathonError(400, Json.message("You cannot use scale and wipe at the same time."));
        }
        return scale;
    }

    private JsonNode tasks(HttpServerRequest request) {
        Set<String> states = Set.copyOf(request.params().getAll("status"));
        return Json.list(
                "tasks",
                scheduler.apps().stream()
                        .flatMap(app -> app.tasks.stream())
                        .filter(task -> states.isEmpty() || states.contains(task.isRunning() ? "running" : "staging"))
                        .map(Task::json)
                        .toList());
    }

    private Answer kill(HttpServerRequest request, JsonNode body) {
        List<String> ids = new ArrayList<>();
        for (JsonNode id : body.path("ids")) {
            if (!id.asText().contains(".")) {
                throw new MarathonError(
                        400,
                        Json.message("Invalid task id '" + id.asText()
                                + "'. A task id is its app's path, a point and a UUID, such as group_app.4a0e…"));
            }
            ids.add(id.asText());
        }
        Map<String, List<Task>> chosen = new LinkedHashMap<>();
        scheduler
                .apps()
                .forEach(app -> app.tasks.stream()
                        .filter(task -> ids.contains(task.id))
                        .forEach(task -> chosen.computeIfAbsent(app.id(), it -> new ArrayList<>())
                                .add(task)));
        List<ObjectNode> killed =
                chosen.values().stream().flatMap(List::stream).map(Task::json).toList();
        if (isScaling(request)) {
            Answer last = ok(Json.object());
            for (Map.Entry<String, List<Task>> app : chosen.entrySet()) {
                last = changed(200, scheduler.killAndScale(app.getKey(), app.getValue(), force(request, Force.NO)));
            }
            return last;
        }
        chosen.values().forEach(tasks -> tasks.forEach(scheduler::kill));
        return ok(Json.list("tasks", killed));
    }

    private ArrayNode deployments() {
        ArrayNode all = Json.object().putArray("deployments");
        scheduler.deployments().forEach(deployment -> all.add(deployment.json()));
        return all;
    }

    /** Stops a deployment where it is; to undo what it did is not built. */
    private Answer cancel(HttpServerRequest request, String id) {
        Deployment deployment = scheduler.deployments().stream()
                .filter(it -> it.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new MarathonError(404, Json.message("Deployment plan " + id + " does not exist")));
        if (force(request, Force.NO) == Force.NO) {
            throw MarathonError.notBuilt("reverting a deployment; use force=true to stop it where it is");
        }
        scheduler.cancel(deployment);
        return new Answer(202, Json.object().textNode(""));
    }

    /** The event stream (facts 7.4). */
    private void stream(HttpServerRequest request) {
        String accept = request.getHeader("Accept");
        if (accept == null || !accept.contains("text/event-stream")) {
            request.response().setStatusCode(405).end();
            return;
        }
        List<String> types = request.params().getAll("event_type");
        HttpServerResponse response =
                request.response().setChunked(true).putHeader("Content-Type", "text/event-stream;charset=UTF-8");
        response.writeHead();
        ObjectNode attached = Json.object()
                .put("remoteAddress", request.remoteAddress().hostAddress())
                .put("eventType", "event_stream_attached")
                .put("timestamp", Json.stamp(clock.now()));
        write(response, "event_stream_attached", attached);
        Runnable ending = events.listen((type, event) -> {
            if ((types.isEmpty() || types.contains(type)) && !response.closed()) {
                write(response, type, event);
            }
        });
        response.closeHandler(closed -> ending.run());
        response.exceptionHandler(broken -> {});
    }

    private static void write(HttpServerResponse response, String type, ObjectNode event) {
        response.write("event: " + type + "\r\ndata: " + event + "\r\n\r\n");
    }
}
