package coalmine.report;

import coalmine.release.Mark;
import coalmine.report.Documentation.Scenario;
import coalmine.report.ReleaseRecord.Setting;

/** A release as small as a word: the share of the version that was released, beside its scenario's name. */
final class Spark {

    private static final double WIDTH = 120;
    private static final double HEIGHT = 26;

    private Spark() {}

    /** The first release of a scenario; nothing if it did none that shifted traffic. */
    static String of(Scenario scenario) {
        return scenario.releases().stream()
                .filter(release -> release.weights().stream().anyMatch(it -> share(release, it) > 0))
                .map(Spark::draw)
                .findFirst()
                .orElse("");
    }

    private static int share(ReleaseRecord release, Setting setting) {
        String young = release.versions().get(release.versions().size() - 1);
        return release.versions().size() < 2 ? 0 : setting.share().getOrDefault(young, 0);
    }

    private static String draw(ReleaseRecord release) {
        double from = release.weights().stream()
                .filter(it -> share(release, it) > 0)
                .mapToDouble(Setting::at)
                .findFirst()
                .orElseThrow();
        Axis axis = new Axis(Math.min(from, 0) - 5, Math.max(release.end(), from + 5), 2, WIDTH - 4);
        StringBuilder path = new StringBuilder("M" + Svg.n(axis.left()) + " " + Svg.n(HEIGHT - 3));
        for (Setting setting : release.weights()) {
            path.append("H")
                    .append(Svg.n(axis.x(setting.at())))
                    .append("V")
                    .append(Svg.n(HEIGHT - 3 - (HEIGHT - 6) * share(release, setting) / 100));
        }
        Svg svg = new Svg().line("grid", 2, HEIGHT - 3, WIDTH - 2, HEIGHT - 3);
        svg.path("line", path.append("H").append(Svg.n(WIDTH - 2)));
        release.marks().stream()
                .filter(mark -> mark.is(Mark.Kind.HARMED))
                .forEach(mark -> svg.line("kill", axis.x(mark.at()), 1, axis.x(mark.at()), HEIGHT - 2));
        return svg.picture("spark", WIDTH, HEIGHT, Picture.description(release));
    }
}
