package coalmine.sandbox.recorded;

import coalmine.vamp.Event;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Events as sequences of types and tags, one for each emitter: an artifact, a service, a gateway, a workflow, a workflow's script. Repeats are collapsed,
 * as how often a step is taken in an outage is a race; so are the ticks of health and metrics, to their changes.
 */
final class EmittedEvents {

    /** The recorded streams, and the recordings of requests that were sent meanwhile. */
    enum Recorded {
        STEPS_1_TO_6('B', "recipe-steps-1-to-6.jsonl"),
        STEP_7_WITH_KILL_AND_DESTROY('C', "canary-kill-recovery-destroy.jsonl");

        private final char part;
        private final String file;

        Recorded(char part, String file) {
            this.part = part;
            this.file = file;
        }

        /** The first letter of the requests' ids. */
        char part() {
            return part;
        }

        String file() {
            return file;
        }

        Map<String, List<String>> events() {
            return EmittedEvents.of(read(FOLDER.resolve(file)));
        }
    }

    private static final Path FOLDER = Recordings.FOLDER.resolve("events");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> EMITTERS = Set.of(
            "breeds",
            "scales",
            "blueprints",
            "deployments",
            "clusters",
            "services",
            "gateways",
            "routes",
            "workflows",
            "deployment-service-scales",
            "metrics");

    private EmittedEvents() {}

    /** All events of all recorded streams, by the names of their files. */
    static Map<String, List<Event>> allRecorded() {
        Map<String, List<Event>> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            files.forEach(file -> all.put(file.getFileName().toString(), read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    private static List<Event> read(Path file) {
        List<Event> events = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                JsonNode data = JSON.readTree(line).get("data");
                if (data.has("tags")) {
                    events.add(event(data));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    private static Event event(JsonNode data) {
        Set<String> tags = new TreeSet<>();
        data.get("tags").forEach(tag -> tags.add(tag.asText()));
        JsonNode value = data.path("value");
        return new Event(
                tags,
                value.isValueNode() ? value.asText() : value.toString(),
                data.path("timestamp").asText(),
                data.path("type").asText());
    }

    /** What each emitter said, in its order. */
    static Map<String, List<String>> of(List<Event> events) {
        Map<String, List<String>> said = new TreeMap<>();
        Map<String, String> lastValues = new TreeMap<>();
        for (Event event : events) {
            Set<String> telling = event.tags().stream()
                    .filter(tag -> event.tags().stream().noneMatch(other -> other.startsWith(tag + ":")))
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> emitter = telling.stream()
                    .filter(tag -> tag.contains(":") && EMITTERS.contains(tag.replaceAll(":.*", "")))
                    .collect(Collectors.toCollection(TreeSet::new));
            telling.removeAll(emitter);
            String name = emitter + (isScripts(event) ? " script" : "") + (isTick(event) ? " " + event.type() : "");
            String what = event.type() + " " + telling + what(event, lastValues.put(name, event.value()));
            List<String> before = said.computeIfAbsent(name, it -> new ArrayList<>());
            if (before.isEmpty() || !before.get(before.size() - 1).equals(what)) {
                before.add(what);
            }
        }
        // When which of the users' requests meets an outage is a race.
        said.computeIfPresent("[workflows:traffic] script", (name, all) -> List.copyOf(new TreeSet<>(all)));
        return said;
    }

    private static boolean isTick(Event event) {
        return event.type().equals("health") || event.type().equals("metrics");
    }

    /** What a workflow's script says itself, and not Vamp of it. */
    private static boolean isScripts(Event event) {
        return event.has("workflows")
                && event.type().equals("event")
                && !event.has("scheduled")
                && !event.has("unscheduled");
    }

    /** What the value tells: a health itself, and of a step of the canary whether it went forward or back. */
    private static String what(Event event, String valueBefore) {
        if (event.type().equals("health")) {
            return " " + (int) Double.parseDouble(event.value());
        }
        if (event.has("workflows:canary", "updated")) {
            boolean back = valueBefore != null && young(event.value()) < young(valueBefore);
            return back ? " back" : " forward";
        }
        return "";
    }

    private static int young(String weights) {
        return Integer.parseInt(weights.replaceAll(".*/|%", ""));
    }
}
