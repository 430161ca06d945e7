package coalmine.report;

import static coalmine.report.Svg.n;

import coalmine.release.Mark;
import coalmine.report.ReleaseRecord.Change;
import coalmine.report.ReleaseRecord.Second;
import coalmine.report.ReleaseRecord.Setting;
import coalmine.report.ReleaseRecord.Told;
import coalmine.report.Svg.Anchor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The picture of one release: the weights as steps, health as bands, requests and errors by the second, and how long after the kill what came. It is drawn
 * for two widths, as letters that fit a desk are too small for a phone.
 */
final class Picture {

    /** For whom it is drawn. */
    enum Width {
        DESK(880, 46, 16, 11),
        PHONE(360, 38, 8, 5);

        private final double whole;
        private final double left;
        private final double right;
        private final int ticks;

        Width(double whole, double left, double right, int ticks) {
            this.whole = whole;
            this.left = left;
            this.right = right;
            this.ticks = ticks;
        }
    }

    private static final double LINE = 20;
    private static final double WEIGHTS = 150;
    private static final double BAND = 12;
    private static final double TRAFFIC = 56;
    /** What a letter takes at most on average, at the size of the page's pictures. */
    private static final double LETTER = 6.9;
    /** How much is shown before the first shift, and how much room there is after the last thing that happened. */
    private static final double BEFORE = 5;

    private static final double NARROWEST_COLUMN = 2;

    private final ReleaseRecord release;
    private final Width width;
    private final Axis axis;
    private final Svg svg = new Svg();
    private double y;

    private Picture(ReleaseRecord release, Width width) {
        this.release = release;
        this.width = width;
        this.axis = axis(release, width);
    }

    /** The picture as SVG, to be put into a page that has the style for it. */
    static String of(ReleaseRecord release, Width width) {
        return new Picture(release, width).draw();
    }

    private static Axis axis(ReleaseRecord release, Width width) {
        double first = release.marks().stream()
                .filter(mark -> mark.is(Mark.Kind.FIRST_SHIFT) || mark.is(Mark.Kind.HARMED))
                .mapToDouble(Told::at)
                .min()
                .orElse(firstSeen(release));
        double from = Math.min(first, 0) - BEFORE;
        return new Axis(
                from, Math.max(from + 2 * BEFORE, release.end()), width.left, width.whole - width.left - width.right);
    }

    private static double firstSeen(ReleaseRecord release) {
        double traffic =
                release.traffic().stream().mapToDouble(Second::second).min().orElse(0);
        return release.weights().stream().mapToDouble(Setting::at).min().orElse(traffic);
    }

    private String draw() {
        legend();
        double top = y;
        namesOfKilled();
        spans();
        double panels = y;
        weights();
        health();
        traffic();
        svg.behind(marks(top, panels, y));
        seconds();
        return svg.picture("picture " + width.name().toLowerCase(Locale.ROOT), width.whole, y, description(release));
    }

    private void legend() {
        y += LINE - 4;
        double x = axis.left();
        for (String version : release.versions()) {
            double length = 34 + LETTER * version.length();
            if (x > axis.left() && x + length > axis.left() + axis.width()) {
                x = axis.left();
                y += LINE;
            }
            svg.line("weight " + series(version), x, y - 4, x + 28, y - 4)
                    .text("label", x + 34, y, Anchor.START, version);
            x += length + 18;
        }
        y += 8;
    }

    /** Versions are told apart by colour and by dashes. */
    private String series(String version) {
        return "v" + release.versions().indexOf(version) % 4;
    }

    /** Who was killed, beside the line that says when. */
    private void namesOfKilled() {
        for (Told kill : kills()) {
            y += LINE;
            double length = LETTER * kill.words().length();
            double x = axis.x(kill.at());
            boolean right = x + 8 + length <= axis.left() + axis.width();
            svg.text("label killed", right ? x + 8 : x - 8, y, right ? Anchor.START : Anchor.END, kill.words());
        }
    }

    private List<Told> kills() {
        return release.marks().stream()
                .filter(mark -> mark.is(Mark.Kind.HARMED) && axis.shows(mark.at()))
                .toList();
    }

    /** A bracket for each span, each in a line of its own, so that no words lie upon others. */
    private void spans() {
        for (Span span : release.spans()) {
            double from = axis.x(span.from());
            double to = axis.x(span.to());
            String words = span.text() + " " + span.words();
            double length = LETTER * words.length();
            double end = axis.left() + axis.width();
            boolean above = to + 8 + length > end && from - 8 - length < axis.left();
            y += above ? 2 * LINE - 6 : LINE;
            double line = y - 4;
            svg.path(
                    "bracket",
                    "M" + n(from) + " " + n(line - 4) + "v8M" + n(from) + " " + n(line) + "H" + n(to) + "M" + n(to)
                            + " " + n(line - 4) + "v8");
            if (above) {
                double x = Math.max(axis.left(), Math.min(from, end - length));
                svg.text("span", x, line - 9, Anchor.START, words);
            } else if (to + 8 + length <= end) {
                svg.text("span", to + 8, y, Anchor.START, words);
            } else {
                svg.text("span", from - 8, y, Anchor.END, words);
            }
        }
        y += 14;
    }

