package coalmine.sandbox.pulse;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.time.PlatformDuration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The events of a Vamp: whoever listens hears one at once, a search finds it only after Elasticsearch's refresh interval of one platform
 * second (facts 4.1; observed 14). Belongs to the sandbox's event-loop context.
 */
public final class EventStore {

    private static final PlatformDuration REFRESH = PlatformDuration.seconds(1);
    /** What a day of a sandbox at its busiest stays below; older events are forgotten. */
    private static final int CAPACITY = 20_000;

    /**
     * What a search asks for.
     *
     * @param tags all of them must be carried
     * @param from the earliest timestamp, if any
     * @param to the latest timestamp, if any
     */
    public record Query(Set<String> tags, Optional<Instant> from, Optional<Instant> to) {

        /** Events that carry all the tags, of any time. */
        public static Query tagged(Set<String> tags) {
            return new Query(tags, Optional.empty(), Optional.empty());
        }

        boolean matches(Event event) {
            return event.tags().containsAll(tags)
                    && from.map(at -> !event.timestamp().isBefore(at)).orElse(true)
                    && to.map(at -> !event.timestamp().isAfter(at)).orElse(true);
        }
    }

    private record Stored(Event event, Instant published) {}

    private final SandboxClock clock;
    private final Deque<Stored> newestFirst = new ArrayDeque<>();
    private final Set<Consumer<Event>> listeners = new LinkedHashSet<>();

    public EventStore(SandboxClock clock) {
        this.clock = clock;
    }

    /** Tells every listener of the event, and keeps it for searches. */
    public void publish(Event event) {
        newestFirst.addFirst(new Stored(event, clock.now()));
        if (newestFirst.size() > CAPACITY) {
            newestFirst.removeLast();
        }
        List.copyOf(listeners).forEach(listener -> listener.accept(event));
    }

    /** Has the listener told of every event from now on, until the returned action is run. */
    public Runnable listen(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** The events that a search finds by now, newest first. */
    public List<Event> search(Query query) {
        return searchable(query)
                .sorted(Comparator.comparing(Event::timestamp).reversed())
                .toList();
    }

    /** The newest event, by its own timestamp, that a search finds by now. */
    public Optional<Event> newest(Query query) {
        return searchable(query).max(Comparator.comparing(Event::timestamp));
    }

    private Stream<Event> searchable(Query query) {
        Instant refreshed = clock.now().minus(REFRESH.value());
        return newestFirst.stream()
                .filter(stored -> !stored.published.isAfter(refreshed))
                .map(Stored::event)
                .filter(query::matches);
    }
}
