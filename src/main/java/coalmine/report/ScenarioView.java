package coalmine.report;

import coalmine.report.Documentation.Scenario;
import coalmine.report.ReleaseRecord.Change;
import coalmine.report.ReleaseRecord.Second;
import coalmine.report.ReleaseRecord.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a scenario's record has to tell, in the words of a page. */
public record ScenarioView(List<Release> releases, List<Sent> sent, List<Row> events) {

    /** A release with its pictures and their text twin. */
    public record Release(ReleaseRecord record, String desk, String phone, List<MarkRow> rows, List<Row> course) {}

    /** A mark; what does not apply is empty. */
    public record MarkRow(String words, String at, String sinceKill, String sinceLast) {}

    /** Something that was at a time. */
    public record Row(String at, String words) {}

    /** Documents that were sent. */
    public record Sent(String at, String request, String documents) {}

    static ScenarioView of(Scenario scenario) {
        return new ScenarioView(
                scenario.releases().stream().map(ScenarioView::release).toList(),
                scenario.record().stream()
                        .flatMap(record -> record.sent().stream())
                        .map(it -> new Sent(Seconds.text(it.at()), it.request(), it.documents()))
                        .toList(),
                scenario.record().stream()
                        .flatMap(record -> record.events().stream())
                        .map(it -> new Row(Seconds.text(it.at()), it.text()))
                        .toList());
    }

    private static Release release(ReleaseRecord record) {
        return new Release(
                record,
                Picture.of(record, Picture.Width.DESK),
                Picture.of(record, Picture.Width.PHONE),
                marks(record),
                course(record));
    }

    private static List<MarkRow> marks(ReleaseRecord record) {
        List<MarkRow> rows = new ArrayList<>();
        for (int i = 0; i < record.marks().size(); i++) {
            ReleaseRecord.Told mark = record.marks().get(i);
            rows.add(new MarkRow(
                    mark.words(),
                    Seconds.text(mark.at()),
                    mark.sinceKill() == null ? "" : Seconds.text(mark.sinceKill()),
                    i == 0
                            ? ""
                            : Seconds.text(mark.at() - record.marks().get(i - 1).at())));
        }
        return rows;
    }

    private record At(double second, String words) {}

    private static List<Row> course(ReleaseRecord record) {
        return Stream.of(
                        record.marks().stream().map(it -> new At(it.at(), it.words())),
                        record.weights().stream().map(it -> new At(it.at(), "weights: " + weights(it))),
                        record.health().stream().map(it -> new At(it.at(), health(it))),
                        record.traffic().stream().map(it -> new At(it.second(), traffic(it))))
                .flatMap(it -> it)
                .sorted(Comparator.comparing(At::second))
                .map(it -> new Row(Seconds.text(it.second()), it.words()))
                .toList();
    }

    private static String weights(Setting setting) {
        return setting.share().entrySet().stream()
                .map(share -> share.getKey() + " " + share.getValue() + "%")
                .collect(Collectors.joining(", "));
    }

    private static String health(Change change) {
        return "health of " + change.version() + ": " + Math.round(100 * change.health()) + "%";
    }

    private static String traffic(Second second) {
        return "within a second: " + second.requests() + " answers, " + second.errors() + " errors";
    }
}
