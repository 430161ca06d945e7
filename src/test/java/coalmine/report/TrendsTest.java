package coalmine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrendsTest {

    private static final String KILLED = "canary/rollback#the-container-is-killed";
    private static final String DESTROYED = "canary/rollback#the-app-is-destroyed-gone";

    @TempDir
    Path folder;

    private MadeUpRun run() {
        return new MadeUpRun("2026-11-24T03:00:00Z")
                .feature("canary/rollback.feature", LivingDocumentationTest.ROLLBACK)
                .passes("The container is killed", MadeUpReleases.killed(9.8))
                .fails("The app is <destroyed> & gone", "too late")
                .finished();
    }

    private Trends trends(PastRun... past) {
        Documentation documentation = Reader.documentation(List.of(run().messages()));
        return Trends.of(new History.Contents(List.of(past), 0), documentation);
    }

    @Test
    void it_names_what_has_changed_since_the_last_green_run() {
        PastRun green = HistoryTest.run(
                "2026-11-20T03:00:00Z", Map.of(KILLED, "passed", DESTROYED, "passed", "old#one", "passed"));
        PastRun red = HistoryTest.run("2026-11-21T03:00:00Z", Map.of(KILLED, "failed"));

        assertThat(trends(green, red).changes())
                .hasValueSatisfying(changes -> assertThat(changes)
                        .containsExactly(
                                "was passed, is failed: The app is <destroyed> & gone",
                                "the platform was: a sandbox; is: Coalmine's sandbox <at pace 10>",
                                "gone: old#one"));
        assertThat(trends(red).changes()).isEmpty();
    }

    @Test
    void the_more_often_a_result_changes_the_flakier_a_scenario_is() {
        List<PastRun> past = new ArrayList<>();
        for (String result : List.of("passed", "failed", "skipped", "passed", "failed")) {
            past.add(HistoryTest.run(
                    "2026-11-20T03:00:00Z", Map.of(KILLED, result, DESTROYED, "failed", "a#b", "passed")));
        }
        List<Trends.Flakiness> flaky = trends(past.toArray(PastRun[]::new)).flaky();

        assertThat(flaky)
                .extracting(Trends.Flakiness::name)
                .containsExactly("The container is killed", "The app is <destroyed> & gone");
        assertThat(flaky.get(0)).isEqualTo(new Trends.Flakiness("The container is killed", 5, 2, 4, "100%", "✓✗–✓✗✓"));
        assertThat(flaky.get(1).changes()).isZero();
    }

    @Test
    void only_the_last_ninety_runs_are_told_of() throws IOException {
        Path file = folder.resolve("history.jsonl");
        for (int i = 0; i < 100; i++) {
            new History(file)
                    .add(HistoryTest.run("2026-11-20T03:00:00Z", Map.of(KILLED, i < 20 ? "failed" : "passed"), 9.0));
        }
        Files.writeString(file, "half a line", StandardOpenOption.APPEND);

        LivingDocumentation.build(run().messages(), folder, Optional.of(new History(file)));

        assertThat(Files.readString(folder.resolve("trends.html")))
                .contains("The last 90 runs", "1 line of the history could not be read and is left out")
                .contains("once in 231 nights", "Pass rate", "new, failed: The app is &lt;destroyed&gt; &amp; gone");
        assertThat(Files.readString(folder.resolve("index.html"))).contains("trends.html");
        assertThat(new History(file).read().runs()).hasSize(101);
    }

    @Test
    void slower_rollbacks_are_told_and_make_the_run_fail() throws IOException {
        Path file = folder.resolve("history.jsonl");
        for (int i = 0; i < Regression.BASELINE + 1; i++) {
            new History(file)
                    .add(new PastRun(
                            "2026-11-20T03:00:00Z",
                            "sandbox",
                            "a",
                            10,
                            60,
                            1,
                            0,
                            List.of(i == Regression.BASELINE ? 9.0 : 8.0),
                            Map.of(KILLED, "passed")));
        }

        Optional<String> slower = LivingDocumentation.build(run().messages(), folder, Optional.of(new History(file)));

        assertThat(slower).hasValueSatisfying(why -> assertThat(why).contains("9.8 s from the kill"));
        assertThat(Files.readString(folder.resolve("trends.html"))).contains("Slower rollbacks");
        assertThat(Files.readString(folder.resolve("summary.md"))).contains("rollbacks have become slower");
    }

    @Test
    void a_summary_has_at_most_thirty_lines_however_much_there_is_to_say() throws IOException {
        StringBuilder feature = new StringBuilder("Feature: Many\n");
        for (int i = 0; i < 50; i++) {
            feature.append("  Scenario: Number ").append(i).append("\n    Given one\n");
        }
        MadeUpRun many = new MadeUpRun("2026-11-24T03:00:00Z").feature("many.feature", feature.toString());
        for (int i = 0; i < 50; i++) {
            many.fails("Number " + i, "so | it\n`was` " + "x".repeat(500));
        }
        Path file = folder.resolve("history.jsonl");
        new History(file).add(HistoryTest.run("2026-11-20T03:00:00Z", Map.of("a#b", "passed")));

        LivingDocumentation.build(many.finished().messages(), folder, Optional.of(new History(file)));

        List<String> lines = Files.readAllLines(folder.resolve("summary.md"));
        assertThat(lines).hasSizeLessThanOrEqualTo(30);
        assertThat(lines.get(0)).isEqualTo("## 50 of 50 scenarios failed");
        assertThat(lines).contains("- and 40 more").anyMatch(line -> line.startsWith("- Number 0: so \\| it"));
    }
}
