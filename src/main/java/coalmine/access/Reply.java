package coalmine.access;

import com.fasterxml.jackson.core.JsonProcessingException;
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
    private static final int LONGEST = 300;

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** What it says, on a line: the {@code message} of a JSON object, or the body as it is, as far as people would read it. */
    public String message() {
        String text = said().replaceAll("<[^>]*>", " ").strip().replaceAll("\\s+", " ");
        return text.length() > LONGEST ? text.substring(0, LONGEST) + " …" : text;
    }

    private String said() {
        try {
            return JSON.readTree(body).path("message").asText(body);
        } catch (JsonProcessingException e) {
            return body;
        }
    }
}
