package coalmine.sandbox.marathon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Marathon's ways with JSON. */
final class Json {

    static final String SLAVE_ID = "20161216-000000-16777343-5050-1-S0";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ObjectNode message(String text) {
        return object().put("message", text);
    }

    static ObjectNode list(String key, List<? extends JsonNode> elements) {
        ObjectNode list = object();
        list.putArray(key).addAll(elements);
        return list;
    }

    static String stamp(Instant moment) {
        return STAMP.format(moment);
    }

    /**
     * Reads a body.
     *
     * @throws MarathonError if it is not JSON
     */
    static JsonNode read(String body) {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new MarathonError(400, message("Invalid JSON").put("details", e.getOriginalMessage()));
        }
    }
}
