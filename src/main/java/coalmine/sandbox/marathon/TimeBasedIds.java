package coalmine.sandbox.marathon;

import coalmine.sandbox.clock.SandboxClock;
import java.time.Instant;
import java.util.UUID;

/** Ids as Marathon makes them: from the time, in the form of version 1 UUIDs, and never twice the same. */
final class TimeBasedIds {

    /** From the UUIDs' epoch, 15 October 1582, to 1970, in their ticks of 100 ns. */
    private static final long UUID_EPOCH = 0x01b21dd213814000L;

    private final SandboxClock clock;
    private long lastTick;

    TimeBasedIds(SandboxClock clock) {
        this.clock = clock;
    }

    /** A task's id: the app's path joined by underscores, and a UUID (facts 7.2). */
    String taskId(String appId) {
        return appId.substring(1).replace('/', '_') + "." + uuid();
    }

    String uuid() {
        Instant now = clock.now();
        long tick = Math.max(lastTick + 1, now.getEpochSecond() * 10_000_000 + now.getNano() / 100 + UUID_EPOCH);
        lastTick = tick;
        long high = (tick << 32) | ((tick >>> 16) & 0xffff0000L) | 0x1000 | ((tick >>> 48) & 0x0fff);
        return new UUID(high, 0x8000_02fc_0000_0001L | 0x2000_0000_0000_0000L).toString();
    }
}
