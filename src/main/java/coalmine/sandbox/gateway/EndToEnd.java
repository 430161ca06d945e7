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

    private EndToEnd() {}

    static void copy(MultiMap from, MultiMap to) {
        Set<String> dropped = HOP_BY_HOP;
        if (from.contains(HttpHeaders.CONNECTION)) {
            dropped = new HashSet<>(HOP_BY_HOP);
            for (String line : from.getAll(HttpHeaders.CONNECTION)) {
                for (String name : line.split(",")) {
                    dropped.add(name.trim().toLowerCase(Locale.ROOT));
                }
            }
        }
        for (var header : from) {
            if (!dropped.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }
}
