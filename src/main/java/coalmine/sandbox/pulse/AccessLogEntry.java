package coalmine.sandbox.pulse;

import java.time.Instant;
import java.util.Objects;

/**
 * One request as a gateway or one of its routes saw it; what HAProxy logs and Logstash ships to Elasticsearch (facts 5.1).
 *
 * @param ft lookup name of the gateway or route
 * @param status {@code ST}, the status that was sent to the client, -1 if the client left before one was sent
 * @param totalMillis {@code Tt}, how long the request took, in milliseconds of platform time
 * @param timestamp {@code @timestamp}, the platform's time at the request's end
 */
public record AccessLogEntry(String ft, int status, long totalMillis, Instant timestamp) {

    public AccessLogEntry {
        Objects.requireNonNull(ft, "ft");
        Objects.requireNonNull(timestamp, "timestamp");
    }
}
