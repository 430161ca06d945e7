package coalmine.sandbox.pulse;

import java.time.Instant;

/**
 * One hop of a request, as HAProxy logs it for Vamp (facts 5.1).
 *
 * @param ft the lookup name of the gateway or route
 * @param status what the client got; -1 if it went away before
 * @param totalMillis from the request's first byte to the answer's last, in milliseconds of platform time
 * @param timestamp the end of the request
 */
public record AccessLogEntry(String ft, int status, long totalMillis, Instant timestamp) {}
