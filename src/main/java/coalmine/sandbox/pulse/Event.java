package coalmine.sandbox.pulse;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Something that Vamp or one of its clients told the world (facts 4.1).
 *
 * @param tags the expanded tags: every tag {@code a:b} is accompanied by {@code a}; their order carries no meaning
 * @param value text, number, boolean, list or map; empty if the event has none
 * @param timestamp when it happened, in platform time
 * @param type a word such as {@code event}, {@code archive}, {@code health}
 */
public record Event(Set<String> tags, Optional<Object> value, Instant timestamp, String type) {

    /** An event whose tags are still to be expanded. */
    public static Event of(Collection<String> tags, Optional<Object> value, Instant timestamp, String type) {
        Set<String> expanded = new LinkedHashSet<>();
        for (String tag : tags) {
            int colon = tag.indexOf(':');
            if (colon > 0) {
                expanded.add(tag.substring(0, colon));
            }
            expanded.add(tag);
        }
        return new Event(expanded, value, timestamp, type);
    }
}
