package coalmine.sandbox.marathon;

import coalmine.time.PlatformDuration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What an app is to be: its JSON with Marathon's defaults filled in (facts 7.2), checked, and never changed.
 *
 * <p>Fields that Marathon 0.15.6 does not know are kept as they are, so that an app written for 1.x is accepted. Resources and constraints
 * are kept too, but nothing is measured against them: the sandbox has one machine and room for all.
 */
final class AppDefinition {

    /** A port that an app asks for. */
    record PortRequest(int containerPort, int hostPort) {}

    private static final Pattern ID = Pattern.compile("(/[a-z0-9]([a-z0-9.-]*[a-z0-9])?)+");

    /** What answers show beside the definition; an app that was read may be sent back with all of it. */
    private static final Set<String> READ_ONLY = Set.of(
            "version",
            "versionInfo",
            "tasks",
            "tasksStaged",
            "tasksRunning",
            "tasksHealthy",
            "tasksUnhealthy",
            "deployments",
            "lastTaskFailure");

    private static final JsonObject DEFAULTS = new JsonObject("""
            {"cmd": null, "args": null, "user": null, "env": {}, "instances": 1, "cpus": 1.0, "mem": 128.0, "disk": 0.0,
             "executor": "", "constraints": [], "uris": [], "fetch": [], "storeUrls": [], "backoffSeconds": 1,
             "backoffFactor": 1.15, "maxLaunchDelaySeconds": 3600, "container": null, "healthChecks": [],
             "dependencies": [], "upgradeStrategy": {"minimumHealthCapacity": 1.0, "maximumOverCapacity": 1.0},
             "labels": {}, "acceptedResourceRoles": null, "ipAddress": null, "ports": [], "requirePorts": false}""");

    private final JsonObject json;

    private AppDefinition(JsonObject json) {
        this.json = json;
    }

    /**
     * An app as a client described it.
     *
     * @param id the app's id, made whole by {@link #wholeId}
     * @throws Refusal if a value is not valid, or asks for what the sandbox does not have
     */
    static AppDefinition of(String id, JsonObject given) {
        return new AppDefinition(new JsonObject().put("id", id).mergeIn(DEFAULTS.copy())).with(given);
    }

    /** An id with exactly one slash before each part, as {@code vamp/workflow-x} and {@code //sava/x} are meant. */
    static String wholeId(String id) {
        return "/" + String.join("/", parts(id));
    }

    static List<String> parts(String id) {
        List<String> parts = new ArrayList<>(List.of(id.split("/")));
        parts.removeIf(String::isEmpty);
        return parts;
    }

    /**
     * This app with some fields changed; fields that are null are as if absent.
     *
     * @throws Refusal if a value is not valid, or asks for what the sandbox does not have
     */
    AppDefinition with(JsonObject given) {
        JsonObject changed = json.copy();
        given.copy().forEach(field -> {
            if (field.getValue() != null
                    && !READ_ONLY.contains(field.getKey())
                    && !field.getKey().equals("id")) {
                changed.put(field.getKey(), field.getValue());
            }
        });
        check(changed);
        complete(changed);
        return new AppDefinition(changed);
    }

    AppDefinition withInstances(int instances) {
        return new AppDefinition(json.copy().put("instances", instances));
    }

    /**
     * This app with a number of its own for each service port that was left to Marathon.
     *
     * @param before what the app's ports were until now; those that are no longer used are given again
     * @param free where other numbers come from
     */
    AppDefinition withServicePorts(List<Integer> before, IntSupplier free) {
        JsonObject changed = json.copy();
        List<Integer> own = new ArrayList<>(servicePorts());
        List<Integer> again = new ArrayList<>(before);
        again.removeAll(own);
        own.replaceAll(port -> port != 0 ? port : again.isEmpty() ? free.getAsInt() : again.remove(0));
        JsonArray mappings = mappings(changed);
        for (int i = 0; i < mappings.size(); i++) {
            mappings.getJsonObject(i).put("servicePort", own.get(i));
        }
        return new AppDefinition(changed.put("ports", new JsonArray(new ArrayList<>(own))));
    }

