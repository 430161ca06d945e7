package coalmine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivingDocumentationTest {

    static final String ROLLBACK = """
            @canary
            Feature: A failing canary is rolled back
              Users must never stay
              on a version that fails.

              A second paragraph.

              Background:
                Given sava 1.0 serves all traffic

              Rule: errors send all traffic back

                @smoke
                Scenario: The container is killed
                  When the container is killed
                  Then the traffic is back

                Scenario: The app is <destroyed> & gone
                  When the app is destroyed
                  Then the traffic is back
            """;

    static final String CLEAN_UP = """
            Feature: It is cleaned up
              Scenario Outline: After "<step>"
                Given it was run up to "<step>"
                Then nothing is left

                Examples:
                  | step   |
                  | Deploy |
                  | Start  |
            """;

    @TempDir
    Path folder;

    private MadeUpRun run(String began) {
        return new MadeUpRun(began).feature("canary/rollback.feature", ROLLBACK).feature("clean-up.feature", CLEAN_UP);
    }

    private MadeUpRun mixed() {
        return run("2026-11-23T03:00:00Z")
                .passes("The container is killed", MadeUpReleases.killed(9.8))
                .fails(
                        "The app is <destroyed> & gone",
                        "not rolled back within 30 s\nand more",
                        MadeUpReleases.killed(31))
                .isSkipped("After \"Deploy\"", "this platform cannot do it")
                .finished();
    }

    private String page(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private void build(MadeUpRun run) {
        LivingDocumentation.build(run.messages(), folder, Optional.empty());
    }

    @Test
    void folders_are_chapters_and_every_feature_has_a_page_with_its_narrative_rules_and_steps() throws IOException {
        build(mixed());

        assertThat(page("index.html"))
                .contains(
                        "<h2>Canary</h2>",
                        "<h2>Features</h2>",
                        "features/canary.rollback.html#the-container-is-killed");
        assertThat(page("features/canary.rollback.html"))
                .contains(
                        "Users must never stay on a version that fails.</p>",
                        "A second paragraph.",
                        "errors send all traffic back",
                        "id=\"the-container-is-killed\"",
                        "<span class=\"keyword\">Given</span> sava 1.0 serves all traffic")
                .contains("The app is &lt;destroyed&gt; &amp; gone")
                .doesNotContain("<destroyed>");
    }

    @Test
    void what_failed_says_why_and_what_was_skipped_is_never_green() throws IOException {
        build(mixed());

        assertThat(page("index.html"))
                .contains(
                        "1 of 2 scenarios failed, 2 were skipped",
                        "not rolled back within 30 s",
                        "1 scenario: this platform cannot do it")
                .contains("1 scenario: left out of the run by its tags or its name")
                .containsPattern("data-status=\"skipped\"[^\n]*After &quot;Deploy&quot;");
        assertThat(page("features/clean-up.html")).doesNotContain("sign passed").contains("sign skipped");
        assertThat(page("features/canary.rollback.html"))
                .contains("<pre class=\"error\">not rolled back within 30 s\nand more");
    }

    @Test
    void a_run_without_a_failure_in_which_nothing_ran_is_not_green_either() throws IOException {
        build(run("2026-11-23T03:00:00Z").isSkipped("After \"Deploy\"", "no").finished());

        assertThat(page("index.html")).contains("No scenario was run, 4 were skipped");
    }

    @Test
    void a_scenario_that_never_ended_has_failed() throws IOException {
        MadeUpRun cut = run("2026-11-23T03:00:00Z").passes("The container is killed");
        Path all = cut.writeTo(folder.resolve("all.ndjson"));
        List<String> lines = Files.readAllLines(all);
        Path some = Files.write(folder.resolve("some.ndjson"), lines.subList(0, lines.size() - 1));

        Documentation documentation = LivingDocumentation.build(List.of(some), folder);

        assertThat(documentation.count(Status.FAILED)).isEqualTo(1);
        assertThat(page("index.html")).contains("its end is missing", "it did not come to its end");
    }

    @Test
    void a_run_that_was_killed_in_the_middle_of_a_line_is_told_of_up_to_there() throws IOException {
        byte[] all = Files.readAllBytes(run("2026-11-23T03:00:00Z")
                .passes("The container is killed")
                .fails("The app is <destroyed> & gone", "not rolled back: é")
                .writeTo(folder.resolve("all.ndjson")));
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int middleOfALetter = text.indexOf("\u00c3\u00a9") + 1;

        for (int length : List.of(all.length - 1, all.length - 2, middleOfALetter)) {
            Path some = Files.write(folder.resolve("some.ndjson"), Arrays.copyOf(all, length));

            Documentation documentation = LivingDocumentation.build(List.of(some), folder);

            assertThat(documentation.verdict()).isEqualTo("1 of 2 scenarios failed, 2 were skipped");
            assertThat(page("index.html")).contains("its end is missing");
        }
    }

    @Test
    void a_broken_line_that_has_its_end_is_refused_wherever_it_stands() throws IOException {
        Path all = mixed().writeTo(folder.resolve("all.ndjson"));
        int lines = Files.readAllLines(all).size();
        Files.writeString(all, "{\"testRunFinished\":\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> LivingDocumentation.build(List.of(all), folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("all.ndjson:" + (lines + 1) + " is no message of Cucumber's");
    }

    @Test
    void a_file_that_tells_of_no_scenario_is_refused_by_its_name() throws IOException {
        Path run = mixed().writeTo(folder.resolve("run.ndjson"));
        Path empty = Files.createFile(folder.resolve("empty.ndjson"));
        Path begun = new MadeUpRun("2026-11-23T03:00:00Z").writeTo(folder.resolve("begun.ndjson"));
        Path other = Files.writeString(folder.resolve("other.ndjson"), "no message, no end of the line");

        assertThatThrownBy(() -> LivingDocumentation.build(List.of(run, empty), folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty.ndjson is empty");
        for (Path file : List.of(begun, other)) {
            assertThatThrownBy(() -> LivingDocumentation.build(List.of(file), folder))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.getFileName() + " tells of no scenario");
        }
    }

    @Test
    void releases_are_drawn_and_their_seconds_are_the_same_in_picture_and_table() throws IOException {
        build(mixed());
        String page = page("features/canary.rollback.html");

        assertThat(page).contains("<svg class=\"picture desk\"", "<svg class=\"picture phone\"");
        assertThat(page).contains(">9.8 s rolled back</text>", "<td>rolled back</td><td class=\"number\">9.8 s</td>");
        assertThat(page).contains("PUT /api/v1/gateways/sava", "port: &lt;9050&gt;", "synchronization:redeploy");
        assertThat(page("index.html")).contains("in the median of 2 rollbacks", "the longest 31 s");
    }

    @Test
    void the_site_can_be_built_again_from_the_messages_alone() throws IOException {
        MadeUpRun run = mixed();
        build(run);
        String index = page("index.html");
        String rollback = page("features/canary.rollback.html");

        LivingDocumentation.build(List.of(run.writeTo(folder.resolve("messages.ndjson"))), folder);

        assertThat(page("index.html")).isEqualTo(index);
        assertThat(page("features/canary.rollback.html")).isEqualTo(rollback);
    }

    @Test
    void of_several_runs_each_scenarios_last_result_counts_in_whatever_order_they_are_given() {
        Path first = mixed().writeTo(folder.resolve("first.ndjson"));
        Path second = run("2026-11-24T03:00:00Z")
                .passes("The app is <destroyed> & gone")
                .finished()
                .writeTo(folder.resolve("second.ndjson"));

        Documentation documentation = LivingDocumentation.build(List.of(second, first), folder);

        assertThat(documentation.runs()).hasSize(2);
        assertThat(documentation.count(Status.PASSED)).isEqualTo(2);
        assertThat(documentation.count(Status.FAILED)).isZero();
        assertThat(documentation.count(Status.SKIPPED)).isEqualTo(2);
    }

    @Test
    void links_stay_the_same_wherever_a_scenario_stands_and_each_example_has_its_own() {
        List<String> ids = ids(ROLLBACK, CLEAN_UP);

        assertThat(ids).doesNotHaveDuplicates().contains("clean-up#after-step-deploy", "clean-up#after-step-start");
        assertThat(ids("# moved\n\n" + ROLLBACK, CLEAN_UP.replace("| Deploy |", "| New    |\n      | Deploy |")))
                .containsAll(ids);
    }

    @Test
    void scenarios_whose_names_are_alike_do_not_hide_each_other() throws IOException {
        MadeUpRun run = alike("2026-11-23T03:00:00Z")
                .fails("Gone", "it is still there")
                .passes("Gone!")
                .fails("From A > B", "the wrong way")
                .passes("From A < B")
                .finished();

        build(run);

        Documentation documentation = Reader.documentation(List.of(run.messages()));
        assertThat(documentation.verdict()).isEqualTo("2 of 4 scenarios failed, 2 were skipped");
        assertThat(documentation.scenarios())
                .extracting(Documentation.Scenario::name)
                .containsExactly("Gone", "Gone 2", "Gone!", "Gone!", "From A > B", "From A < B");
        assertThat(documentation.scenarios())
                .extracting(Documentation.Scenario::id)
                .doesNotHaveDuplicates()
                .startsWith("alike#gone", "alike#gone-2");
        assertThat(page("features/alike.html")).contains("it is still there", "the wrong way");
        assertThat(PastRun.of(documentation).count(Status.FAILED)).isEqualTo(2);
    }

    @Test
    void a_later_run_replaces_the_results_of_each_of_the_scenarios_whose_names_are_alike() {
        Path first = alike("2026-11-23T03:00:00Z")
                .fails("Gone", "it is still there")
                .fails("Gone!", "it is still there")
                .finished()
                .writeTo(folder.resolve("first.ndjson"));
        Path second = alike("2026-11-24T03:00:00Z").passes("Gone!").finished().writeTo(folder.resolve("second.ndjson"));

        Documentation documentation = LivingDocumentation.build(List.of(first, second), folder);

        assertThat(documentation.verdict()).isEqualTo("1 of 2 scenarios failed, 4 were skipped");
        assertThat(documentation.scenarios())
                .filteredOn(scenario -> scenario.status() == Status.FAILED)
                .extracting(Documentation.Scenario::name)
                .containsExactly("Gone");
    }

    private static MadeUpRun alike(String began) {
        return new MadeUpRun(began).feature("alike.feature", """
                Feature: Alike
                  Scenario: Gone
                    Then nothing is left

                  Scenario: Gone 2
                    Then nothing is left

                  Scenario: Gone!
                    Then nothing is left

                  Scenario: Gone!
                    Then nothing is left again

                  Scenario Outline: From <way>
                    Then it is found

                    Examples:
                      | way   |
                      | A > B |
                      | A < B |
                """);
    }

    private List<String> ids(String rollback, String cleanUp) {
        MadeUpRun run = new MadeUpRun("2026-11-23T03:00:00Z")
                .feature("canary/rollback.feature", rollback)
                .feature("clean-up.feature", cleanUp);
        return Reader.documentation(List.of(run.messages())).scenarios().stream()
                .map(Documentation.Scenario::id)
                .toList();
    }

    @Test
    void every_link_leads_somewhere_and_nothing_comes_from_elsewhere() throws IOException {
        build(mixed());
        Pattern link = Pattern.compile("(?:href|src)=\"([^\"#]*)(?:#([^\"]*))?\"");

        for (Path file : List.of(folder.resolve("index.html"), folder.resolve("features/canary.rollback.html"))) {
            Matcher links = link.matcher(Files.readString(file));
            while (links.find()) {
                if (links.group(1).startsWith("data:")) {
                    continue;
                }
                Path page = links.group(1).isEmpty() ? file : file.resolveSibling(links.group(1));
                assertThat(page).exists();
                if (links.group(2) != null) {
                    assertThat(Files.readString(page)).contains("id=\"" + links.group(2) + "\"");
                }
            }
            assertThat(Files.readString(file)).doesNotContain("http://", "https://", "//cdn");
        }
    }

    @Test
    void a_file_that_holds_something_else_is_refused_with_its_line() throws IOException {
        Path other = Files.writeString(folder.resolve("other.ndjson"), "\n{\"no\": message\n");

        assertThatThrownBy(() -> LivingDocumentation.build(List.of(other), folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other.ndjson:2 is no message of Cucumber's");
        assertThatThrownBy(() -> LivingDocumentation.build(List.of(folder.resolve("none.ndjson")), folder))
                .hasMessageContaining("none.ndjson cannot be read");
    }

    @Test
    void a_hundred_scenarios_make_a_site_within_two_seconds_and_a_front_page_below_a_megabyte() throws IOException {
        StringBuilder feature = new StringBuilder("Feature: Many\n");
        for (int i = 0; i < 100; i++) {
            feature.append("  Scenario: Number ").append(i).append("\n    Given one\n    When two\n    Then three\n");
        }
        MadeUpRun run = new MadeUpRun("2026-11-23T03:00:00Z").feature("many.feature", feature.toString());
        for (int i = 0; i < 100; i++) {
            run.passes("Number " + i, MadeUpReleases.killed(5 + i / 10.0));
        }
        Path messages = run.finished().writeTo(folder.resolve("messages.ndjson"));
        build(mixed()); // whatever is loaded once only

        // Of the processor's time, so that it does not matter what else the machine has to do.
        ThreadMXBean processor = ManagementFactory.getThreadMXBean();
        long start = processor.getCurrentThreadCpuTime();
        LivingDocumentation.build(List.of(messages), folder);
        Duration took = Duration.ofNanos(processor.getCurrentThreadCpuTime() - start);

        assertThat(took).isLessThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(Files.size(folder.resolve("index.html"))).isLessThan(1_000_000);
    }
}
