package coalmine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.time.Pace;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Sends what was once sent to a running Vamp 0.9.2, in the same order, and compares the answers: status, content type, pagination and body. What is
 * volatile (times, addresses, scripts) is masked; what cannot be compared is named here, with the reason.
 */
class RecordedApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Values of the machine and its installation: compared by status alone. */
    private static final Set<String> BY_STATUS = Set.of(
            "A-001", "A-002", "A-003", "A-004", "A-006", "A-009", "A-010", // info
            "A-011", "A-012", // config
            "A-013", // the gateway host
            "A-036", "A-038", // YAML with scripts, which were left out
            "A-030", "A-039", "A-040", "A-041", "A-042", // where workflows find the key-value store
            "A-092", "A-093", // the YAML parser's own words
            "A-176"); // before the next synchronisation, which at pace 50 is at once
    /** The official images, which have a UI folder, answer 400 where the recorded server answered 404 (observed 4). */
    private static final Set<String> OFFICIAL_400 =
            Set.of("A-005", "A-007", "A-008", "A-066", "A-102", "A-103", "A-104", "A-105");
    /** Not built, and said so with 501: statistics, and the configuration of a HAProxy that is not there. */
    private static final Set<String> NOT_BUILT = Set.of("A-015", "A-016", "A-018");
    /** Lists of what was stored between recorded requests: their length and order are the recorded server's own. */
    private static final Set<String> BY_SHAPE =
            Set.of("A-137", "A-138", "A-139", "A-140", "A-141", "A-142", "A-143", "A-145", "A-155", "A-168");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void the_api_answers_as_the_recorded_vamp_did() throws IOException, InterruptedException {
        List<String> differences = new ArrayList<>();
        int compared = 0;
        try (Machine machine = new Machine();
                Sandbox sandbox = Sandbox.start(
                        machine, Sandbox.Options.atPace(new Pace(50)).on("127.5.1.1"))) {
            for (String line : Files.readAllLines(Path.of("src/test/resources/recordings/A-api-basics.jsonl"))) {
                JsonNode exchange = JSON.readTree(line);
                prepare(sandbox, id(exchange));
                compare(exchange, send(sandbox.vampUrl(), exchange)).forEach(differences::add);
                compared++;
            }
        }
        assertThat(compared).isEqualTo(195);
        assertThat(differences).as("differences from the recorded answers").isEmpty();
    }

    private static String id(JsonNode exchange) {
        return exchange.get("id").asText().substring(0, 5);
    }

    /** Waits where the recording had waited: for events to be searchable, and for a gateway to be deployed. */
    private void prepare(Sandbox sandbox, String id) {
        if (id.equals("A-155")) {
            awaitAnswer(sandbox, "events?tag=lab:typed", "lab:typed");
        }
        if (id.equals("A-177")) {
            awaitAnswer(sandbox, "gateways/labgw", "\"deployed\":true");
        }
    }

    private void awaitAnswer(Sandbox sandbox, String path, String part) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(sandbox.vampUrl() + "/api/v1/" + path))
                .header("Accept", "application/json")
                .build();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> http.send(request, HttpResponse.BodyHandlers.ofString())
                        .body()
                        .contains(part));
    }

    private HttpResponse<String> send(URI vamp, JsonNode exchange) throws IOException, InterruptedException {
        JsonNode request = exchange.get("request");
        JsonNode body = request.get("body");
        String text = body.isNull() ? "" : body.isTextual() ? body.asText() : body.toString();
        HttpRequest.Builder builder = HttpRequest.newBuilder(
                        URI.create(vamp + request.get("path").asText()))
                .method(
                        request.get("method").asText(),
                        text.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(text));
        request.get("headers")
                .properties()
                .forEach(header ->
                        builder.header(header.getKey(), header.getValue().asText()));
        return http.send(builder.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> compare(JsonNode exchange, HttpResponse<String> answer) throws IOException {
        String id = id(exchange);
        JsonNode wanted = exchange.get("response");
        List<String> differences = new ArrayList<>();
        int status = OFFICIAL_400.contains(id)
                ? 400
                : NOT_BUILT.contains(id) ? 501 : wanted.get("status").asInt();
        if (answer.statusCode() != status) {
            differences.add(exchange.get("id").asText() + ": status " + answer.statusCode() + " instead of " + status);
        }
        if (OFFICIAL_400.contains(id) || NOT_BUILT.contains(id) || BY_STATUS.contains(id)) {
            return differences;
        }
        String type = wanted.path("headers").path("Content-Type").asText("");
        String given = answer.headers().firstValue("Content-Type").orElse("");
        if (!given.equals(type)) {
            differences.add(exchange.get("id").asText() + ": content type '" + given + "' instead of '" + type + "'");
        }
        if (BY_SHAPE.contains(id)) {
            return differences;
        }
        for (String header : List.of("Link", "X-Total-Count")) {
            String expected = wanted.path("headers").path(header).asText("").replace("http://127.0.0.1:8080", "");
            String actual =
                    answer.headers().firstValue(header).orElse("").replaceAll("http://127\\.5\\.1\\.1:\\d+", "");
            if (!actual.equals(expected)) {
                differences.add(exchange.get("id").asText() + ": " + header + " '" + actual + "' instead of '"
                        + expected + "'");
            }
        }
        String expected = masked(wanted.get("body").isNull() ? "" : text(wanted.get("body")));
        String actual = masked(answer.body());
        if (!actual.equals(expected)) {
            differences.add(exchange.get("id").asText() + ":\n  " + actual + "\n  instead of\n  " + expected);
        }
        return differences;
    }

    private static String text(JsonNode body) {
        return body.isTextual() ? body.asText() : body.toString();
    }

    /** A body without what is volatile, with sets in one order. */
    private static String masked(String body) throws IOException {
        String text = body.replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "<time>")
                .replaceAll("127\\.(0\\.0|5\\.1)\\.1", "<host>");
        return text.startsWith("{") || text.startsWith("[")
                ? masked(JSON.readTree(text)).toString()
                : text;
    }

    private static JsonNode masked(JsonNode node) {
        if (node.isObject()) {
            ObjectNode sorted = JSON.createObjectNode();
            Set<String> keys = new TreeSet<>();
            node.fieldNames().forEachRemaining(keys::add);
            boolean script = node.path("type").asText().equals("application/javascript");
            keys.forEach(key -> {
                if (script && key.equals("definition")) {
                    sorted.put(key, "<script>");
                } else if (key.equals("value") && node.has("tags")) {
                    // The recording has bodies as trees or trimmed, so that white space says nothing.
                    sorted.put(key, node.get(key).asText().replaceAll("\\\\n|\\s", ""));
                } else {
                    sorted.set(key, masked(node.get(key)));
                }
            });
            return sorted;
        }
        if (node.isArray()) {
            List<JsonNode> elements = new ArrayList<>();
            node.forEach(element -> elements.add(masked(element)));
            boolean tags = elements.stream().allMatch(JsonNode::isTextual);
            if (tags) {
                elements.sort((a, b) -> a.asText().compareTo(b.asText()));
            }
            return JSON.createArrayNode().addAll(elements);
        }
        return node;
    }
}
