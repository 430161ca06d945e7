package coalmine.report;

import coalmine.report.Svg.Anchor;
import java.util.List;
import java.util.Optional;

/**
 * How long rollbacks took.
 *
 * @param sorted seconds from the kill to the rollback, the shortest first
 */
record Latency(List<Double> sorted) {

    private static final double WIDTH = 200;

    /** What is known of some rollbacks; empty if there were none. */
    static Optional<Latency> of(List<Double> seconds) {
        return seconds.isEmpty()
                ? Optional.empty()
                : Optional.of(new Latency(seconds.stream().sorted().toList()));
    }

    /** The value that so much of all does not exceed, by the nearest rank: always one that was measured. */
    double quantile(double share) {
        return sorted.get((int) Math.max(0, Math.ceil(share * sorted.size()) - 1));
    }

    double median() {
        return quantile(0.5);
    }

    double most() {
        return sorted.get(sorted.size() - 1);
    }

    public int count() {
        return sorted.size();
    }

    public String p50() {
        return Seconds.text(median());
    }

    public String p95() {
        return Seconds.text(quantile(0.95));
    }

    public String max() {
        return Seconds.text(most());
    }

    /** Every rollback as a dot between 0 and the longest. */
    public String dots() {
        Axis axis = new Axis(0, Math.max(5, Math.ceil(most() / 5) * 5), 8, WIDTH - 16);
        Svg svg = new Svg().line("grid", 8, 14, WIDTH - 8, 14);
        sorted.forEach(seconds -> svg.circle("dot", axis.x(seconds), 14, 5));
        svg.text("quiet", 8, 36, Anchor.MIDDLE, "0").text("quiet", WIDTH - 8, 36, Anchor.END, Seconds.text(axis.to()));
        return svg.picture(
                "dots",
                WIDTH,
                40,
                "Each rollback: " + sorted.stream().map(Seconds::text).toList());
    }
}
