package coalmine.cli;

import coalmine.release.Weights;
import java.util.List;
import java.util.Optional;

/** How a release ended. */
enum Verdict {
    PROMOTED,
    ROLLED_BACK,
    /** The new version has some of the traffic, or has not got any yet. */
    UNDECIDED;

    /** Judges all settings of the weights so far. What went up and back again was rolled back, whatever came after it. */
    static Verdict of(String newBreed, List<Weights> settings) {
        boolean hadTraffic = false;
        for (Weights weights : settings) {
            int share = weights.of(newBreed);
            if (share == 100) {
                return PROMOTED;
            }
            if (hadTraffic && share == 0) {
                return ROLLED_BACK;
            }
            hadTraffic |= share > 0;
        }
        return UNDECIDED;
    }

    /** What became of the new version, in a sentence without its end. */
    String words(Canary canary) {
        return switch (this) {
            case PROMOTED -> canary.newBreed() + " was promoted: it has all of the traffic";
            case ROLLED_BACK -> canary.newBreed() + " was rolled back: all of the traffic is on " + canary.oldBreed();
            case UNDECIDED ->
                canary.newBreed() + " was neither promoted nor rolled back in time: the weights stay as they are";
        };
    }

    Outcome outcome(Canary canary) {
        return new Outcome(this == PROMOTED ? Optional.empty() : Optional.of(words(canary)));
    }
}
