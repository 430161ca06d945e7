package coalmine.report;

import coalmine.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The pictures of the trend page: a place for each run, the oldest at the left. */
final class Charts {

    private static final double WIDTH = 880;
    private static final double LEFT = 56;
    private static final double RIGHT = 14;
    private static final double HEIGHT = 150;
    private static final double TOP = 14;

    private final List<PastRun> runs;

    private Charts(List<PastRun> runs) {
        this.runs = runs;
    }

    /**
     * A picture and its name.
     *
     * @param svg to be put into a page
     */
    public record Chart(String title, String svg) {}

    static List<Chart> of(List<PastRun> runs) {
        Charts charts = new Charts(runs);
        return List.of(charts.passRate(), charts.latency(), charts.duration());
    }

    private double x(int index) {
        double place = (WIDTH - LEFT - RIGHT) / Math.max(1, runs.size());
        return LEFT + place * (index + 0.5);
    }

    private static double y(double value, double most) {
        return TOP + HEIGHT * (1 - value / most);
    }

    private static void grid(Svg svg, double most, String unit) {
        for (double share : new double[] {0, 0.5, 1}) {
            svg.line("grid", LEFT, y(share, 1), WIDTH - RIGHT, y(share, 1))
                    .text("label quiet", LEFT - 8, y(share, 1) + 4, Anchor.END, Svg.n(most * share) + unit);
        }
    }

    private Chart passRate() {
        Svg svg = new Svg();
        grid(svg, 100, "%");
        svg.path("trend", line(PastRun::passRate, 1));
        for (int i = 0; i < runs.size(); i++) {
            PastRun run = runs.get(i);
            double at = y(run.passRate(), 1);
            if (run.isGreen()) {
                svg.circle("dot", x(i), at, 3);
            } else {
                svg.path("bad", "M" + Svg.n(x(i) - 4) + " " + Svg.n(at - 4) + "l8 8m0 -8l-8 8");
            }
        }
        return new Chart(
                "Pass rate (crosses: runs with failures)", finish(svg, "Pass rate of " + runs.size() + " runs"));
    }

    private Chart latency() {
        double most = round(runs.stream()
                .flatMap(run -> run.rollbacks().stream())
                .mapToDouble(it -> it)
                .max()
                .orElse(1));
        Svg svg = new Svg();
        grid(svg, most, " s");
        List<Integer> measured = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).latency().isPresent()) {
                measured.add(i);
            }
        }
        StringBuilder area = new StringBuilder();
        StringBuilder median = new StringBuilder();
        StringBuilder longest = new StringBuilder();
        StringBuilder back = new StringBuilder();
        for (int i : measured) {
            Latency latency = runs.get(i).latency().orElseThrow();
            String to = (area.isEmpty() ? "M" : "L") + Svg.n(x(i)) + " ";
            area.append(to).append(Svg.n(y(latency.quantile(0.95), most)));
            median.append(to).append(Svg.n(y(latency.median(), most)));
            longest.append(to).append(Svg.n(y(latency.most(), most)));
            back.insert(0, "L" + Svg.n(x(i)) + " " + Svg.n(y(latency.quantile(0), most)));
            svg.circle("dot", x(i), y(latency.median(), most), 3);
        }
        if (!measured.isEmpty()) {
            svg.path("area", area.append(back).append("Z"))
                    .path("trend", median)
                    .path("most", longest);
        }
        return new Chart(
                "From the kill to the rollback, in platform seconds (line: median; area: from the shortest to the 95th percentile; dashes: the longest)",
                finish(svg, "Seconds from kill to rollback of " + measured.size() + " runs"));
    }

    private Chart duration() {
        double most = round(runs.stream().mapToDouble(PastRun::seconds).max().orElse(1));
        Svg svg = new Svg();
        grid(svg, most, " s");
        svg.path("trend", line(PastRun::seconds, most));
        for (int i = 0; i < runs.size(); i++) {
            svg.circle("dot", x(i), y(runs.get(i).seconds(), most), 3);
        }
        return new Chart(
                "Duration of a run, in seconds on the wall", finish(svg, "Duration of " + runs.size() + " runs"));
    }

    private StringBuilder line(ToDoubleFunction<PastRun> value, double most) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < runs.size(); i++) {
            path.append(i == 0 ? "M" : "L")
                    .append(Svg.n(x(i)))
                    .append(" ")
                    .append(Svg.n(y(value.applyAsDouble(runs.get(i)), most)));
        }
        return path;
    }

    private static double round(double most) {
        double step = Math.pow(10, Math.floor(Math.log10(Math.max(1, most))));
        return Math.ceil(most / step) * step;
    }

    private static String finish(Svg svg, String description) {
        svg.text("label quiet", LEFT, TOP + HEIGHT + 18, Anchor.START, "oldest")
                .text("label quiet", WIDTH - RIGHT, TOP + HEIGHT + 18, Anchor.END, "this run");
        return svg.picture(
                "picture trend-chart",
                WIDTH,
                TOP + HEIGHT + 24,
                description + "; the table below has the same numbers");
    }
}