    private void weights() {
        double bottom = y + WEIGHTS;
        for (int percent : new int[] {0, 50, 100}) {
            double at = bottom - WEIGHTS * percent / 100;
            svg.line("grid", axis.left(), at, axis.left() + axis.width(), at)
                    .text("label quiet", axis.left() - 6, at + 4, Anchor.END, percent + "%");
        }
        for (String version : release.versions()) {
            svg.path("weight " + series(version), steps(version, bottom));
        }
        y = bottom + 10;
    }

    private StringBuilder steps(String version, double bottom) {
        StringBuilder path = new StringBuilder();
        for (Setting setting : release.weights()) {
            Integer share = setting.share().get(version);
            if (share != null && setting.at() <= axis.to()) {
                String height = n(bottom - WEIGHTS * share / 100);
                path = setting.at() <= axis.from()
                        ? new StringBuilder("M" + n(axis.left()) + " " + height)
                        : path.append(path.isEmpty() ? "M" + n(axis.x(setting.at())) + " " + height : "")
                                .append("H")
                                .append(n(axis.x(setting.at())))
                                .append("V")
                                .append(height);
            }
        }
        return path.isEmpty() ? path : path.append("H").append(n(axis.left() + axis.width()));
    }

    private void health() {
        for (String version : release.versions()) {
            List<Change> changes = release.health().stream()
                    .filter(change -> change.version().equals(version))
                    .toList();
            if (changes.isEmpty()) {
                continue;
            }
            y += LINE - 4;
            svg.text("label", axis.left(), y, Anchor.START, "health of " + version + fallen(changes));
            y += 5;
            for (int i = 0; i < changes.size(); i++) {
                double until = i + 1 < changes.size() ? changes.get(i + 1).at() : axis.to();
                double x = axis.x(changes.get(i).at());
                double wide = axis.x(until) - x;
                boolean sick = changes.get(i).health() < 1;
                svg.rect(sick ? "sick" : "well", x, y, wide, BAND);
                if (sick) {
                    svg.rect("hatch", x, y, wide, BAND);
                }
            }
            y += BAND + 2;
        }
    }

    private String fallen(List<Change> changes) {
        return changes.stream().anyMatch(change -> change.health() < 1 && axis.shows(change.at()))
                ? " (hatched: 0)"
                : "";
    }

    private void traffic() {
        int seconds = axis.secondsOfAColumn(NARROWEST_COLUMN);
        Map<Integer, int[]> columns = new TreeMap<>();
        for (Second second : release.traffic()) {
            if (second.second() + 1 > axis.from() && second.second() <= axis.to()) {
                int[] column = columns.computeIfAbsent(Math.floorDiv(second.second(), seconds), none -> new int[2]);
                column[0] += second.requests();
                column[1] += second.errors();
            }
        }
        if (columns.isEmpty()) {
            return;
        }
        y += LINE - 2;
        svg.text("label", axis.left(), y, Anchor.START, "answers that users got, a second (hatched: errors)");
        int most = columns.values().stream().mapToInt(column -> column[0]).max().orElse(1);
        double bottom = y + 8 + TRAFFIC;
        double height = TRAFFIC / Math.max(1, most);
        svg.line("grid", axis.left(), bottom, axis.left() + axis.width(), bottom)
                .text("label quiet", axis.left() - 6, bottom, Anchor.END, "0")
                .text("label quiet", axis.left() - 6, bottom - TRAFFIC + 10, Anchor.END, Svg.n(1.0 * most / seconds));
        columns.forEach((index, column) -> {
            double x = axis.x((double) index * seconds);
            double wide = axis.x((index + 1.0) * seconds) - x - 0.6;
            double bad = height * column[1];
            svg.rect("requests", x, bottom - height * column[0], wide, height * column[0] - bad);
            if (bad > 0) {
                svg.rect("sick", x, bottom - bad, wide, bad).rect("hatch", x, bottom - bad, wide, bad);
            }
        });
        y = bottom;
    }

    /** Lines through all panels, behind everything else, so that no words are crossed out. */
    private Svg marks(double top, double panels, double bottom) {
        Svg lines = new Svg();
        for (Span span : release.spans()) {
            if (axis.shows(span.to())) {
                lines.line("mark", axis.x(span.to()), panels, axis.x(span.to()), bottom);
            }
        }
        kills().forEach(kill -> lines.line("kill", axis.x(kill.at()), top, axis.x(kill.at()), bottom));
        return lines;
    }

    private void seconds() {
        y += 4;
        for (int tick : axis.ticks(width.ticks)) {
            svg.line("grid", axis.x(tick), y - 4, axis.x(tick), y + 2)
                    .text("label quiet", axis.x(tick), y + 15, Anchor.MIDDLE, tick < 0 ? "−" + -tick : "" + tick);
        }
        y += 34;
        svg.text(
                "label",
                axis.left() + axis.width() / 2,
                y,
                Anchor.MIDDLE,
                "platform seconds " + (release.wasHarmed() ? "from the kill" : "from the last When"));
        y += 8;
    }

    /** The picture in a sentence. */
    static String description(ReleaseRecord release) {
        String marks = release.marks().stream()
                .map(mark -> mark.words() + " at " + Seconds.text(mark.at()))
                .collect(Collectors.joining(", "));
        return "The release of " + release.name() + " with " + String.join(" and ", release.versions()) + ": "
                + (marks.isEmpty() ? "no mark was reached" : marks) + "; " + release.requests()
                + " requests of users, of which " + release.errors() + " failed.";
    }
}
