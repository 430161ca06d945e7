package coalmine.sandbox.vamp;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.Event;
import coalmine.sandbox.pulse.EventStore;
import coalmine.sandbox.pulse.EventStore.Query;
import coalmine.sandbox.vamp.artifact.Documents;
import coalmine.sandbox.vamp.artifact.Dsl;
import coalmine.sandbox.vamp.artifact.Tree;
import coalmine.sandbox.vamp.artifact.VampError;
import coalmine.time.PlatformDuration;
import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The API of events, and of health and metrics, which are read from events (facts 4, 5.4). */
final class EventApi {

    /** Facts 5.4: {@code vamp.operation.health.window} and {@code vamp.operation.metrics.window}. */
    private static final PlatformDuration WINDOW = PlatformDuration.seconds(30);

    /** Facts 2.2; pages of artifacts have no such limit (recording A-143). */
    private static final int LONGEST_PAGE = 30;

    private static final Pattern AGO = Pattern.compile("now(?:-(\\d+)([smhd]))?");

    private final EventStore events;
    private final VampVersion version;
    private final SandboxClock clock;

    EventApi(EventStore events, SandboxClock clock, VampVersion version) {
        this.events = events;
        this.version = version;
        this.clock = clock;
    }

    ApiAnswer post(String body) {
        Dsl dsl = Documents.readOne(body);
        if (!dsl.has("tags")) {
            throw VampError.missing("/tags");
        }
        List<String> tags = tags(dsl);
        if (tags.isEmpty()) {
            throw VampError.wrong("Publishing an event without tags is not allowed.");
        }
        String type = dsl.text("type").orElse("event");
        if (!type.matches("[A-Za-z0-9_-]+")) {
            throw VampError.wrong(
                    "Unsupported event type '" + type + "', only alphanumerics, '-' and '_' are allowed.");
        }
        Instant timestamp = dsl.text("timestamp").map(EventApi::timestamp).orElseGet(clock::now);
        Event event = Event.of(tags, dsl.value("value"), timestamp, type);
        dsl.end();
        events.publish(event);
        Map<String, Object> echo = live(event);
        echo.computeIfPresent("value", (key, value) -> withSnakeCaseKeys(value));
        return ApiAnswer.of(201, echo);
    }

    private static List<String> tags(Dsl dsl) {
        List<Object> tags = dsl.list("tags");
        if (tags.stream().anyMatch(Objects::isNull)) {
            throw VampError.unexpectedType("tags");
        }
        return tags.stream().map(Object::toString).toList();
    }