    /** This app as changed from another: its version, and since when its number of instances and its configuration are what they are. */
    AppDefinition changedFrom(AppDefinition old, String version) {
        return versioned(version, hasConfigurationOf(old) ? old.configuration() : version);
    }

    /** This app as new, or to be started anew. */
    AppDefinition anew(String version) {
        return versioned(version, version);
    }

    private AppDefinition versioned(String version, String configuration) {
        JsonObject info = new JsonObject().put("lastScalingAt", version).put("lastConfigChangeAt", configuration);
        return new AppDefinition(json.copy().put("version", version).put("versionInfo", info));
    }

    /** Whether a change from the other app to this one leaves running tasks as they are. */
    boolean hasConfigurationOf(AppDefinition other) {
        return configurationAlone().equals(other.configurationAlone());
    }

    private JsonObject configurationAlone() {
        JsonObject alone = json.copy();
        List.of("instances", "version", "versionInfo").forEach(alone::remove);
        return alone;
    }

    JsonObject toJson() {
        return json.copy();
    }

    String id() {
        return json.getString("id");
    }

    int instances() {
        return json.getInteger("instances");
    }

    String version() {
        return json.getString("version");
    }

    /** The version since which the configuration is what it is: tasks that are older run something else. */
    String configuration() {
        return json.getJsonObject("versionInfo").getString("lastConfigChangeAt");
    }

    /** The container's image; empty text if the app names none. */
    String image() {
        return object(object(json, "container"), "docker").getString("image", "");
    }

