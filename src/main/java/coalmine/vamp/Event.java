package coalmine.vamp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * An event of Vamp's.
 *
 * @param tags expanded by Vamp; their order carries no meaning
 * @param value as text, whatever it was (a number as {@code 0}, an object as JSON); empty if there is none
 * @param timestamp Vamp's own, never to be compared with another clock's
 */
public record Event(Set<String> tags, String value, String timestamp, String type) {

    /** In characters; the reason of a failure fits in. */
    private static final int LONGEST_TEXT = 300;
    /** In characters; the beginning of a longer document says nothing. */
    private static final int LONGEST_DOCUMENT = 80;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** As the stream tells it: with the value as it is. */
    static Event heard(JsonNode json) {
        Set<String> tags = new TreeSet<>();
        json.path("tags").forEach(tag -> tags.add(tag.asText()));
        JsonNode value = json.path("value");
        return new Event(
                tags,
                value.isMissingNode() ? "" : value.isTextual() ? value.asText() : value.toString(),
                json.path("timestamp").asText(),
                json.path("type").asText());
    }

    /** As the store tells it: every value is text, and an archived document is the JSON of its text (facts 4.1; recording A-169). */
    static Event stored(JsonNode json) {
        Event event = heard(json);
        return event.type.equals("archive")
                ? new Event(event.tags, unquoted(event.value), event.timestamp, event.type)
                : event;
    }

    private static String unquoted(String text) {
        try {
            JsonNode quoted = JSON.readTree(text);
            return quoted.isTextual() ? quoted.asText() : text;
        } catch (JsonProcessingException e) {
            return text; // a document as it was sent
        }
    }

    /** When it happened, by {@link #timestamp}; at the end of all time if Vamp does not tell that as a time. */
    Instant at() {
        try {
            return Instant.parse(timestamp);
        } catch (DateTimeParseException e) {
            return Instant.MAX;
        }
    }

    public boolean has(String... wanted) {
        return tags.containsAll(Set.of(wanted));
    }

    public boolean hasAll(Collection<String> wanted) {
        return tags.containsAll(wanted);
    }

    /**
     * The event as people read it, on one line: the tags that say something of their own, and the value. A text that is longer than 300 characters is
     * shortened; a document that is longer than 80, such as the artifact that an {@code archive:update} carries, is left out.
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        tags.stream()
                .filter(tag -> tags.stream().noneMatch(other -> other.startsWith(tag + ":")))
                .forEach(tag -> text.append(text.isEmpty() ? "" : " ").append(tag));
        String told = isDocument() && value.length() > LONGEST_DOCUMENT ? "" : onOneLine(value);
        return told.isEmpty() ? text.toString() : text + " = " + told;
    }

    /** Archived artifacts are told as they were sent, be it as YAML (facts 4.1); objects as JSON. */
    private boolean isDocument() {
        return has("archive") || value.startsWith("{") || value.startsWith("[{");
    }

    private static String onOneLine(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
        return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT - 1) + "…" : line;
    }
}
