package coalmine.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rule by which rollbacks count as having become slower: the median from kill to rollback of a run and that of the run before it both exceed those of
 * each of the {@value #BASELINE} green runs before these two. Only runs on the same platform at the same pace are compared, and runs in which rollbacks
 * were measured. Runs by which the rule has struck never become part of what later ones are compared with, so that it strikes night after night until the
 * rollbacks are fast again, or a new history is begun.
 *
 * <p>False alarms: where nothing has changed, every order of the {@value #BASELINE} and two medians is as likely as any other, and the rule strikes when
 * the two largest are the last two, which is one of 22·21/2 = 231 pairs: once in 231 nights.
 */
final class Regression {

    /** How many green runs there must be before two runs can be said to be slow. */
    static final int BASELINE = 20;

    private Regression() {}

    /** How often the rule strikes where nothing has changed. */
    static double falseAlarmRate() {
        return 2.0 / ((BASELINE + 2) * (BASELINE + 1));
    }

    /**
     * What the rule says of the last of some runs.
     *
     * @param runs the oldest first
     * @return what is wrong, in a sentence; empty if the rule does not strike
     */
    static Optional<String> of(List<PastRun> runs) {
        if (runs.isEmpty() || runs.get(runs.size() - 1).latency().isEmpty()) {
            return Optional.empty();
        }
        PastRun last = runs.get(runs.size() - 1);
        List<PastRun> alike = runs.stream()
                .filter(run -> run.isLike(last) && run.latency().isPresent())
                .toList();
        double[] medians = alike.stream().mapToDouble(Regression::median).toArray();
        List<Double> baseline = new ArrayList<>();
        boolean struck = false;
        double highest = Double.MAX_VALUE;
        for (int i = 1; i < medians.length; i++) {
            boolean wasPartOfAlarm = struck;
            highest = highest(baseline);
            struck = medians[i - 1] > highest && medians[i] > highest;
            if (!struck && !wasPartOfAlarm && alike.get(i - 1).isGreen()) {
                baseline.add(medians[i - 1]);
            }
        }
        return struck ? Optional.of(sentence(last, alike.get(alike.size() - 2), highest)) : Optional.empty();
    }

    private static double median(PastRun run) {
        return run.latency().orElseThrow().median();
    }

    private static double highest(List<Double> medians) {
        return medians.size() < BASELINE
                ? Double.MAX_VALUE
                : medians.subList(medians.size() - BASELINE, medians.size()).stream()
                        .mapToDouble(it -> it)
                        .max()
                        .orElseThrow();
    }

    private static String sentence(PastRun last, PastRun before, double highest) {
        return "rollbacks have become slower: " + Seconds.text(median(last))
                + " from the kill in the median of this run and "
                + Seconds.text(median(before)) + " in that of the run before, but at most " + Seconds.text(highest)
                + " in each of the " + BASELINE + " green runs before them";
    }
}
