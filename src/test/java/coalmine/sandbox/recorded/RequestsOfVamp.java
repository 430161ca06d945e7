package coalmine.sandbox.recorded;

import coalmine.sandbox.MarathonEar.Heard;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The different requests that a Vamp sends to its Marathon: method, path and body, with addresses and numbers of instances masked. */
final class RequestsOfVamp {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    /** What people sent that day to see what Vamp would do. */
    private static final List<String> BY_HAND = List.of("H-039", "H-041");
    /** Not recorded: who asks for these is told by facts 7.5. */
    private static final List<String> NOT_RECORDED = List.of("/v2/info", "/v2/events");

    private RequestsOfVamp() {}

    static Set<String> recorded() {
        Set<String> requests = new TreeSet<>();
        try {
            for (String line :
                    Files.readAllLines(Recordings.FOLDER.resolve("marathon").resolve("requests-of-vamp.jsonl"))) {
                JsonNode json = JSON.readTree(line);
                JsonNode request = json.get("request");
                String text =
                        text(request.get("method").asText(), request.get("path").asText(), request.path("body"));
                // The recipe's auto-scaling was not part of what is replayed.
                if (!BY_HAND.contains(json.get("id").asText().substring(0, 5)) && !text.contains("auto-scaling")) {
                    add(requests, text);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return requests;
    }

    static Set<String> of(List<Heard> heard) {
        Set<String> requests = new TreeSet<>();
        for (Heard one : heard) {
            if (!NOT_RECORDED.contains(one.path())) {
                try {
                    JsonNode body = one.body().isEmpty() ? JSON.nullNode() : JSON.readTree(one.body());
                    add(requests, text(one.method(), one.path(), body));
                } catch (IOException e) {
                    throw new UncheckedIOException("not JSON: " + one, e);
                }
            }
        }
        return requests;
    }

    /** A correction of nothing but the memory is sent when an instance is missing at that very moment, which is a race. */
    private static void add(Set<String> requests, String text) {
        if (!text.matches("PUT .* \\{\"mem\":\\d+}")) {
            requests.add(text);
        }
    }

    private static String text(String method, String path, JsonNode body) {
        try {
            String sorted = body.isObject() ? JSON.writeValueAsString(JSON.convertValue(body, Map.class)) : "";
            return (method + " " + path + " " + sorted)
                    .replaceAll("127\\.\\d+\\.\\d+\\.\\d+:\\d+", "<address>")
                    .replaceAll(method.equals("PUT") ? "\"instances\":\\d+" : "\\b\\B", "\"instances\":<number>");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
