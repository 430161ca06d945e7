package coalmine.report;

import static io.cucumber.junit.platform.engine.Constants.FILTER_TAGS_PROPERTY_NAME;
import static io.cucumber.junit.platform.engine.Constants.GLUE_PROPERTY_NAME;
import static io.cucumber.junit.platform.engine.Constants.PLUGIN_PROPERTY_NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectDirectory;
import static org.junit.platform.launcher.EngineFilter.includeEngines;

import coalmine.acceptance.WritesDocumentation;
import coalmine.report.steps.MadeUpSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class WritesDocumentationTest {

    @TempDir
    Path folder;

    private Path history;

    @BeforeEach
    void remember() {
        history = folder.resolve("history.jsonl");
        System.setProperty("coalmine.history", history.toString());
        MadeUpSteps.attachment =
                List.of(ScenarioRecord.MEDIA_TYPE, MadeUpReleases.killed(9.8).json());
    }

    @AfterEach
    void forget() {
        System.clearProperty("coalmine.history");
    }

    private TestExecutionSummary run(String step) throws IOException {
        return run(step, "not @nightly");
    }

    private TestExecutionSummary run(String step, String tags) throws IOException {
        Path features = Files.createDirectories(folder.resolve("features"));
        Files.writeString(
                features.resolve("small.feature"),
                "Feature: Small\n  Scenario: One\n    Given " + step
                        + "\n  @nightly\n  Scenario: Long\n    Given all is well\n");
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectDirectory(features.toFile()))
                                .filters(includeEngines("cucumber"))
                                .configurationParameter(GLUE_PROPERTY_NAME, MadeUpSteps.class.getPackageName())
                                .configurationParameter(FILTER_TAGS_PROPERTY_NAME, tags)
                                .configurationParameter(
                                        PLUGIN_PROPERTY_NAME,
                                        WritesDocumentation.class.getName() + ":" + folder.resolve("site"))
                                .build(),
                        summary);
        return summary.getSummary();
    }

    private String frontPage() throws IOException {
        return Files.readString(folder.resolve("site/index.html"));
    }

    @Test
    void the_site_is_written_and_the_run_remembered_when_all_is_well() throws IOException {
        assertThat(run("all is well").getTotalFailureCount()).isZero();

        assertThat(frontPage()).contains("1 scenario passed, 1 was skipped", "in the only rollback", "trends.html");
        assertThat(new History(history).read().runs())
                .extracting(PastRun::scenarios)
                .containsExactly(Map.of("small#one", "passed", "small#long", "skipped"));
    }

    @Test
    void a_run_of_no_scenario_proves_nothing_and_fails() throws IOException {
        TestExecutionSummary summary = run("all is well", "@nightli");

        assertThat(summary.getFailures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.getException())
                        .hasMessage("no scenario was run; a tag or a name that none has may have been asked for"));
    }

    @Test
    void the_site_is_written_and_the_run_remembered_when_a_scenario_fails() throws IOException {
        assertThat(run("something is wrong").getTotalFailureCount()).isEqualTo(1);

        assertThat(frontPage()).contains("1 of 1 scenario failed, 1 was skipped", "it went wrong");
        assertThat(new History(history).read().runs()).hasSize(1).noneMatch(PastRun::isGreen);
    }

    @Test
    void a_run_whose_rollbacks_have_become_slower_fails_though_its_scenarios_pass() throws IOException {
        for (int i = 0; i < Regression.BASELINE; i++) {
            new History(history).add(HistoryTest.run("2026-11-20T03:00:00Z", Map.of("small#one", "passed"), 8.0));
        }
        assertThat(run("all is well").getTotalFailureCount()).isZero();

        TestExecutionSummary second = run("all is well");

        assertThat(second.getTestsFailedCount()).isZero();
        assertThat(second.getFailures())
                .singleElement()
                .satisfies(failure ->
                        assertThat(failure.getException()).hasMessageContaining("rollbacks have become slower: 9.8 s"));
        assertThat(new History(history).read().runs()).hasSize(Regression.BASELINE + 2);
    }
}
