package coalmine.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run in at most {@value #LONGEST} lines of Markdown, for the place where a nightly job shows what came of it. */
final class Summary {

    static final int LONGEST = 30;
    private static final int FAILURES = 10;
    private static final int CHANGES = 6;

    private Summary() {}

    static String of(Documentation documentation, Optional<Trends> trends) {
        List<String> lines = new ArrayList<>();
        lines.add("## " + documentation.verdict());
        lines.add("");
        for (Status status : Status.values()) {
            lines.add("- " + status.sign() + " " + documentation.count(status) + " " + status.word());
        }
        Latency.of(documentation.killToRollback())
                .ifPresent(it -> lines.add("- from the kill to the rollback: p50 " + it.p50() + ", p95 " + it.p95()
                        + ", max " + it.max() + " (" + it.count() + " rollbacks)"));
        lines.add(
                "- users sent " + documentation.requests() + " requests and saw " + documentation.errors() + " errors");
        documentation.places().stream().limit(2).forEach(place -> lines.add("- " + line(place.description())));
        trends.flatMap(Trends::regression).ifPresent(it -> lines.add("- **" + line(it) + "**"));
        list(lines, "### What failed", failed(documentation), FAILURES);
        list(
                lines,
                "### What has changed since the last green run",
                trends.flatMap(Trends::changes).orElse(List.of()),
                CHANGES);
        return String.join("\n", lines.subList(0, Math.min(LONGEST, lines.size()))) + "\n";
    }

    private static List<String> failed(Documentation documentation) {
        return documentation.scenarios().stream()
                .filter(scenario -> scenario.status() == Status.FAILED)
                .map(scenario -> scenario.name() + ": " + Site.firstError(scenario))
                .toList();
    }

    private static void list(List<String> lines, String title, List<String> all, int atMost) {
        if (!all.isEmpty()) {
            lines.add(title);
            all.stream().limit(atMost).forEach(it -> lines.add("- " + line(it)));
            if (all.size() > atMost) {
                lines.add("- and " + (all.size() - atMost) + " more");
            }
        }
    }

    /** Words that stay in one line, and say nothing to Markdown. */
    private static String line(String words) {
        String line = words.replaceAll("\\s+", " ").replaceAll("([\\\\`*_<>\\[\\]|])", "\\\\$1");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }
}