    private static Instant timestamp(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw noTimestamp(text);
        }
    }

    private static VampError noTimestamp(String text) {
        return VampError.wrong("Event timestamp cannot be parsed: '" + text + "'.");
    }

    /** Keys of the value come back like this in the echo, and only there (facts 2.3). */
    private static Object withSnakeCaseKeys(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, inner) -> result.put(
                key.toString().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT),
                withSnakeCaseKeys(inner)));
        return result;
    }

    /** The form of an event on the stream: the value as it is, or no value (facts 4.1). */
    static Map<String, Object> live(Event event) {
        Map<String, Object> tree = Tree.of("tags", List.copyOf(event.tags()));
        event.value().ifPresent(value -> tree.put("value", value));
        tree.put("timestamp", event.timestamp().toString());
        tree.put("type", event.type());
        return tree;
    }

    /** The form of an event in a search's answer: every value is text (facts 4.1). */
    private static Map<String, Object> stored(Event event) {
        boolean verbatim =
                event.value().filter(value -> value instanceof String).isPresent()
                        && !event.type().equals("archive");
        return Tree.of(
                "tags", List.copyOf(event.tags()),
                "value",
                        verbatim
                                ? event.value().get()
                                : event.value().map(Documents::toJson).orElse(""),
                "timestamp", event.timestamp().toString(),
                "type", event.type());
    }

    /** The tags that events are asked for by, in the query or in a body (facts 2.3, 4.4). */
    static Set<String> tags(MultiMap parameters, String body) {
        return tags(parameters, body.isBlank() ? Optional.empty() : Optional.of(Documents.readOne(body)));
    }

    private static Set<String> tags(MultiMap parameters, Optional<Dsl> body) {
        Set<String> tags = new LinkedHashSet<>(parameters.getAll("tag"));
        body.ifPresent(dsl -> tags.addAll(tags(dsl)));
        return tags;
    }

    ApiAnswer get(ApiRequest request) {
        if (request.body().isBlank()) {
            Query tagged = Query.tagged(tags(request.parameters(), Optional.empty()));
            return list(request, ofType(request, events.search(tagged)));
        }
        Dsl dsl = Documents.readOne(request.body());
        Set<String> tags = tags(request.parameters(), Optional.of(dsl));
        Optional<Dsl> range = dsl.object("timestamp");
        Query query = new Query(
                tags, range.flatMap(it -> bound(it, "gt", "gte")), range.flatMap(it -> bound(it, "lt", "lte")));
        Optional<Dsl> aggregator = dsl.object("aggregator");
        if (aggregator.isPresent()) {
            return ApiAnswer.ok(
                    Tree.of("value", aggregate(aggregator.get().requiredText("type"), events.search(query))));
        }
        return list(request, query);
    }

    private static ApiAnswer list(ApiRequest request, List<Event> found) {
        return request.page(found.stream().map(EventApi::stored).toList(), LONGEST_PAGE);
    }

    private ApiAnswer list(ApiRequest request, Query query) {
        return list(request, events.search(query));
    }

    /** 0.9.2 pays no attention to the type (facts 2.3); later ones do. */
    private List<Event> ofType(ApiRequest request, List<Event> found) {
        String type = request.parameters().get("type");
        return type == null || !version.isMended()
                ? found
                : found.stream().filter(event -> event.type().equals(type)).toList();
    }

    private Optional<Instant> bound(Dsl range, String exclusive, String inclusive) {
        if (range.has(exclusive) && range.has(inclusive)) {
            throw VampError.wrong(
                    "Event query time range is not valid, both 'lt' and 'lte' or 'gt' and 'gte' are not" + " allowed.");
        }
        return range.text(exclusive).or(() -> range.text(inclusive)).map(this::moment);
    }

    private Instant moment(String text) {
        Matcher ago = AGO.matcher(text);
        if (!ago.matches()) {
            return timestamp(text);
        }
        if (ago.group(1) == null) {
            return clock.now();
        }
        String unit = ago.group(2).toUpperCase(Locale.ROOT);
        try {
            return clock.now().minus(Duration.parse((unit.equals("D") ? "P" : "PT") + ago.group(1) + unit));
        } catch (DateTimeException | ArithmeticException e) {
            throw noTimestamp(text); // before all time
        }
    }

    private static Object aggregate(String type, List<Event> found) {
        DoubleSummaryStatistics values = found.stream()
                .flatMap(event -> event.value().stream())
                .filter(Number.class::isInstance)
                .mapToDouble(value -> ((Number) value).doubleValue())
                .summaryStatistics();
        return switch (type) {
            case "count" -> found.size();
            case "average" -> values.getAverage();
            case "sum" -> values.getSum();
            case "min" -> values.getCount() == 0 ? 0.0 : values.getMin();
            case "max" -> values.getCount() == 0 ? 0.0 : values.getMax();
            default -> throw VampError.wrong("Unsupported aggregator: " + type + ".");
        };
    }

    /**
     * Health: the newest event of the last 30 s that carries the tags. Routes' events carry their gateway's tag as well, so the health of a
     * gateway may be that of a route (facts 5.4).
     */
    ApiAnswer health(List<String> path) {
        String shape = shape(path, "gateways", "routes", "deployments", "clusters", "services", "instances");
        return switch (shape) {
            case "gateways" -> newest("health", "gateways:" + path.get(1));
            case "gateways/routes" -> newest("health", "gateways:" + path.get(1), "routes:" + path.get(3));
            case "deployments" -> newest("health", "deployments:" + path.get(1));
            case "deployments/clusters" -> newest("health", "deployments:" + path.get(1), "clusters:" + path.get(3));
            case "deployments/clusters/services" ->
                newest("health", "deployments:" + path.get(1), "clusters:" + path.get(3), "services:" + path.get(5));
            case "deployments/clusters/services/instances" -> ApiAnswer.empty(404);
            default -> throw VampError.wrong("Unexpected resource: 'health'.");
        };
    }

    /** A metric, read as health is; the path's last segment names it. */
    ApiAnswer metrics(List<String> path) {
        if (path.isEmpty()) {
            throw VampError.wrong("Unexpected resource: 'metrics'.");
        }
        String metric = "metrics:" + path.get(path.size() - 1);
        List<String> of = path.subList(0, path.size() - 1);
        String shape = shape(of, "gateways", "routes", "deployments", "clusters", "services", "ports");
        return switch (shape) {
            case "gateways" -> newest(metric, "gateways:" + of.get(1));
            case "gateways/routes" -> newest(metric, "gateways:" + of.get(1), "routes:" + of.get(3));
            case "deployments/clusters/ports" ->
                newest(metric, "gateways:" + of.get(1) + "/" + of.get(3) + "/" + of.get(5));
            // Vamp builds the route's name without its port, so that this never finds anything (facts 5.4).
            case "deployments/clusters/services/ports" -> ApiAnswer.empty(404);
            default -> throw VampError.wrong("Unexpected resource: 'metrics'.");
        };
    }

    /** The fixed words of a path in which every other segment is a name; empty if it is none of these. */
    private static String shape(List<String> path, String... words) {
        if (path.size() % 2 != 0) {
            return "";
        }
        List<String> fixed = new ArrayList<>();
        for (int i = 0; i < path.size(); i += 2) {
            if (!List.of(words).contains(path.get(i))) {
                return "";
            }
            fixed.add(path.get(i));
        }
        return String.join("/", fixed);
    }

    private ApiAnswer newest(String... tags) {
        Query query = new Query(Set.of(tags), Optional.of(clock.now().minus(WINDOW.value())), Optional.empty());
        Optional<Event> event = events.newest(query);
        if (event.isEmpty()) {
            return ApiAnswer.empty(404);
        }
        if (event.get().value().orElse("") instanceof Number number) {
            return ApiAnswer.ok(number.doubleValue());
        }
        throw new IllegalStateException("the value of a health or metrics event is no number: " + event.get());
    }
}
