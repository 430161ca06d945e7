package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.report.ReleaseRecord;
import coalmine.report.ReleaseRecord.Told;
import coalmine.time.PlatformDuration;
import io.cucumber.java.en.Then;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Steps about what the report will tell of a release. */
public final class ReportSteps {

    private static final Pattern AT_MOST = Pattern.compile("at most (\\d+) s");
    private static final String BEFORE = "before the kill";

    private final Stage stage;

    public ReportSteps(Stage stage) {
        this.stage = stage;
    }

    @Then("the report tells these marks of the release of {name}")
    public void tells(String service, Map<String, String> wanted) {
        List<Told> marks = release(service).marks();
        assertThat(marks).extracting(Told::words).containsAll(wanted.keySet());
        for (Told mark : marks) {
            String limit = wanted.getOrDefault(mark.words(), "");
            Matcher atMost = AT_MOST.matcher(limit);
            if (atMost.matches()) {
                assertThat(mark.sinceKill())
                        .as("the seconds from the kill to \"" + mark.words() + "\"")
                        .isBetween(
                                0.0,
                                stage.allowed(PlatformDuration.seconds(Integer.parseInt(atMost.group(1))))
                                        .toSeconds());
            } else if (limit.equals(BEFORE)) {
                assertThat(mark.at()).as("the time of \"" + mark.words() + "\"").isNegative();
            } else if (!limit.isEmpty()) {
                throw new IllegalArgumentException(
                        "\"" + limit + "\" is no limit; there are \"" + BEFORE + "\" and \"at most N s\"");
            }
        }
    }

    private ReleaseRecord release(String service) {
        return new ReleaseEvidence(stage)
                .record().releases().stream()
                        .filter(it -> it.name().equals(service))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("the report knows no release of " + service));
    }
}
