package coalmine.sandbox.marathon;

import coalmine.time.PlatformDuration;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An app: its definition, with Marathon's defaults filled in (facts 7.2), and its tasks. */
final class App {

    private static final int FIRST_SERVICE_PORT = 10000;

    private final ObjectNode definition;
    final List<Task> tasks = new ArrayList<>();
    Optional<ObjectNode> lastTaskFailure = Optional.empty();
    /** How many tasks in a row have failed; each makes the next launch wait longer. */
    int failures;
    /** Tasks that wait for their launch delay to pass. */
    int delayed;

    private App(ObjectNode definition) {
        this.definition = definition;
    }

    /**
     * An app of a definition as clients send it.
     *
     * @param version the moment of the definition, as a stamp
     * @throws MarathonError 422 if a value cannot be
     */
    static App of(String id, JsonNode given, String version) {
        ObjectNode app = defaults();
        app.put("id", id);
        merge(app, given);
        app.put("id", id).put("version", version);
        app.putObject("versionInfo").put("lastScalingAt", version).put("lastConfigChangeAt", version);
        check(app);
        App result = new App(app);
        result.fillInPorts();
        return result;
    }

    private static ObjectNode defaults() {
        ObjectNode app = Json.object();
        app.putNull("id").putNull("cmd").putNull("args").putNull("user").putObject("env");
        app.put("instances", 1)
                .put("cpus", 1.0)
                .put("mem", 128.0)
                .put("disk", 0.0)
                .put("executor", "");
        app.putArray("constraints");
        app.putArray("uris");
        app.putArray("fetch");
        app.putArray("storeUrls");
        app.put("backoffSeconds", 1).put("backoffFactor", 1.15).put("maxLaunchDelaySeconds", 3600);
        app.putNull("container").putArray("healthChecks");
        app.putArray("dependencies");
        app.putObject("upgradeStrategy").put("minimumHealthCapacity", 1.0).put("maximumOverCapacity", 1.0);
        app.putObject("labels");
        app.putNull("acceptedResourceRoles").putNull("ipAddress").putArray("ports");
        app.put("requirePorts", false);
        return app;
    }

    /** Replaces the fields that are given, as a partial update does. */
    private static void merge(ObjectNode app, JsonNode given) {
        given.properties()
                .forEach(field -> app.set(field.getKey(), field.getValue().deepCopy()));
        for (String decimal : List.of("cpus", "mem", "disk")) {
            if (app.path(decimal).isNumber()) {
                app.put(decimal, app.get(decimal).asDouble());
            }
        }
        if (app.path("args").isArray() && app.get("args").isEmpty()) {
            app.putNull("args");
        }
    }

    private static void check(ObjectNode app) {
        require(
                app,
                "instances",
                app.path("instances").isInt() && app.get("instances").asInt() >= 0,
                "must be greater than or equal to 0");
        require(
                app,
                "cpus",
                app.path("cpus").isNumber() && app.get("cpus").asDouble() >= 0,
                "must be greater than or equal to 0.0");
        require(
                app,
                "mem",
                app.path("mem").isNumber() && app.get("mem").asDouble() >= 0,
                "must be greater than or equal to 0.0");
        boolean runnable = app.path("container").isObject()
                || app.path("cmd").isTextual()
                || app.path("args").isArray();
        require(app, "", runnable, "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.");
    }

    private static void require(ObjectNode app, String field, boolean holds, String error) {
        if (!holds) {
            ObjectNode detail = Json.object().put("path", "/" + field);
            detail.putArray("errors").add(error);
            ObjectNode body = Json.message("Object is not valid");
            body.putArray("details").add(detail);
            throw new MarathonError(422, body);
        }
    }

    private void fillInPorts() {
        ArrayNode ports = definition.putArray("ports");
        JsonNode docker = definition.path("container").path("docker");
        if (docker instanceof ObjectNode known && !known.has("forcePullImage")) {
            known.put("forcePullImage", false);
        }
        if (definition.path("container") instanceof ObjectNode container && !container.has("volumes")) {
            container.putArray("volumes");
        }
        portMappings().forEach(mapping -> {
            ObjectNode known = (ObjectNode) mapping;
            if (known.path("servicePort").asInt() == 0) {
                known.put("servicePort", FIRST_SERVICE_PORT + Math.floorMod(id().hashCode() + ports.size(), 10000));
            }
            ports.add(known.get("servicePort"));
        });
    }

