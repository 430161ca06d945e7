package coalmine.release;

import coalmine.time.PlatformDuration;
import java.util.Optional;

/**
 * A moment of a release that people ask for.
 *
 * @param words what it was, such as {@code sava 1.1 killed}
 * @param at from the timeline's zero
 * @param sinceHarm from the last harm before it; empty if there was none
 */
public record Mark(Kind kind, String words, PlatformDuration at, Optional<PlatformDuration> sinceHarm) {

    /** What people ask of a release: when was this? */
    public enum Kind {
        /** The version that is released was given traffic for the first time. */
        FIRST_SHIFT("first shift"),
        HARMED("killed"),
        FIRST_ERROR("first error seen by a user"),
        /** Vamp told that the health of the version is 0. */
        DETECTED("detected"),
        /** The version's weight, which was above 0, was set to 0. */
        ROLLED_BACK("rolled back"),
        /** Vamp told that the health of the version is 1, after it was 0. */
        HEALTHY("healthy"),
        /** After the rollback the version was given traffic again. */
        RESTARTED("restarted"),
        /** The version was given all of the traffic. */
        PROMOTED("promoted");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** As people say it. */
        public String words() {
            return words;
        }
    }
}
