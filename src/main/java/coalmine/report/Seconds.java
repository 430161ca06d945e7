package coalmine.report;

import coalmine.time.PlatformDuration;
import java.time.Duration;

/** Seconds as people read them, the same wherever they stand. */
final class Seconds {

    private Seconds() {}

    /** Such as {@code 9.8 s}, with at most one decimal. */
    static String text(double seconds) {
        return new PlatformDuration(Duration.ofMillis(Math.round(seconds * 1000))).toString();
    }
}
