package coalmine.report;

import coalmine.report.ScenarioRecord.Where;
import coalmine.time.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is promised, and what became of it: capabilities as chapters, with their features, rules and scenarios.
 *
 * @param runs that it tells of, the last one last
 */
public record Documentation(List<Run> runs, List<Chapter> chapters) {

    public Documentation {
        runs = List.copyOf(runs);
        chapters = List.copyOf(chapters);
    }

    /**
     * A run of the suite.
     *
     * @param finished false if its end is missing
     */
    public record Run(Instant started, Duration took, boolean finished) {}

    /** A capability: a folder of features. */
    public record Chapter(String name, List<Feature> features) {}

    /**
     * A feature.
     *
     * @param path below {@code features/}, without its ending: {@code canary-release/rollback}
     * @param narrative its paragraphs
     */
    public record Feature(String path, String name, List<String> narrative, List<String> tags, List<Section> sections) {

        public List<Scenario> scenarios() {
            return sections.stream()
                    .flatMap(section -> section.scenarios().stream())
                    .toList();
        }

        /** The page on which it is told, from the site's folder. */
        public String page() {
            return "features/" + path.replace('/', '.') + ".html";
        }
    }

    /**
     * A rule with its scenarios, or those that belong to none.
     *
     * @param rule empty if there is none
     */
    public record Section(String rule, List<String> narrative, List<Scenario> scenarios) {}

    /**
     * A scenario, or one example of an outline.
     *
     * @param id stays the same from run to run, and is made of the feature's path, the scenario's name and the example's values; of two that
     *     would have the same, the later one has a check sum behind it
     * @param reason why it was skipped; empty if it was not
     * @param took on the wall
     * @param worked what its steps and its clean-up took of that, without the wait for a platform
     */
    public record Scenario(
            String id,
            String name,
            List<String> tags,
            Status status,
            String reason,
            Instant ran,
            Duration took,
            Duration worked,
            List<Step> steps,
            Optional<ScenarioRecord> record,
            List<Evidence> evidence) {

        /** Its place on its feature's page. */
        public String anchor() {
            return id.substring(id.indexOf('#') + 1);
        }

        public String seconds() {
            return Seconds.text(took.toMillis() / 1000.0);
        }

        /** What its releases did; empty if it did none, or was not run. */
        public List<ReleaseRecord> releases() {
            return record.map(ScenarioRecord::releases).orElse(List.of());
        }
    }

    /**
     * A step of a scenario.
     *
     * @param keyword such as {@code Given}; empty for what happens around a scenario
     * @param table its data; empty if it has none
     * @param docString its text; empty if it has none
     * @param error why it failed; empty if it did not
     */
    public record Step(
            String keyword,
            String text,
            Status status,
            Duration took,
            List<List<String>> table,
            String docString,
            String error) {

        public String seconds() {
            return Seconds.text(took.toMillis() / 1000.0);
        }
    }

    /** Something that was attached to a scenario, as text. */
    public record Evidence(String name, String text) {}

    /** Every scenario, in the order of the chapters. */
    public List<Scenario> scenarios() {
        return chapters.stream()
                .flatMap(chapter -> chapter.features().stream())
                .flatMap(feature -> feature.scenarios().stream())
                .toList();
    }

    /** What became of all scenarios in a sentence. */
    public String verdict() {
        int failed = count(Status.FAILED);
        int passed = count(Status.PASSED);
        int skipped = count(Status.SKIPPED);
        String ran = failed > 0 ? failed + " of " + counted(failed + passed) + " failed" : passed(passed, skipped);
        return ran + (skipped == 0 ? "" : ", " + skipped + " " + (skipped == 1 ? "was" : "were") + " skipped");
    }

    private static String passed(int passed, int skipped) {
        return passed == 0
                ? "No scenario was run"
                : (skipped == 0 && passed > 1 ? "All " : "") + counted(passed) + " passed";
    }

    private static String counted(int scenarios) {
        return scenarios + (scenarios == 1 ? " scenario" : " scenarios");
    }

    /** How many scenarios have a status. */
    public int count(Status status) {
        return (int) scenarios().stream()
                .filter(scenario -> scenario.status() == status)
                .count();
    }

    /** Where scenarios ran: a place each. */
    public List<Where> places() {
        return records().map(ScenarioRecord::where).distinct().toList();
    }

    /** The seconds from every kill to its rollback, the shortest first. */
    public List<Double> killToRollback() {
        return releases()
                .flatMap(release -> release.killToRollback().stream())
                .sorted()
                .toList();
    }

    /** How long all scenarios would take one after the other at pace 1, which is that of a real Vamp. */
    public Duration atPaceOne() {
        return scenarios().stream()
                .map(scenario -> scenario.record()
                        .map(record -> new Pace(record.where().pace())
                                .onThePlatform(scenario.worked())
                                .value())
                        .orElse(scenario.worked()))
                .reduce(Duration.ZERO, Duration::plus);
    }

    public int requests() {
        return releases().mapToInt(ReleaseRecord::requests).sum();
    }

    public int errors() {
        return releases().mapToInt(ReleaseRecord::errors).sum();
    }

    private Stream<ScenarioRecord> records() {
        return scenarios().stream().flatMap(scenario -> scenario.record().stream());
    }

    private Stream<ReleaseRecord> releases() {
        return scenarios().stream().flatMap(scenario -> scenario.releases().stream());
    }
}
