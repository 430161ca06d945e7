package coalmine.sandbox.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The headers that a proxy passes on: all but those that belong to one connection (RFC 7230, section 6.1). */
final class EndToEnd {

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    /** What a client cannot take from a request by calling it a matter of the connection. */
    private static final Set<String> OF_THE_MESSAGE = Set.of("content-length", "host");

    private EndToEnd() {}

    static void copy(MultiMap from, MultiMap to) {
        Set<String> dropped = connectionOptions(from);
        dropped.removeAll(OF_THE_MESSAGE);
        dropped.addAll(HOP_BY_HOP);
        for (var header : from) {
            if (!dropped.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    /** What is asked for this connection alone, such as {@code close}, in small letters. */
    static Set<String> connectionOptions(MultiMap headers) {
        Set<String> options = new HashSet<>();
        for (String line : headers.getAll(HttpHeaders.CONNECTION)) {
            for (String option : line.split(",")) {
                options.add(option.trim().toLowerCase(Locale.ROOT));
            }
        }
        return options;
    }
}