    private JsonNode portMappings() {
        JsonNode ofDocker = definition.path("container").path("docker").path("portMappings");
        return ofDocker.isArray() ? ofDocker : definition.path("container").path("portMappings");
    }

    /** The app with the given fields changed, and the tasks of this one. */
    App changed(JsonNode given, String version) {
        ObjectNode app = definition.deepCopy();
        merge(app, given);
        app.put("id", id()).put("version", version);
        check(app);
        boolean reconfigured = !withoutScale(app).equals(withoutScale(definition));
        ObjectNode versions = (ObjectNode) app.get("versionInfo");
        versions.put("lastScalingAt", version);
        if (reconfigured) {
            versions.put("lastConfigChangeAt", version);
        }
        App result = new App(app);
        result.fillInPorts();
        return result.with(this);
    }

    /** The same app in a version of its own, so that none of its present tasks is current any more. */
    App restarted(String version) {
        ObjectNode app = definition.deepCopy().put("version", version);
        ((ObjectNode) app.get("versionInfo")).put("lastConfigChangeAt", version);
        return new App(app).with(this);
    }

    private App with(App before) {
        tasks.addAll(before.tasks);
        lastTaskFailure = before.lastTaskFailure;
        failures = before.failures;
        delayed = before.delayed;
        return this;
    }

    /** Whether the other differs from this one in its number of instances at the most. */
    boolean differsInScaleOnly(App other) {
        return withoutScale(definition).equals(withoutScale(other.definition));
    }

    private static ObjectNode withoutScale(ObjectNode app) {
        return app.deepCopy().without(List.of("instances", "version", "versionInfo"));
    }

    String id() {
        return definition.get("id").asText();
    }

    int instances() {
        return definition.get("instances").asInt();
    }

    String version() {
        return definition.get("version").asText();
    }

    /** The version of everything but the scale: tasks of another one are to be replaced. */
    String configVersion() {
        return definition.get("versionInfo").get("lastConfigChangeAt").asText();
    }

    String image() {
        return definition.path("container").path("docker").path("image").asText();
    }

    Map<String, String> env() {
        Map<String, String> env = new LinkedHashMap<>();
        definition
                .path("env")
                .properties()
                .forEach(it -> env.put(it.getKey(), it.getValue().asText()));
        return env;
    }

    Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        definition
                .path("labels")
                .properties()
                .forEach(it -> labels.put(it.getKey(), it.getValue().asText()));
        return labels;
    }

    String cmd() {
        return definition.path("cmd").asText("");
    }

    List<Integer> containerPorts() {
        List<Integer> ports = new ArrayList<>();
        portMappings()
                .forEach(mapping -> ports.add(mapping.path("containerPort").asInt()));
        return ports;
    }

    /** How long the next launch waits after the failures so far (facts 7.3). */
    PlatformDuration launchDelay() {
        if (failures == 0) {
            return PlatformDuration.ZERO;
        }
        double seconds = definition.get("backoffSeconds").asDouble()
                * Math.pow(definition.get("backoffFactor").asDouble(), failures - 1);
        double most = definition.get("maxLaunchDelaySeconds").asDouble();
        return PlatformDuration.millis(Math.round(Math.min(seconds, most) * 1000));
    }

    /** Tasks that nobody has killed. */
    List<Task> living() {
        return tasks.stream().filter(task -> !task.killed).toList();
    }

    /** The form of the app in lists: counts and deployments are always there (facts 7.1). */
    ObjectNode json(List<String> deployments) {
        ObjectNode json = definition.deepCopy();
        json.put("tasksStaged", tasks.stream().filter(task -> !task.isRunning()).count());
        json.put("tasksRunning", tasks.stream().filter(Task::isRunning).count());
        json.put("tasksHealthy", 0).put("tasksUnhealthy", 0);
        ArrayNode ids = json.putArray("deployments");
        deployments.forEach(id -> ids.add(Json.object().put("id", id)));
        return json;
    }

    ObjectNode jsonWithTasks(List<String> deployments) {
        ObjectNode json = json(deployments);
        ArrayNode all = json.putArray("tasks");
        tasks.forEach(task -> all.add(task.json()));
        return json;
    }
}
