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

    Outcome outcome(Canary canary, long seconds) {
        return new Outcome(
                switch (this) {
                    case PROMOTED -> Optional.empty();
                    case ROLLED_BACK ->
                        Optional.of(canary.newBreed() + " was rolled back; all traffic is on " + canary.oldBreed());
                    case UNDECIDED ->
                        Optional.of(canary.newBreed() + " was neither promoted nor rolled back within " + seconds
                                + " s; the weights stay as they are");
                });
    }
}