    Map<String, String> env() {
        Map<String, String> env = new LinkedHashMap<>();
        object(json, "env").forEach(variable -> env.put(variable.getKey(), String.valueOf(variable.getValue())));
        return env;
    }

    Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        object(json, "labels").forEach(label -> labels.put(label.getKey(), String.valueOf(label.getValue())));
        return labels;
    }

    /** The command; empty text if the app has none. */
    String cmd() {
        return json.getValue("cmd") instanceof String cmd ? cmd : "";
    }

    Set<String> dependencies() {
        return Set.copyOf(array(json, "dependencies").stream()
                .map(dependency -> wholeId(dependency.toString()))
                .toList());
    }

    /** Marathon's ports of the app; 0 where they have not been chosen yet. */
    List<Integer> servicePorts() {
        JsonArray mappings = mappings(json);
        if (!mappings.isEmpty()) {
            return IntStream.range(0, mappings.size())
                    .mapToObj(i -> mappings.getJsonObject(i).getInteger("servicePort", 0))
                    .toList();
        }
        return array(json, "ports").stream()
                .map(port -> ((Number) port).intValue())
                .toList();
    }

    /** The ports that each task needs; a container port of 0 stands for the same as the host port. */
    List<PortRequest> portRequests() {
        JsonArray mappings = mappings(json);
        if (!mappings.isEmpty()) {
            return IntStream.range(0, mappings.size())
                    .mapToObj(mappings::getJsonObject)
                    .map(mapping -> new PortRequest(
                            mapping.getInteger("containerPort", 0), mapping.getInteger("hostPort", PortRange.ANY)))
                    .toList();
        }
        return servicePorts().stream()
                .map(port -> new PortRequest(0, json.getBoolean("requirePorts") ? port : PortRange.ANY))
                .toList();
    }

    PlatformDuration backoff() {
        return seconds("backoffSeconds");
    }

    double backoffFactor() {
        return json.getDouble("backoffFactor");
    }

    PlatformDuration maxLaunchDelay() {
        return seconds("maxLaunchDelaySeconds");
    }

    private PlatformDuration seconds(String field) {
        return new PlatformDuration(Duration.ofNanos(Math.round(json.getDouble(field) * 1e9)));
    }

    /** How many tasks must go on running while the app is restarted. */
    int leastRunning() {
        return (int) Math.ceil(instances() * object(json, "upgradeStrategy").getDouble("minimumHealthCapacity"));
    }

    /** How many tasks there may be at once while the app is restarted; one more than there must be, or nothing could move. */
    int mostTasks() {
        double over = object(json, "upgradeStrategy").getDouble("maximumOverCapacity");
        return Math.max((int) Math.floor(instances() * (1 + over)), leastRunning() < instances() ? 0 : instances() + 1);
    }

    boolean killsOldestFirst() {
        return Set.of("OLDEST_FIRST", "OldestFirst").contains(json.getString("killSelection", ""));
    }

    private static JsonArray mappings(JsonObject app) {
        JsonObject container = object(app, "container");
        JsonArray docker = array(object(container, "docker"), "portMappings");
        // Where 1.5 and later have them.
        return docker.isEmpty() ? array(container, "portMappings") : docker;
    }

    /** A field's object; an empty one that belongs to nothing if there is none. */
    private static JsonObject object(JsonObject parent, String field) {
        return parent.getValue(field) instanceof JsonObject object ? object : new JsonObject();
    }

    private static JsonArray array(JsonObject parent, String field) {
        return parent.getValue(field) instanceof JsonArray array ? array : new JsonArray();
    }

    /** Fills in what Marathon fills in below the top level, and writes numbers as it writes them. */
    private static void complete(JsonObject app) {
        app.put("instances", app.getInteger("instances"));
        for (String field : List.of("cpus", "mem", "disk")) {
            app.put(field, app.getDouble(field));
        }
        if (array(app, "args").isEmpty()) {
            app.putNull("args");
        }
        JsonObject strategy = object(app, "upgradeStrategy");
        for (String field : List.of("minimumHealthCapacity", "maximumOverCapacity")) {
            putIfAbsent(strategy, field, 1.0);
            strategy.put(field, strategy.getDouble(field));
        }
        JsonObject container = object(app, "container");
        putIfAbsent(container, "type", "DOCKER");
        putIfAbsent(container, "volumes", new JsonArray());
        JsonObject docker = object(container, "docker");
        putIfAbsent(docker, "portMappings", new JsonArray());
        putIfAbsent(docker, "parameters", new JsonArray());
        putIfAbsent(docker, "privileged", false);
        putIfAbsent(docker, "forcePullImage", false);
        JsonArray mappings = mappings(app);
        for (int i = 0; i < mappings.size(); i++) {
            JsonObject mapping = mappings.getJsonObject(i);
            putIfAbsent(mapping, "hostPort", 0);
            putIfAbsent(mapping, "protocol", "tcp");
            putIfAbsent(mapping, "servicePort", 0);
        }
        if (app.getValue("portDefinitions") instanceof JsonArray definitions
                && array(app, "ports").isEmpty()) {
            app.put(
                    "ports",
                    new JsonArray(IntStream.range(0, definitions.size())
                            .mapToObj(definitions::getJsonObject)
                            .map(definition -> definition.getValue("port") == null ? 0 : definition.getInteger("port"))
                            .toList()));
        }
    }

    private static void putIfAbsent(JsonObject object, String field, Object value) {
        if (object.getValue(field) == null) {
            object.put(field, value);
        }
    }

    private static void check(JsonObject app) {
        Problems problems = new Problems();
        problems.unless(ID.matcher(app.getString("id")).matches(), "/id", "must fully match regular expression " + ID);
        int before = problems.count();
        problems.wholeNumber(app, "instances", Integer.MAX_VALUE);
        List.of("cpus", "mem", "disk", "backoffSeconds", "maxLaunchDelaySeconds")
                .forEach(field -> problems.number(app, "", field, 0, Double.MAX_VALUE));
        problems.number(app, "", "backoffFactor", 1, Double.MAX_VALUE);
        List.of("env", "labels", "upgradeStrategy")
                .forEach(field -> problems.type(app.getValue(field), JsonObject.class, "/" + field));
        List.of("ports", "constraints", "dependencies", "healthChecks")
                .forEach(field -> problems.type(app.getValue(field), JsonArray.class, "/" + field));
        problems.optional(app.getValue("cmd"), String.class, "/cmd");
        problems.optional(app.getValue("args"), JsonArray.class, "/args");
        problems.type(app.getValue("requirePorts"), Boolean.class, "/requirePorts");
        problems.optional(app.getValue("portDefinitions"), JsonArray.class, "/portDefinitions");
        problems.optional(app.getValue("killSelection"), String.class, "/killSelection");
        for (String field : List.of("minimumHealthCapacity", "maximumOverCapacity")) {
            if (object(app, "upgradeStrategy").getValue(field) != null) {
                problems.number(object(app, "upgradeStrategy"), "/upgradeStrategy", field, 0, 1);
            }
        }
        array(app, "ports").forEach(port -> problems.port(port, "/ports"));
        JsonArray dependencies = array(app, "dependencies");
        for (int i = 0; i < dependencies.size(); i++) {
            problems.type(dependencies.getValue(i), String.class, "/dependencies(" + i + ")");
        }
        problems.ports(array(app, "portDefinitions"), "/portDefinitions", List.of("port"));
        checkContainer(app, problems);
        if (problems.count() == before) {
            boolean cmd = app.getValue("cmd") != null;
            boolean args = !array(app, "args").isEmpty();
            problems.unless(!(cmd && args), "/", "AppDefinition must not contain both 'cmd' and 'args'");
            problems.unless(
                    cmd || args || app.getValue("container") != null,
                    "/",
                    "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.");
        }
        problems.refuse();
        for (String field : List.of("healthChecks", "readinessChecks")) {
            if (!array(app, field).isEmpty()) {
                throw Refusal.notBuilt("An app with " + field);
            }
        }
    }

    private static void checkContainer(JsonObject app, Problems problems) {
        Object container = app.getValue("container");
        problems.optional(container, JsonObject.class, "/container");
        if (!(container instanceof JsonObject given)) {
            return;
        }
        problems.type(given.getValue("docker"), JsonObject.class, "/container/docker");
        JsonObject docker = object(given, "docker");
        problems.unless(
                docker.getValue("image") instanceof String image && !image.isBlank(),
                "/container/docker/image",
                "must not be empty");
        problems.optional(docker.getValue("portMappings"), JsonArray.class, "/container/docker/portMappings");
        problems.ports(
                mappings(app), "/container/docker/portMappings", List.of("containerPort", "hostPort", "servicePort"));
    }

    /** Gathers what is wrong with a definition, path by path. */
    private static final class Problems {

        private final Map<String, JsonArray> byPath = new LinkedHashMap<>();

        int count() {
            return byPath.size();
        }

        void unless(boolean valid, String path, String problem) {
            if (!valid) {
                byPath.computeIfAbsent(path, p -> new JsonArray()).add(problem);
            }
        }

        void type(Object value, Class<?> type, String path) {
            unless(
                    type.isInstance(value),
                    path,
                    "error.expected.js"
                            + type.getSimpleName().replace("Json", "").toLowerCase(Locale.ROOT));
        }

        void optional(Object value, Class<?> type, String path) {
            if (value != null) {
                type(value, type, path);
            }
        }

        void number(JsonObject parent, String parentPath, String field, double least, double most) {
            String path = parentPath + "/" + field;
            type(parent.getValue(field), Number.class, path);
            if (parent.getValue(field) instanceof Number number) {
                unless(number.doubleValue() >= least, path, "got " + number + ", expected " + least + " or more");
                unless(number.doubleValue() <= most, path, "got " + number + ", expected " + most + " or less");
            }
        }

        void wholeNumber(JsonObject parent, String field, int most) {
            number(parent, "", field, 0, most);
            unless(isWhole(parent.getValue(field)), "/" + field, "error.expected.int");
        }

        void port(Object value, String path) {
            unless(
                    isWhole(value) && ((Number) value).intValue() >= 0 && ((Number) value).intValue() <= 65535,
                    path,
                    "must be a port between 0 and 65535");
        }

        /** Objects, each with ports or without. */
        void ports(JsonArray objects, String path, List<String> fields) {
            for (int i = 0; i < objects.size(); i++) {
                String place = path + "(" + i + ")";
                if (objects.getValue(i) instanceof JsonObject object) {
                    for (String field : fields) {
                        if (object.getValue(field) != null) {
                            port(object.getValue(field), place + "/" + field);
                        }
                    }
                } else {
                    unless(false, place, "must be an object");
                }
            }
        }

        private static boolean isWhole(Object value) {
            return value instanceof Number number && number.doubleValue() == number.intValue();
        }

        void refuse() {
            if (!byPath.isEmpty()) {
                JsonArray details = new JsonArray();
                byPath.forEach((path, errors) ->
                        details.add(new JsonObject().put("path", path).put("errors", errors)));
                throw Refusal.invalidObject(details);
            }
        }
    }
}
