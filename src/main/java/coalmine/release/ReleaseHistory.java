package coalmine.release;

import coalmine.vamp.Event;
import coalmine.vamp.EventStream;
import coalmine.vamp.EventStream.Arrival;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** What a release did, read from the events that have arrived: it stays true of what has passed. */
public final class ReleaseHistory {

    private static final YAMLMapper YAML = new YAMLMapper();

    private final EventStream events;
    private final Predicate<Event> counts;
    /** What was read from an event before, by its index: those who wait ask again with each event that comes. */
    private final Map<Integer, Optional<Weights>> weightsRead = new ConcurrentHashMap<>();

    public ReleaseHistory(EventStream events) {
        this(events, event -> true);
    }

    /**
     * A history of a part of what has happened.
     *
     * @param counts which events belong to it, where others use the same Vamp
     */
    public ReleaseHistory(EventStream events, Predicate<Event> counts) {
        this.events = events;
        this.counts = counts;
    }

    private List<Arrival> since(int mark) {
        return events.since(mark).stream()
                .filter(arrival -> counts.test(arrival.event()))
                .toList();
    }

    /** Every setting of an internal gateway's weights since a mark, whoever set them: the archive keeps what was sent (facts 4.2). */
    public List<Moment<Weights>> weights(String gateway, int mark) {
        List<Moment<Weights>> moments = new ArrayList<>();
        for (Arrival arrival : since(mark)) {
            if (arrival.event().has("gateways:" + gateway, "archive:update")) {
                weightsRead
                        .computeIfAbsent(
                                arrival.index(),
                                index -> weightsIn(arrival.event().value()))
                        .ifPresent(weights -> moments.add(new Moment<>(arrival.atNanos(), arrival.index(), weights)));
            }
        }
        return moments;
    }

    private static Optional<Weights> weightsIn(String source) {
        try {
            JsonNode routes = YAML.readTree(source).path("routes");
            if (routes.isMissingNode() || routes.isNull()) {
                return Optional.empty(); // it sets no weights
            }
            Map<String, Integer> byRoute = new TreeMap<>();
            for (JsonNode some : routes.isArray() ? routes : List.of(routes)) { // either is allowed (facts 1.6)
                for (Map.Entry<String, JsonNode> route : some.properties()) {
                    String weight = route.getValue().path("weight").asText("0%");
                    byRoute.put(route.getKey(), Integer.parseInt(weight.replace("%", "")));
                }
            }
            return Optional.of(Weights.of(byRoute));
        } catch (JsonProcessingException e) {
            return Optional.empty(); // shortened on its way, as some Vamps do
        }
    }

    /** What a workflow announced since a mark with a tag, such as the {@code updated} of a canary: the values of its events. */
    public List<Moment<String>> announced(String workflow, String tag, int mark) {
        return select(
                mark, event -> event.has("workflows:" + workflow, tag) ? Optional.of(event.value()) : Optional.empty());
    }

    /** The health that was told of a service since a mark, tick by tick: 0 or 1 (facts 5.2). */
    public List<Moment<Double>> health(String breed, int mark) {
        return select(
                mark,
                event -> event.has("services:" + breed, "service", "health")
                        ? Optional.of(Double.parseDouble(event.value()))
                        : Optional.empty());
    }

    /** What became of a service since a mark: {@code deployed}, {@code redeploy} and {@code undeployed}, repeats collapsed. */
    public List<Moment<String>> synchronization(String breed, int mark) {
        return Moment.withoutRepeats(select(
                mark,
                event -> event.has("services:" + breed, "synchronization")
                        ? suffix(event, "synchronization:")
                        : Optional.empty()));
    }

    /** When a gateway entered and left the data plane since a mark: {@code deployed} and {@code undeployed}. */
    public List<Moment<String>> gateway(String name, int mark) {
        return select(mark, event -> {
            if (!event.has("gateways:" + name) || !event.type().equals("event")) {
                return Optional.empty();
            }
            return event.has("deployed")
                    ? Optional.of("deployed")
                    : event.has("undeployed") ? Optional.of("undeployed") : Optional.empty();
        });
    }

    /** The gateways whose weights between two services or more have been set since a mark, in the order in which they first were. */
    public List<String> gateways(int mark) {
        return select(mark, ReleaseHistory::dividingGateway).stream()
                .map(Moment::value)
                .distinct()
                .toList();
    }

    private static Optional<String> dividingGateway(Event event) {
        return event.has("archive:update")
                ? suffix(event, "gateways:")
                        .filter(gateway -> weightsIn(event.value())
                                .filter(weights -> weights.byBreed().size() > 1)
                                .isPresent())
                : Optional.empty();
    }

    /** When each service was deployed for the first time since a mark, by its breed. */
    public List<Moment<String>> deployed(int mark) {
        Set<String> known = new HashSet<>();
        return select(
                mark,
                event -> event.has("services", "synchronization:deployed")
                        ? suffix(event, "services:").filter(known::add)
                        : Optional.empty());
    }

    /**
     * Every event since a mark as people read it, with what ticks told only where it changed: the health of something that stays the same, and traffic that
     * goes on as before, are left out, and so are metrics.
     */
    public List<Moment<String>> events(int mark) {
        Map<String, String> last = new HashMap<>();
        return select(mark, event -> {
            boolean repeats = isTick(event) && event.toString().equals(last.put(ticker(event), event.toString()));
            return event.type().equals("metrics") || repeats ? Optional.empty() : Optional.of(event.toString());
        });
    }

    private static boolean isTick(Event event) {
        return event.type().equals("health") || event.has("response:ok") || event.has("response:error");
    }

    private static String ticker(Event event) {
        return event.type().equals("health")
                ? event.tags().toString()
                : suffix(event, "workflows:").orElse(event.toString());
    }

    private static Optional<String> suffix(Event event, String prefix) {
        return event.tags().stream()
                .filter(tag -> tag.startsWith(prefix))
                .map(tag -> tag.substring(prefix.length()))
                .findFirst();
    }

    private <T> List<Moment<T>> select(int mark, Function<Event, Optional<T>> choice) {
        List<Moment<T>> moments = new ArrayList<>();
        for (Arrival arrival : since(mark)) {
            choice.apply(arrival.event())
                    .ifPresent(value -> moments.add(new Moment<>(arrival.atNanos(), arrival.index(), value)));
        }
        return moments;
    }
}
