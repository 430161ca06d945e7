package coalmine.report;

import coalmine.report.Documentation.Scenario;
import coalmine.report.History.Contents;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the last runs have in common, and what has changed from one to the next. */
final class Trends {

    /** How many runs are told of. */
    static final int LAST = 90;

    private static final int STRIP = 30;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH).withZone(ZoneId.systemDefault());

    private final List<PastRun> runs;
    private final List<PastRun> all;
    private final int damaged;
    private final Map<String, String> names;

    private Trends(Contents past, Documentation documentation) {
        this.all = new ArrayList<>(past.runs());
        all.add(PastRun.of(documentation));
        this.runs = all.subList(Math.max(0, all.size() - LAST), all.size());
        this.damaged = past.damaged();
        this.names = documentation.scenarios().stream()
                .collect(Collectors.toMap(Scenario::id, Scenario::name, (one, other) -> one));
    }

    /** The runs of a history, and after them the one that has just ended. */
    static Trends of(Contents past, Documentation documentation) {
        return new Trends(past, documentation);
    }

    /** Why this run must fail although its scenarios passed; empty if it need not. */
    Optional<String> regression() {
        return Regression.of(all);
    }

    /** How one scenario went from run to run. */
    public record Flakiness(String name, int ran, int failed, int changes, String share, String strip) {}

    /** The scenarios whose result has changed or that failed, the most fickle first; those that were skipped do not count as run. */
    List<Flakiness> flaky() {
        Map<String, List<String>> results = new TreeMap<>();
        runs.forEach(run -> run.scenarios()
                .forEach((id, result) ->
                        results.computeIfAbsent(id, none -> new ArrayList<>()).add(result)));
        List<Flakiness> flaky = new ArrayList<>();
        results.forEach((id, ended) -> {
            List<String> ran = ended.stream()
                    .filter(it -> !it.equals(Status.SKIPPED.word()))
                    .toList();
            int failed = (int) ran.stream().filter(Status.FAILED.word()::equals).count();
            int changes = 0;
            for (int i = 1; i < ran.size(); i++) {
                changes += ran.get(i).equals(ran.get(i - 1)) ? 0 : 1;
            }
            if (failed > 0) {
                flaky.add(new Flakiness(
                        name(id),
                        ran.size(),
                        failed,
                        changes,
                        percent((double) changes / Math.max(1, ran.size() - 1)),
                        strip(ended)));
            }
        });
        flaky.sort(Comparator.comparing(Flakiness::changes)
                .thenComparing(Flakiness::failed)
                .reversed());
        return flaky;
    }

    private static String strip(List<String> results) {
        return results.subList(Math.max(0, results.size() - STRIP), results.size()).stream()
                .map(result -> Status.valueOf(result.toUpperCase(Locale.ROOT)).sign())
                .collect(Collectors.joining());
    }

    private String name(String id) {
        return names.getOrDefault(id, id);
    }

    /** What is other than in the last green run before this one, a line each, what got worse first; empty if there was none. */
    Optional<List<String>> changes() {
        return lastGreen().map(green -> changes(green, all.get(all.size() - 1)));
    }

    private List<String> changes(PastRun green, PastRun now) {
        List<String> worse = new ArrayList<>();
        List<String> other = new ArrayList<>();
        TreeSet<String> ids = new TreeSet<>(now.scenarios().keySet());
        ids.addAll(green.scenarios().keySet());
        for (String id : ids) {
            String was = green.scenarios().get(id);
            String is = now.scenarios().get(id);
            if (is == null) {
                other.add("gone: " + id);
            } else if (!is.equals(was)) {
                String change = (was == null ? "new, " + is : "was " + was + ", is " + is) + ": " + name(id);
                (is.equals(Status.FAILED.word()) ? worse : other).add(change);
            }
        }
        if (!green.description().equals(now.description())) {
            worse.add("the platform was: " + green.description() + "; is: " + now.description());
        }
        if (green.pace() != now.pace()) {
            worse.add("the pace was " + Svg.n(green.pace()) + ", is " + Svg.n(now.pace()));
        }
        worse.addAll(other);
        return worse;
    }

    /** The last green run before this one. */
    private Optional<PastRun> lastGreen() {
        return all.subList(0, all.size() - 1).stream().filter(PastRun::isGreen).reduce((one, next) -> next);
    }

    Map<String, Object> page() {
        Map<String, Object> values = new HashMap<>();
        values.put("count", runs.size());
        values.put("damaged", damaged);
        values.put("regression", regression().orElse(""));
        values.put("baseline", Regression.BASELINE);
        values.put("nights", Math.round(1 / Regression.falseAlarmRate()));
        values.put("green", lastGreen().map(run -> DAY.format(run.began())).orElse(""));
        values.put("changes", changes().orElse(List.of()));
        values.put("flaky", flaky());
        values.put("charts", Charts.of(runs));
        List<Map<String, String>> rows =
                new ArrayList<>(runs.stream().map(Trends::row).toList());
        Collections.reverse(rows);
        values.put("runs", rows);
        return values;
    }

    private static Map<String, String> row(PastRun run) {
        return Map.of(
                "at", DAY.format(run.began()),
                "platform", run.platform() + ", pace " + Svg.n(run.pace()),
                "passed", "" + run.count(Status.PASSED),
                "failed", "" + run.count(Status.FAILED),
                "skipped", "" + run.count(Status.SKIPPED),
                "rate", percent(run.passRate()),
                "p50", run.latency().map(Latency::p50).orElse(""),
                "p95", run.latency().map(Latency::p95).orElse(""),
                "max", run.latency().map(Latency::max).orElse(""),
                "took", Seconds.text(run.seconds()));
    }

    private static String percent(double share) {
        return Svg.n(Math.floor(1000 * share) / 10) + "%";
    }
}
