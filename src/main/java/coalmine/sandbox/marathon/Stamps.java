package coalmine.sandbox.marathon;

import coalmine.sandbox.clock.SandboxClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** What Marathon makes of the time: stamps, versions and the ids of tasks, all in platform time. */
final class Stamps {

    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final Instant START_OF_UUID_TIME = Instant.parse("1582-10-15T00:00:00Z");

    private final SandboxClock clock;
    /** Clock sequence and node of the UUIDs, with the bits that say so: RFC 4122's variant, and a node that is no network card's. */
    private final long node = ThreadLocalRandom.current().nextLong() >>> 2 | 1L << 63 | 1L << 40;

    private Instant lastVersion = Instant.EPOCH;
    private long lastTick;

    Stamps(SandboxClock clock) {
        this.clock = clock;
    }

    /** The present time as Marathon writes it, such as {@code 2026-11-22T23:29:45.138Z}. */
    String now() {
        return MILLISECONDS.format(clock.now());
    }

    /** A version for something that changes now: the present time, but never a version that was given before. */
    String nextVersion() {
        Instant now = clock.now().truncatedTo(ChronoUnit.MILLIS);
        lastVersion = now.isAfter(lastVersion) ? now : lastVersion.plusMillis(1);
        return MILLISECONDS.format(lastVersion);
    }

    /** The id of a task that starts now: the app's path with underlines, a dot, a time-based UUID (facts 7.2). */
    String nextTaskId(String appId) {
        Duration since = Duration.between(START_OF_UUID_TIME, clock.now());
        lastTick = Math.max(lastTick + 1, since.getSeconds() * 10_000_000 + since.getNano() / 100);
        long high = lastTick << 32 | (lastTick >>> 32 & 0xffff) << 16 | 1 << 12 | lastTick >>> 48 & 0x0fff;
        return appId.substring(1).replace('/', '_') + "." + new UUID(high, node);
    }
}
