package coalmine.time;

import java.time.Duration;

/**
 * How many platform seconds pass in one second on the wall: 1 on a real Vamp, 10 on the suite's sandbox.
 *
 * @param platformSecondsPerSecond above 0 and at most 1000
 */
public record Pace(double platformSecondsPerSecond) {

    /** The pace of the real world. */
    public static final Pace REAL = new Pace(1);

    public Pace {
        if (!(platformSecondsPerSecond > 0 && platformSecondsPerSecond <= 1000)) {
            throw new IllegalArgumentException(
                    "a pace is a number above 0 and at most 1000, but was " + platformSecondsPerSecond);
        }
    }

    /**
     * Reads what people have set.
     *
     * @throws IllegalArgumentException if it is no pace; the message says what one is
     */
    public static Pace of(String text) {
        try {
            return new Pace(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a pace is a number above 0 and at most 1000, but was " + text, e);
        }
    }

    /** As people write it: without a fraction if there is none. */
    public String text() {
        return platformSecondsPerSecond == Math.rint(platformSecondsPerSecond)
                ? Long.toString((long) platformSecondsPerSecond)
                : Double.toString(platformSecondsPerSecond);
    }

    /** How long the given platform time takes on the wall. */
    public Duration onTheWall(PlatformDuration duration) {
        return Duration.ofNanos(Math.round(duration.value().toNanos() / platformSecondsPerSecond));
    }

    /** How much platform time passes in the given time on the wall. */
    public PlatformDuration onThePlatform(Duration wall) {
        return new PlatformDuration(Duration.ofNanos(Math.round(wall.toNanos() * platformSecondsPerSecond)));
    }
}
