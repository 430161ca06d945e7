package coalmine.journal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the lines of a journal come to: what the run has created that may still be there, and what it has taken away that may still be missing. */
final class Belongings {

    private final Set<String> own = new LinkedHashSet<>();
    private final Set<String> others = new LinkedHashSet<>();
    private final Map<String, JsonNode> taken = new LinkedHashMap<>();

    static Belongings of(List<JsonNode> lines) {
        Belongings belongings = new Belongings();
        lines.forEach(belongings::add);
        return belongings;
    }

    /** Takes note of a line. */
    void add(JsonNode line) {
        String path = line.path("path").asText();
        switch (line.path("does").asText()) {
            case "creates" -> (line.path("existed").asBoolean() ? others : own).add(path);
            case "takes" -> taken.put(path, line.path("was"));
            case "gone" -> {
                own.remove(path);
                others.remove(path);
            }
            case "back" -> taken.remove(path);
            default -> {
                // what it says is for people
            }
        }
    }

    /** Paths of what was not there before the run. */
    Set<String> own() {
        return own;
    }

    /** What was there before by its path, as it was. */
    Map<String, JsonNode> taken() {
        return taken;
    }

    /** Whether it is told already whose something is. */
    boolean isTold(String path) {
        return own.contains(path) || others.contains(path) || taken.containsKey(path);
    }

    /** What was there before and has been written to. */
    Set<String> others() {
        return others;
    }
}
