package coalmine.time;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/**
 * A span of time as the platform under test counts it. On a platform of pace 10, ten platform seconds pass in one second on the wall.
 *
 * @param value the span in platform time; may be negative, as a difference of two moments can be
 */
public record PlatformDuration(Duration value) implements Comparable<PlatformDuration> {

    public static final PlatformDuration ZERO = new PlatformDuration(Duration.ZERO);

    public PlatformDuration {
        Objects.requireNonNull(value, "value");
    }

    public static PlatformDuration seconds(long seconds) {
        return new PlatformDuration(Duration.ofSeconds(seconds));
    }

    public static PlatformDuration millis(long millis) {
        return new PlatformDuration(Duration.ofMillis(millis));
    }

    public PlatformDuration plus(PlatformDuration other) {
        return new PlatformDuration(value.plus(other.value));
    }

    public PlatformDuration minus(PlatformDuration other) {
        return new PlatformDuration(value.minus(other.value));
    }

    public PlatformDuration times(double factor) {
        return new PlatformDuration(Duration.ofNanos(Math.round(value.toNanos() * factor)));
    }

    public long toMillis() {
        return value.toMillis();
    }

    /** The span in seconds, with its fraction. */
    public double toSeconds() {
        return value.toNanos() / 1e9;
    }

    @Override
    public int compareTo(PlatformDuration other) {
        return value.compareTo(other.value);
    }

    /** The span as people read it, in seconds with at most one decimal: {@code 30 s}, {@code 7.3 s}. */
    @Override
    public String toString() {
        String seconds = String.format(Locale.ROOT, "%.1f", toSeconds());
        return (seconds.endsWith(".0") ? seconds.substring(0, seconds.length() - 2) : seconds) + " s";
    }
}
