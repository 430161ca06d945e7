package coalmine.sandbox.pulse;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.time.PlatformDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The log of all requests. An entry is found only some time after it was written: Logstash ships it, and Elasticsearch makes it searchable with
 * the next refresh of its index, all in all up to six platform seconds later (architecture, rule 3; the delay is what lets a canary raise the weight
 * once or twice more in an outage, as observed). Belongs to the sandbox's event-loop context.
 */
public final class AccessLog {

    private static final PlatformDuration SHIPPING = PlatformDuration.seconds(1);
    private static final PlatformDuration REFRESH = PlatformDuration.seconds(5);
    /** Long enough for every window that a script may ask for, short enough for a sandbox that stays up. */
    private static final PlatformDuration KEPT = PlatformDuration.seconds(600);

    private record Stored(AccessLogEntry entry, PlatformDuration searchableFrom) {}

    private final SandboxClock clock;
    private final Deque<Stored> oldestFirst = new ArrayDeque<>();

    public AccessLog(SandboxClock clock) {
        this.clock = clock;
    }

    /** Writes an entry. */
    public void append(AccessLogEntry entry) {
        long shipped = clock.elapsed().plus(SHIPPING).value().toNanos();
        long refresh = REFRESH.value().toNanos();
        long refreshed = (shipped + refresh - 1) / refresh * refresh;
        oldestFirst.addLast(new Stored(entry, new PlatformDuration(Duration.ofNanos(refreshed))));
        Instant tooOld = clock.now().minus(KEPT.value());
        while (oldestFirst.getFirst().entry().timestamp().isBefore(tooOld)) {
            oldestFirst.removeFirst();
        }
    }

    /** The entries that a search can find by now, oldest first. */
    List<AccessLogEntry> searchable() {
        PlatformDuration now = clock.elapsed();
        return oldestFirst.stream()
                .takeWhile(stored -> stored.searchableFrom().compareTo(now) <= 0)
                .map(Stored::entry)
                .toList();
    }
}
