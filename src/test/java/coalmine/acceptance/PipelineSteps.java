package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.cli.Coalmine;
import coalmine.recipe.Traces;
import coalmine.release.Moment;
import coalmine.release.Weights;
import coalmine.time.PlatformDuration;
import io.cucumber.java.After;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** Steps about a CI pipeline that makes a release with Coalmine's command line. */
public final class PipelineSteps {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Stage stage;
    private final StringWriter output = new StringWriter();
    private final CompletableFuture<Integer> code = new CompletableFuture<>();
    private final Thread command = new Thread(this::command, "pipeline");

    public PipelineSteps(Stage stage) {
        this.stage = stage;
    }

    @When("the pipeline releases it")
    public void releases() {
        stage.when();
        // It is not this process's to send, as far as the journal can know.
        Platforms.journal()
                .ifPresent(journal -> journal.expects(Traces.of(stage.recipe()).paths()));
        command.setDaemon(true);
        command.start();
    }

    /** In this process rather than in one of its own, whose start would take time of the machine's that deadlines know nothing of. */
    private void command() {
        PrintWriter out = new PrintWriter(output, true);
        code.complete(Coalmine.commandLine()
                .setColorScheme(Help.defaultColorScheme(Ansi.OFF))
                .setOut(out)
                .setErr(out)
                .execute(
                        "release",
                        stage.recipe().folder().toString(),
                        "--vamp",
                        stage.environment().vamp().toString(),
                        "--marathon",
                        stage.environment().marathon().toString(),
                        "--pace",
                        Double.toString(stage.environment().pace().platformSecondsPerSecond())));
    }

    @Given("the pipeline has moved {weight} of the traffic to {version}")
    public void hasMoved(int weight, ServiceVersion version) {
        String gateway = stage.recipe().values("GATEWAY").get(0);
        Await.event(
                stage,
                stage.givenDeadline(),
                "at " + weight + "%",
                () -> {
                    List<Moment<Weights>> weights = stage.history().weights(gateway, stage.whenMark());
                    return !weights.isEmpty()
                            && weights.get(weights.size() - 1).value().of(version.breed()) >= weight;
                },
                () -> "the pipeline said: " + output);
    }

    @Then("within {seconds} the pipeline goes on")
    public void goesOn(PlatformDuration limit) {
        ends(limit, 0);
    }

    @Then("within {seconds} the pipeline stops")
    public void stops(PlatformDuration limit) {
        ends(limit, 1);
    }

    private void ends(PlatformDuration limit, int wanted) {
        Await.state(
                stage,
                stage.deadline(limit),
                "at the end of the pipeline's command",
                code::isDone,
                () -> "the pipeline said: " + output);
        assertThat(code)
                .as("how the pipeline's command ended, which said " + output)
                .isCompletedWithValue(wanted);
    }

    @Then("its output ends with {version} at {weight} and {string}")
    public void outputEndsWith(ServiceVersion version, int weight, String verdict) {
        List<String> timeline = output.toString()
                .lines()
                .filter(line -> line.matches(" +\\d+\\.\\d s  .*"))
                .toList();
        assertThat(timeline).as("the timeline in " + output).hasSizeGreaterThan(2);
        assertThat(timeline.get(timeline.size() - 1)).contains(version.breed(), verdict);
        assertThat(timeline.stream().filter(line -> line.matches(".*\\d%.*") && !line.contains("health")))
                .as("the weights in the timeline")
                .last()
                .asString()
                .contains(version.breed() + " " + weight + "%");
    }

    /** Nothing of a scenario outlives it, and it ends before the clean-up begins. */
    @After(order = 20_000)
    public void end() throws InterruptedException {
        command.interrupt();
        command.join(PATIENCE.toMillis());
    }
}
