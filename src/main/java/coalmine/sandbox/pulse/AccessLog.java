package coalmine.sandbox.pulse;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.time.PlatformDuration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The gateways' access log, and the index of it that can be searched. An entry becomes searchable as in Vamp's images (facts 5.1): HAProxy's line
 * takes a second to be shipped to Elasticsearch, whose {@code logstash} index is refreshed every 5 s by the template Logstash installs. That makes
 * 1 to 6 s of platform time. What is older than 10 platform minutes is forgotten.
 *
 * <p>Belongs to the sandbox's event-loop context, on which all methods and the constructor are called.
 */
public final class AccessLog {

    private static final PlatformDuration SHIPPING = PlatformDuration.seconds(1);
    private static final PlatformDuration REFRESH_INTERVAL = PlatformDuration.seconds(5);
    private static final PlatformDuration KEPT = PlatformDuration.seconds(600);

    private record Shipped(PlatformDuration arrives, AccessLogDocument document) {}

    private final SandboxClock clock;
    private final SandboxClock.Timer refresh;
    private final Deque<Shipped> underWay = new ArrayDeque<>();
    /** By {@code ft}, since that is what the workflows ask for; the documents of each in the order of their time. */
    private final Map<String, List<AccessLogDocument>> searchable = new HashMap<>();

    private long count;

    /**
     * An empty log, whose index is refreshed every 5 platform seconds from now on.
     *
     * @param clock the sandbox's clock
     */
    public AccessLog(SandboxClock clock) {
        this.clock = clock;
        this.refresh = clock.every(REFRESH_INTERVAL, REFRESH_INTERVAL, this::refresh);
    }

    /** Takes in an entry, which can be searched 1 to 6 s of platform time later. */
    public void append(AccessLogEntry entry) {
        underWay.add(new Shipped(clock.elapsed().plus(SHIPPING), AccessLogDocument.of(count++, entry)));
    }

    /** Stops refreshing the index; what is searchable stays so. */
    public void close() {
        refresh.cancel();
    }

    /** Hands over the documents that match, those of one {@code ft} in the order of their time. */
    void search(SearchQuery query, Consumer<AccessLogDocument> found) {
        if (query.ft().isPresent()) {
            search(searchable.getOrDefault(query.ft().get(), List.of()), query, found);
        } else {
            searchable.values().forEach(documents -> search(documents, query, found));
        }
    }

    private static void search(
            List<AccessLogDocument> documents, SearchQuery query, Consumer<AccessLogDocument> found) {
        for (int i = firstSince(documents, query.notBefore()); i < documents.size(); i++) {
            if (query.filter().test(documents.get(i))) {
                found.accept(documents.get(i));
            }
        }
    }

    private void refresh() {
        PlatformDuration now = clock.elapsed();
        while (!underWay.isEmpty() && underWay.peek().arrives().compareTo(now) <= 0) {
            index(underWay.remove().document());
        }
        forgetWhatIsOlderThan(clock.now().minus(KEPT.value()));
    }

    private void index(AccessLogDocument document) {
        List<AccessLogDocument> documents = searchable.computeIfAbsent(document.ft(), ft -> new ArrayList<>());
        documents.add(firstSince(documents, document.timestamp() + 1), document);
    }

    private void forgetWhatIsOlderThan(Instant moment) {
        searchable.values().removeIf(documents -> {
            documents.subList(0, firstSince(documents, moment.toEpochMilli())).clear();
            return documents.isEmpty();
        });
    }

    /** The place of the first document that is not older than the given time; the list's size if all are. */
    private static int firstSince(List<AccessLogDocument> documents, long timestamp) {
        int from = 0;
        int to = documents.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (documents.get(middle).timestamp() < timestamp) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
