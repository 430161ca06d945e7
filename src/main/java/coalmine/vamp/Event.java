package coalmine.vamp;

import com.fasterxml.jackson.databind.JsonNode;
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

    static Event of(JsonNode json) {
        Set<String> tags = new TreeSet<>();
        json.path("tags").forEach(tag -> tags.add(tag.asText()));
        JsonNode value = json.path("value");
        return new Event(
                tags,
                value.isMissingNode() ? "" : value.isTextual() ? value.asText() : value.toString(),
                json.path("timestamp").asText(),
                json.path("type").asText());
    }

    public boolean has(String... wanted) {
        return tags.containsAll(Set.of(wanted));
    }

    public boolean hasAll(Collection<String> wanted) {
        return tags.containsAll(wanted);
    }

    /** The event as people read it: the tags that say something of their own, and the value if it is short. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        tags.stream()
                .filter(tag -> tags.stream().noneMatch(other -> other.startsWith(tag + ":")))
                .forEach(tag -> text.append(text.isEmpty() ? "" : " ").append(tag));
        return value.isEmpty() || value.length() > 80 ? text.toString() : text + " = " + value;
    }
}
