package coalmine.marathon;

import coalmine.access.AccessException;
import coalmine.access.Calls;
import coalmine.access.Reply;
import coalmine.access.Server;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The part of Marathon's REST API, version 2, that releases need: looking at apps and tasks, and killing them. */
public final class MarathonApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RUNNING = "TASK_RUNNING";

    private final Server server;
    private final Calls calls;

    /**
     * @param base scheme, host and port, such as {@code http://127.0.0.1:9090}
     */
    public MarathonApi(URI base) {
        this(Server.at(base));
    }

    public MarathonApi(Server server) {
        this.server = server;
        this.calls = new Calls(server);
    }

    /**
     * An app.
     *
     * @param instances how many tasks it should have
     */
    public record App(String id, int instances, Map<String, String> labels, List<Task> tasks) {

        /** Whether it runs a service of a deployment of Vamp's: its id carries a hash, its labels say it plainly (facts 7.5). */
        public boolean runs(String deployment, String breed) {
            return deployment.equals(labels.get("deployment")) && breed.equals(labels.get("service"));
        }
    }

    /**
     * A task of an app.
     *
     * @param started whether it runs; otherwise it is still being staged
     */
    public record Task(String id, String host, List<Integer> ports, boolean started) {}

    /**
     * The version of this Marathon.
     *
     * @throws MarathonException if it cannot be reached, or what is there is no Marathon
     */
    public String version() {
        JsonNode info = read("/v2/info");
        if (!info.path("name").asText().equals("marathon")) {
            throw new MarathonException(server + " is not a Marathon: its /v2/info does not say so");
        }
        return info.path("version").asText();
    }

    /** All apps, with their tasks. */
    public List<App> apps() {
        List<App> apps = new ArrayList<>();
        read("/v2/apps?embed=apps.tasks").path("apps").forEach(app -> apps.add(app(app)));
        return apps;
    }

    /** The apps that run a service of a deployment of Vamp's. */
    public List<App> appsOfService(String deployment, String breed) {
        return apps().stream().filter(app -> app.runs(deployment, breed)).toList();
    }

    /**
     * Kills tasks; Marathon replaces them.
     *
     * @throws MarathonException if Marathon refuses, or knows none of them
     */
    public void kill(List<String> taskIds) {
        String body =
                JSON.createObjectNode().set("ids", JSON.valueToTree(taskIds)).toString();
        JsonNode answer = call(
                "POST",
                "/v2/tasks/delete",
                it -> it.contentType("application/json").body(body));
        if (answer.path("tasks").isEmpty()) {
            throw new MarathonException(
                    "Marathon at " + server + " killed none of " + taskIds + "; it does not know them");
        }
    }

    /**
     * Destroys an app with its tasks; Marathon replaces nothing.
     *
     * @throws MarathonException if there is no such app
     */
    public void destroy(String appId) {
        call("DELETE", "/v2/apps" + appId, UnaryOperator.identity());
    }

    private static App app(JsonNode json) {
        Map<String, String> labels = new LinkedHashMap<>();
        json.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        List<Task> tasks = new ArrayList<>();
        json.path("tasks").forEach(task -> {
            List<Integer> ports = new ArrayList<>();
            task.path("ports").forEach(port -> ports.add(port.asInt()));
            tasks.add(new Task(task.path("id").asText(), task.path("host").asText(), ports, isStarted(task)));
        });
        return new App(json.get("id").asText(), json.path("instances").asInt(), labels, tasks);
    }

    /** Marathon 1.x also lists tasks that it cannot reach or is killing, and tells their state; 0.15 tells none (facts 7.2). */
    private static boolean isStarted(JsonNode task) {
        return task.hasNonNull("startedAt")
                && task.path("state").asText(RUNNING).equals(RUNNING);
    }

    private JsonNode read(String path) {
        return json("GET", path, () -> calls.get(path));
    }

    private JsonNode call(String method, String path, UnaryOperator<RequestSpecification> details) {
        return json(method, path, () -> calls.send(method, path, details));
    }

    private JsonNode json(String method, String path, Supplier<Reply> call) {
        Reply reply;
        try {
            reply = call.get();
        } catch (AccessException e) {
            throw new MarathonException(e.getMessage(), e);
        }
        if (reply.status() >= 300) {
            throw new MarathonException(method + " " + server + path + " was answered with " + reply.status() + ": "
                    + server.credentials().hideIn(reply.message()));
        }
        try {
            return JSON.readTree(reply.body());
        } catch (JsonProcessingException e) {
            throw new MarathonException(
                    server + " is not a Marathon: it answered " + path + " with something other than JSON", e);
        }
    }
}
