package coalmine.sandbox.pulse;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * An entry of the access log as Elasticsearch keeps it; like there, time is kept in milliseconds.
 *
 * @param number how many entries came before it
 * @param ft lookup name of the gateway or route
 * @param status {@code ST}
 * @param totalMillis {@code Tt}
 * @param timestamp {@code @timestamp} in milliseconds since 1970
 */
record AccessLogDocument(long number, String ft, int status, long totalMillis, long timestamp) {

    /** The only type there is. */
    static final String TYPE = "haproxy";

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter INDEX =
            DateTimeFormatter.ofPattern("'logstash-'uuuu.MM.dd").withZone(ZoneOffset.UTC);

    static AccessLogDocument of(long number, AccessLogEntry entry) {
        return new AccessLogDocument(
                number,
                entry.ft(),
                entry.status(),
                entry.totalMillis(),
                entry.timestamp().toEpochMilli());
    }

    /** The name of the index that holds the documents of a moment: Logstash begins one each day. */
    static String indexAt(Instant moment) {
        return INDEX.format(moment);
    }

    String index() {
        return indexAt(Instant.ofEpochMilli(timestamp));
    }

    JsonObject source() {
        return new JsonObject()
                .put("@timestamp", DATE.format(Instant.ofEpochMilli(timestamp)))
                .put("@version", "1")
                .put("type", TYPE)
                .put("ft", ft)
                .put("ST", status)
                .put("Tt", totalMillis);
    }
}
