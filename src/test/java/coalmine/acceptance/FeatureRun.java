package coalmine.acceptance;

import static io.cucumber.junit.platform.engine.Constants.FILTER_TAGS_PROPERTY_NAME;
import static io.cucumber.junit.platform.engine.Constants.GLUE_PROPERTY_NAME;
import static io.cucumber.junit.platform.engine.Constants.PLUGIN_PROPERTY_NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectDirectory;
import static org.junit.platform.launcher.EngineFilter.includeEngines;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A run of features inside another test: it tells how scenarios end, and leaves the living documentation alone. */
final class FeatureRun {

    /** How many scenarios are tagged {@code @smoke}. */
    private static final int SMOKE_SCENARIOS = 2;

    private FeatureRun() {}

    /** Runs the smoke scenarios of a folder, on the platform that the system properties tell, and sees to it that they pass. */
    static void smoke(Path features) {
        run(features, "@smoke", SMOKE_SCENARIOS);
    }

    /**
     * Runs scenarios of a folder, on the platform that the system properties tell, and sees to it that they pass.
     *
     * @param tags which ones, as Cucumber's tag expression
     * @param scenarios how many they are
     */
    static void run(Path features, String tags, int scenarios) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectDirectory(features.toFile()))
                                .filters(includeEngines("cucumber"))
                                .configurationParameter(GLUE_PROPERTY_NAME, "coalmine.acceptance")
                                .configurationParameter(PLUGIN_PROPERTY_NAME, Progress.class.getName())
                                .configurationParameter(FILTER_TAGS_PROPERTY_NAME, tags)
                                .build(),
                        summary);
        StringWriter failures = new StringWriter();
        summary.getSummary().printFailuresTo(new PrintWriter(failures));
        assertThat(summary.getSummary().getTotalFailureCount())
                .as(failures.toString())
                .isZero();
        assertThat(summary.getSummary().getTestsSucceededCount()).isEqualTo(scenarios);
    }
}
