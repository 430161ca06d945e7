package coalmine.sandbox.marathon;

import coalmine.sandbox.marathon.Deployments.Locks;
import coalmine.sandbox.marathon.Deployments.Receipt;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Marathon's REST API, version 2 (facts 7.1): reads and checks requests, has them done, and shows the outcome. */
final class MarathonApi {

    private static final Pattern TASK_ID = Pattern.compile("(.+)[._]([^_.]+)");
    private static final String DEPLOYMENT_ID = "Marathon-Deployment-Id";
    private static final String JSON = "application/json";

    /** What comes of the place of a task that is killed. */
    private enum Vacancy {
        /** Another task takes it. */
        FILLED,
        /** The app has one task fewer from now on. */
        KEPT
    }

    private final Scheduler scheduler;
    private final Deployments deployments;
    private final EventStream events;
    private final JsonObject info;

    MarathonApi(Scheduler scheduler, Deployments deployments, EventStream events, JsonObject info) {
        this.scheduler = scheduler;
        this.deployments = deployments;
        this.events = events;
        this.info = info;
    }

    Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        router.route().handler(BodyHandler.create(false));
        router.route().failureHandler(this::fail);
        router.get("/ping").handler(this::ping);
        router.get("/v2/info").handler(request -> answer(request, 200, info));
        router.get("/v2/leader")
                .handler(request -> answer(request, 200, new JsonObject().put("leader", info.getString("leader"))));
        router.get("/v2/events").handler(this::listen);
        apps(router);
        tasks(router);
        router.get("/v2/deployments").handler(request -> answer(request, 200, deployments.toJson()));
        router.delete("/v2/deployments/:id").handler(this::deleteDeployment);
        router.get("/v2/queue").handler(this::queue);
        router.deleteWithRegex("/v2/queue/+(?<id>.+)/delay").handler(this::forgetDelay);
        router.getWithRegex("/v2/groups/*(?<id>.*)").handler(this::group);
        router.routeWithRegex(
                        "/v2/(groups|leader|artifacts|plugins|schemas|eventSubscriptions)(/.*)?|/(metrics|logging|help)(/.*)?")
                .handler(this::notBuilt);
        router.errorHandler(
                404,
                request -> answer(
                        request,
                        Refusal.because(
                                404, "URI not found: " + request.request().path())));
        router.errorHandler(400, request -> answer(request, unreadable(400)));
        router.errorHandler(405, request -> answer(request, Refusal.because(405, "Method Not Allowed")));
        return router;
    }

    private void apps(Router router) {
        router.get("/v2/apps").handler(this::listApps);
        router.post("/v2/apps").handler(this::createApp);
        router.put("/v2/apps").handler(request -> updateApps(request, this::createOrUpdate));
        router.patch("/v2/apps").handler(request -> updateApps(request, this::updateOnly));
        // Ids hold slashes and may begin with one: /v2/apps//sava/x is the app /sava/x.
        router.routeWithRegex("/v2/apps/+(?<id>.+?)/versions(/.*)?").handler(this::notBuilt);
        router.postWithRegex("/v2/apps/+(?<id>.+)/restart").handler(this::restartApp);
        router.getWithRegex("/v2/apps/+(?<id>.+)/tasks").handler(this::listTasksOfApp);
        router.deleteWithRegex("/v2/apps/+(?<id>.+)/tasks").handler(this::killTasksOfApp);
        router.deleteWithRegex("/v2/apps/+(?<id>.+)/tasks/(?<task>[^/]+)").handler(this::killTaskOfApp);
        router.getWithRegex("/v2/apps/+(?<id>.+)").handler(this::getApp);
        router.putWithRegex("/v2/apps/+(?<id>.+)").handler(request -> updateApp(request, this::createOrUpdate));
        router.routeWithRegex(HttpMethod.PATCH, "/v2/apps/+(?<id>.+)")
                .handler(request -> updateApp(request, this::updateOnly));
        router.deleteWithRegex("/v2/apps/+(?<id>.+)").handler(this::destroyApp);
    }

    private void tasks(Router router) {
        router.get("/v2/tasks").handler(this::listTasks);
        router.post("/v2/tasks/delete").handler(this::killTasks);
    }

    // Apps

    private void listApps(RoutingContext request) {
        Set<String> embed = Set.copyOf(request.queryParam("embed"));
        String id = parameter(request, "id").orElse("");
        String cmd = parameter(request, "cmd").orElse("");
        Predicate<Map<String, String>> label =
                LabelSelector.parse(parameter(request, "label").orElse(""));
        JsonArray apps = new JsonArray();
        scheduler.apps().stream()
                .filter(app -> app.id().contains(id) && app.definition().cmd().contains(cmd))
                .filter(app -> label.test(app.definition().labels()))
                .forEach(app -> apps.add(show(app, embed)));
        answer(request, 200, new JsonObject().put("apps", apps));
    }

    private void getApp(RoutingContext request) {
        String id = id(request);
        if (id.endsWith("/*")) {
            String group = id.substring(0, id.length() - 1);
            JsonArray apps = new JsonArray();
            scheduler.apps().stream()
                    .filter(app -> app.id().startsWith(group))
                    .forEach(app -> apps.add(show(app, Set.of("apps.tasks"))));
            answer(request, 200, new JsonObject().put("*", apps));
        } else {
            answer(request, 200, new JsonObject().put("app", showWhole(app(id))));
        }
    }

    private void createApp(RoutingContext request) {
        JsonObject given = body(request);
        if (!(given.getValue("id") instanceof String id)) {
            throw Refusal.invalidObject(new JsonArray()
                    .add(new JsonObject().put("path", "/id").put("errors", new JsonArray().add("error.path.missing"))));
        }
        AppDefinition wanted = AppDefinition.of(AppDefinition.wholeId(id), given);
        if (scheduler.find(wanted.id()).isPresent()) {
            throw Refusal.because(409, "An app with id [" + wanted.id() + "] already exists.");
        }
        Receipt receipt = begin(request, wanted, locks(request, Locks.RESPECTED));
        // HTTP/1.0 can do without a host.
        String host = Optional.ofNullable(request.request().authority())
                .map(HostAndPort::toString)
                .orElse(info.getString("leader"));
        request.response().putHeader("Location", "http://" + host + "/v2/apps" + wanted.id());
        answer(request, 201, showWhole(app(wanted.id())), receipt);
    }

    private void updateApp(RoutingContext request, Function<JsonObject, AppDefinition> update) {
        String id = id(request);
        JsonObject given = body(request);
        if (given.getValue("id") instanceof String other
                && !AppDefinition.wholeId(other).equals(id)) {
            throw Refusal.because(400, "The id " + other + " in the body is not the app's, " + id);
        }
        boolean creates = scheduler.find(id).isEmpty();
        boolean whole =
                parameter(request, "partialUpdate").filter("false"::equals).isPresent();
        JsonObject named = given.copy().put("id", id);
        AppDefinition wanted = whole ? AppDefinition.of(id, checked(named)) : update.apply(named);
        Receipt receipt = begin(request, wanted, locks(request, Locks.RESPECTED));
        answer(request, creates ? 201 : 200, receipt.toJson(), receipt);
    }

    private void updateApps(RoutingContext request, Function<JsonObject, AppDefinition> update) {
        Map<String, Optional<AppDefinition>> wanted = new LinkedHashMap<>();
        Object given = json(request);
        if (!(given instanceof JsonArray array)) {
            throw Refusal.invalidJson("an array of apps was expected");
        }
        for (Object element : array) {
            if (!(element instanceof JsonObject app) || !(app.getValue("id") instanceof String)) {
                throw Refusal.invalidJson("each app must be an object with an id");
            }
            AppDefinition definition = update.apply(app);
            wanted.put(definition.id(), Optional.of(definition));
        }
        Receipt receipt = deployments.begin(wanted, locks(request, Locks.RESPECTED));
        wanted.keySet().forEach(id -> posted(request, id));
        answer(request, 200, receipt.toJson(), receipt);
    }

    private AppDefinition createOrUpdate(JsonObject given) {
        String id = AppDefinition.wholeId(given.getString("id"));
        JsonObject checked = checked(given);
        return scheduler
                .find(id)
                .map(app -> app.definition().with(checked))
                .orElseGet(() -> AppDefinition.of(id, checked));
    }

    private AppDefinition updateOnly(JsonObject given) {
        return app(AppDefinition.wholeId(given.getString("id"))).definition().with(checked(given));
    }

    /** A version alone would take the app back to what it was then; with anything else it contradicts. */
    private static JsonObject checked(JsonObject given) {
        if (given.getValue("version") != null) {
            Set<String> others = new HashSet<>(given.fieldNames());
            others.removeAll(Set.of("id", "version"));
            if (others.isEmpty()) {
                throw Refusal.notBuilt("Going back to an earlier version of an app");
            }
            throw Refusal.because(422, "The 'version' field may only be combined with the 'id' field.");
        }
        return given;
    }

    private Receipt begin(RoutingContext request, AppDefinition wanted, Locks locks) {
        Receipt receipt = deployments.begin(Map.of(wanted.id(), Optional.of(wanted)), locks);
        posted(request, wanted.id());
        return receipt;
    }

    private void posted(RoutingContext request, String appId) {
        events.publish(
                "api_post_event",
                new JsonObject()
                        .put("clientIp", request.request().remoteAddress().host())
                        .put("uri", request.request().path())
                        .put("appDefinition", app(appId).definition().toJson()));
    }

    private void restartApp(RoutingContext request) {
        Receipt receipt = deployments.restart(app(id(request)).definition(), locks(request, Locks.RESPECTED));
        answer(request, 200, receipt.toJson(), receipt);
    }

    private void destroyApp(RoutingContext request) {
        String id = app(id(request)).id();
        Receipt receipt = deployments.begin(Map.of(id, Optional.empty()), locks(request, Locks.BROKEN));
        answer(request, 200, receipt.toJson(), receipt);
    }

    // Tasks

    private void listTasks(RoutingContext request) {
        Set<String> states = Stream.of("status", "status[]")
                .flatMap(name -> request.queryParam(name).stream())
                .map(status -> "TASK_" + status.toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (wantsText(request)) {
            answerText(request, List.copyOf(scheduler.apps()));
            return;
        }
        JsonArray tasks = new JsonArray();
        scheduler
                .tasks()
                .filter(task -> states.isEmpty() || states.contains(task.state().name()))
                .forEach(task -> tasks.add(task.toJson()));
        answer(request, 200, new JsonObject().put("tasks", tasks));
    }

    private void listTasksOfApp(RoutingContext request) {
        App app = app(id(request));
        if (wantsText(request)) {
            answerText(request, List.of(app));
        } else {
            answer(request, 200, new JsonObject().put("tasks", app.tasksAsJson()));
        }
    }

    private void killTasksOfApp(RoutingContext request) {
        Vacancy vacancy = vacancy(request);
        Optional<String> host = parameter(request, "host");
        List<Task> tasks = app(id(request)).tasks().stream()
                .filter(task -> host.isEmpty() || host.get().equals(task.host()))
                .toList();
        kill(request, tasks, vacancy, new JsonObject().put("tasks", show(tasks)));
    }

    private void killTaskOfApp(RoutingContext request) {
        Vacancy vacancy = vacancy(request);
        String taskId = request.pathParam("task");
        Task task = app(id(request)).tasks().stream()
                .filter(candidate -> candidate.id().equals(taskId))
                .findAny()
                .orElseThrow(() -> Refusal.because(404, "Task '" + taskId + "' does not exist"));
        kill(request, List.of(task), vacancy, new JsonObject().put("task", task.toJson()));
    }

    private void killTasks(RoutingContext request) {
        Vacancy vacancy = vacancy(request);
        if (!(body(request).getValue("ids") instanceof JsonArray ids)) {
            throw Refusal.invalidJson("ids: an array of task ids was expected");
        }
        for (Object id : ids) {
            if (!(id instanceof String text) || !TASK_ID.matcher(text).matches()) {
                throw Refusal.because(400, "Invalid task id '" + id + "'. [It is no app's path, a dot and a UUID]");
            }
        }
        List<Task> tasks =
                scheduler.tasks().filter(task -> ids.contains(task.id())).toList();
        kill(request, tasks, vacancy, new JsonObject().put("tasks", show(tasks)));
    }

    private void kill(RoutingContext request, List<Task> tasks, Vacancy vacancy, JsonObject shown) {
        if (vacancy == Vacancy.FILLED) {
            tasks.forEach(Task::kill);
            answer(request, 200, shown);
            return;
        }
        Map<String, Integer> fewer = new HashMap<>();
        tasks.stream().filter(task -> !task.isKilled()).forEach(task -> fewer.merge(task.appId(), 1, Integer::sum));
        Map<String, Optional<AppDefinition>> wanted = new HashMap<>();
        fewer.forEach((id, count) -> scheduler
                .find(id)
                .map(App::definition)
                .ifPresent(definition -> wanted.put(
                        id, Optional.of(definition.withInstances(Math.max(0, definition.instances() - count))))));
        Receipt receipt = deployments.begin(wanted, locks(request, Locks.RESPECTED));
        tasks.forEach(Task::kill);
        answer(request, 200, receipt.toJson(), receipt);
    }

    private static Vacancy vacancy(RoutingContext request) {
        boolean scale = parameter(request, "scale").filter("true"::equals).isPresent();
        if (scale && parameter(request, "wipe").filter("true"::equals).isPresent()) {
            throw Refusal.because(400, "You cannot use scale and wipe at the same time.");
        }
        return scale ? Vacancy.KEPT : Vacancy.FILLED;
    }

    // The rest

    private void ping(RoutingContext request) {
        request.response()
                .putHeader("Content-Type", "text/plain; charset=UTF-8")
                .end("pong");
    }

    private void listen(RoutingContext request) {
        if (!accept(request).contains("text/event-stream")) {
            throw Refusal.because(405, "The event stream needs the header Accept: text/event-stream");
        }
        events.attach(
                request.response(),
                request.request().remoteAddress().host(),
                Set.copyOf(request.queryParam("event_type")));
    }

    private void deleteDeployment(RoutingContext request) {
        String id = request.pathParam("id");
        if (locks(request, Locks.RESPECTED) == Locks.BROKEN) {
            deployments.cancel(id);
            request.response().setStatusCode(202).end();
        } else {
            Receipt receipt = deployments.revert(id);
            answer(request, 200, receipt.toJson(), receipt);
        }
    }

    private void queue(RoutingContext request) {
        JsonArray queue = new JsonArray();
        scheduler.apps().stream().filter(app -> app.launchesToCome() > 0).forEach(app -> {
            long seconds = Math.round(app.launchDelay().left().toSeconds());
            queue.add(new JsonObject()
                    .put("count", app.launchesToCome())
                    .put(
                            "delay",
                            new JsonObject().put("timeLeftSeconds", seconds).put("overdue", seconds == 0))
                    .put("app", app.definition().toJson()));
        });
        answer(request, 200, new JsonObject().put("queue", queue));
    }

    private void forgetDelay(RoutingContext request) {
        App app = app(id(request));
        app.launchDelay().forget();
        app.callOffLaunches(app.launchesToCome());
        scheduler.settle(app);
        request.response().setStatusCode(204).end();
    }

    private void group(RoutingContext request) {
        String id = id(request);
        if (id.endsWith("/versions")) {
            notBuilt(request);
            return;
        }
        JsonObject group = deployments.rootGroup();
        while (!group.getString("id").equals(id)) {
            group = group.getJsonArray("groups").stream()
                    .map(JsonObject.class::cast)
                    .filter(child -> (id + "/").startsWith(child.getString("id") + "/"))
                    .findAny()
                    .orElseThrow(() -> Refusal.because(404, "Group '" + id + "' does not exist"));
        }
        answer(request, 200, group);
    }

    private void notBuilt(RoutingContext request) {
        throw Refusal.notBuilt(
                request.request().method() + " " + request.request().path());
    }

    // Reading requests

    private App app(String id) {
        return scheduler.find(id).orElseThrow(() -> Refusal.unknownApp(id));
    }

    private static String id(RoutingContext request) {
        return AppDefinition.wholeId(request.pathParam("id"));
    }

    private static Optional<String> parameter(RoutingContext request, String name) {
        return request.queryParam(name).stream().findFirst();
    }

    private static Locks locks(RoutingContext request, Locks otherwise) {
        return parameter(request, "force")
                .map(force -> force.equals("true") ? Locks.BROKEN : Locks.RESPECTED)
                .orElse(otherwise);
    }

    private static JsonObject body(RoutingContext request) {
        if (json(request) instanceof JsonObject object) {
            return object;
        }
        throw Refusal.invalidJson("an object was expected");
    }

    private static Object json(RoutingContext request) {
        try {
            return Json.decodeValue(
                    Optional.ofNullable(request.body().asString()).orElse(""));
        } catch (DecodeException e) {
            throw Refusal.invalidJson(e.getMessage());
        }
    }

    private static String accept(RoutingContext request) {
        return Optional.ofNullable(request.request().getHeader("Accept")).orElse("");
    }

    private static boolean wantsText(RoutingContext request) {
        return accept(request).contains("text/plain");
    }

    // Writing answers

    private JsonObject show(App app, Set<String> embed) {
        JsonObject shown = app.toJson(deployments.of(app.id()));
        if (embed.contains("apps.tasks") || embed.contains("app.tasks")) {
            shown.put("tasks", app.tasksAsJson());
        }
        if (embed.contains("apps.lastTaskFailure") || embed.contains("apps.failures")) {
            app.lastTaskFailure().ifPresent(failure -> shown.put("lastTaskFailure", failure.copy()));
        }
        return shown;
    }

    private JsonObject showWhole(App app) {
        return show(app, Set.of("apps.tasks", "apps.lastTaskFailure"));
    }

    private static JsonArray show(List<Task> tasks) {
        JsonArray shown = new JsonArray();
        tasks.forEach(task -> shown.add(task.toJson()));
        return shown;
    }

    /** One line per service port: the app, the port, and where its running tasks have it. */
    private static void answerText(RoutingContext request, List<App> apps) {
        StringBuilder text = new StringBuilder();
        for (App app : apps) {
            String name = app.id().substring(1).replace('/', '_');
            List<Task> running = app.tasks().stream().filter(Task::isRunning).toList();
            List<Integer> servicePorts = app.definition().servicePorts();
            if (servicePorts.isEmpty()) {
                List<String> hosts = running.stream().map(Task::host).toList();
                text.append(String.join("\t", lineOf(name, " ", hosts))).append("\n");
            }
            for (int i = 0; i < servicePorts.size(); i++) {
                int index = i;
                List<String> places = running.stream()
                        .map(task -> task.host() + ":" + task.ports().get(index))
                        .toList();
                text.append(String.join("\t", lineOf(name, servicePorts.get(i).toString(), places)))
                        .append("\n");
            }
        }
        request.response()
                .putHeader("Content-Type", "text/plain; charset=UTF-8")
                .end(text.toString());
    }

    private static List<String> lineOf(String name, String port, List<String> places) {
        List<String> line = new ArrayList<>(List.of(name, port));
        line.addAll(places);
        return line;
    }

    private static void answer(RoutingContext request, int status, JsonObject body, Receipt receipt) {
        request.response().putHeader(DEPLOYMENT_ID, receipt.deploymentId());
        answer(request, status, body);
    }

    private static void answer(RoutingContext request, Refusal refusal) {
        answer(request, refusal.status(), refusal.body());
    }

    private static void answer(RoutingContext request, int status, Object body) {
        request.response().setStatusCode(status).putHeader("Content-Type", JSON).end(Json.encode(body));
    }

    private static Refusal unreadable(int status) {
        return Refusal.because(
                status, "The request cannot be read: its path, its query, its header Host or its body is not valid");
    }

    private void fail(RoutingContext request) {
        if (request.failure() instanceof Refusal refusal) {
            answer(request, refusal);
        } else if (request.failure() == null) {
            request.next();
        } else if (request.statusCode() >= 400 && request.statusCode() < 500) {
            answer(request, unreadable(request.statusCode()));
        } else {
            answer(request, Refusal.because(500, String.valueOf(request.failure())));
        }
    }
}
