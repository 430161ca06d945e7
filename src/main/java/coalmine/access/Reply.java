package coalmine.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a server has answered, whole.
 *
 * @param headers by their names in lower case
 */
public record Reply(int status, Map<String, String> headers, String body) {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Proxies answer with whole pages. */
    private static final int LONGEST = 500;

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** What it says, on a line: the {@code message} of a JSON object and its details, or the text of a page, as far as people would read it. */
    public String message() {
        String said = body.stripLeading().startsWith("<") ? body.replaceAll("<[^>]*>", " ") : said();
        String line = said.strip().replaceAll("\\s+", " ");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + " …" : line;
    }

    private String said() {
        try {
            JsonNode json = JSON.readTree(body);
            return json.path("message").asText(body) + (json.hasNonNull("details") ? " " + json.get("details") : "");
        } catch (JsonProcessingException e) {
            return body;
        }
    }
}
