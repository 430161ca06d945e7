package coalmine.marathon;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The part of Marathon's REST API, version 2, that releases need: looking at apps and tasks, and killing them. */
public final class MarathonApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** For connecting, and for waiting for an answer's next bytes. */
    private static final int TIMEOUT_MILLIS = 8_000;

    private static final RestAssuredConfig CONFIG = RestAssuredConfig.config()
            .httpClient(HttpClientConfig.httpClientConfig()
                    .setParam("http.connection.timeout", TIMEOUT_MILLIS)
                    .setParam("http.socket.timeout", TIMEOUT_MILLIS));

    private final URI base;

    /**
     * @param base scheme, host and port, such as {@code http://127.0.0.1:9090}
     */
    public MarathonApi(URI base) {
        this.base = base;
    }

    /**
     * An app.
     *
     * @param instances how many tasks it should have
     */
    public record App(String id, int instances, Map<String, String> labels, List<Task> tasks) {}

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
        JsonNode info = call("GET", "/v2/info", given());
        if (!info.path("name").asText().equals("marathon")) {
            throw new MarathonException(base + " is not a Marathon: its /v2/info does not say so");
        }
        return info.path("version").asText();
    }

    /** All apps, with their tasks. */
    public List<App> apps() {
        List<App> apps = new ArrayList<>();
        call("GET", "/v2/apps?embed=apps.tasks", given()).path("apps").forEach(app -> apps.add(app(app)));
        return apps;
    }

    /** The apps that run a service of a deployment of Vamp's; their ids carry a hash, their labels say it plainly (facts 7.5). */
    public List<App> appsOfService(String deployment, String breed) {
        return apps().stream()
                .filter(app -> deployment.equals(app.labels().get("deployment"))
                        && breed.equals(app.labels().get("service")))
                .toList();
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
                given().contentType("application/json").body(body));
        if (answer.path("tasks").isEmpty()) {
            throw new MarathonException(
                    "Marathon at " + base + " killed none of " + taskIds + "; it does not know them");
        }
    }

    /**
     * Destroys an app with its tasks; Marathon replaces nothing.
     *
     * @throws MarathonException if there is no such app
     */
    public void destroy(String appId) {
        call("DELETE", "/v2/apps" + appId, given());
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
            tasks.add(
                    new Task(task.get("id").asText(), task.path("host").asText(), ports, task.hasNonNull("startedAt")));
        });
        return new App(json.get("id").asText(), json.path("instances").asInt(), labels, tasks);
    }

    private JsonNode call(String method, String path, RequestSpecification request) {
        Response response;
        try {
            response = request.config(CONFIG)
                    .urlEncodingEnabled(false)
                    .accept("application/json")
                    .request(method, base + path);
        } catch (Exception e) {
            // REST Assured throws the connection's own checked exceptions past the compiler.
            throw new MarathonException(base + " cannot be reached: " + e.getMessage(), e);
        }
        if (response.statusCode() >= 300) {
            throw new MarathonException(method + " " + base + path + " was answered with " + response.statusCode()
                    + ": " + response.asString());
        }
        try {
            return JSON.readTree(response.asString());
        } catch (JsonProcessingException e) {
            throw new MarathonException(
                    base + " is not a Marathon: it answered " + path + " with something other than JSON", e);
        }
    }
}
