package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.release.Moment;
import coalmine.release.Weights;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.List;
import java.util.function.Predicate;

/** Steps about the workflow that carries out the release: its steps forward, and its step back. */
public final class CanarySteps {

    private static final String START = "Start the canary";
    private static final String CANARY = "canary";
    private static final String STEP = "updated";
    private static final PlatformDuration PERIOD_OF_A_STEP = PlatformDuration.seconds(5);

    private final Stage stage;
    private final TrafficSteps traffic;

    public CanarySteps(Stage stage, TrafficSteps traffic) {
        this.stage = stage;
        this.traffic = traffic;
    }

    @Given("the canary workflow moves {int} points every {seconds}")
    public void moves(int points, PlatformDuration period) {
        assertThat(stage.recipe().values("STEP")).as("the points of a step").containsExactly("" + points);
        assertThat(stage.recipe().values("PERIOD"))
                .as("the periods of the workflows")
                .contains("" + period.value().toSeconds());
        stage.runner().run(Recipes.step(stage.recipe(), START));
    }

    @When("the canary workflow starts")
    public void starts() {
        stage.when();
        stage.runner().run(Recipes.step(stage.recipe(), START));
    }

    @Given("{version} has reached {weight} of the traffic")
    public void hasReached(ServiceVersion version, int weight) {
        String gateway = traffic.gatewayOf(version.service()).name();
        Await.event(
                stage,
                stage.givenDeadline(),
                "at " + weight + "%",
                () -> {
                    List<Moment<Weights>> weights = stage.history().weights(gateway, 0);
                    return !weights.isEmpty()
                            && weights.get(weights.size() - 1).value().of(version.breed()) == weight;
                },
                () -> Weights.of(traffic.gatewayOf(version.service())).toString());
        // The release may have gone on since the event.
        assertThat(traffic.shareOf(version)).as("the share of " + version).isGreaterThanOrEqualTo(weight);
    }

    @Then("within {seconds} the release starts at {weight} on {version}")
    public void releaseStarts(PlatformDuration limit, int weight, ServiceVersion version) {
        traffic.reaches(limit, "started", version.service(), weights -> weights.of(version.breed()) == weight);
    }

    @Then("within {seconds} the release starts over at {weight} on {version}")
    public void startsOver(PlatformDuration limit, int weight, ServiceVersion version) {
        Deadline deadline = stage.deadline(limit);
        String gateway = traffic.gatewayOf(version.service()).name();
        Await.event(
                stage,
                deadline,
                "started over",
                () -> firstAfterRollback(
                                version, Await.inTime(deadline, stage.history().weights(gateway, stage.whenMark())))
                        == weight,
                () -> Weights.of(traffic.gatewayOf(version.service())).toString());
    }

    /** What the version got first after it had been set to nothing; -1 if it has got nothing yet. */
    private static int firstAfterRollback(ServiceVersion version, List<Weights> settings) {
        boolean rolledBack = false;
        for (Weights weights : settings) {
            int weight = weights.of(version.breed());
            if (rolledBack && weight > 0) {
                return weight;
            }
            rolledBack |= weight == 0;
        }
        return -1;
    }

    @Then("within {seconds} the canary workflow goes on with its own next step")
    public void goesOn(PlatformDuration limit) {
        hasTaken(limit, 1, Integer.parseInt(stage.recipe().values("STEP").get(0)));
    }

    @Then("within {seconds} the canary workflow has taken {int} steps of {int} points")
    public void hasTaken(PlatformDuration limit, int steps, int points) {
        Deadline deadline = stage.deadline(limit);
        Await.event(
                stage,
                deadline,
                "gone on by " + steps + " steps",
                () -> Await.inTime(deadline, stage.history().announced(stage.named(CANARY), STEP, stage.whenMark()))
                                .size()
                        >= steps,
                () -> "the canary workflow announced " + announced());
        int before = lastAnnouncedBeforeWhen();
        for (int step = 0; step < steps; step++) {
            assertThat(announcedWeights().get(step))
                    .as("step " + (step + 1) + " after the workflow's own " + before + "%")
                    .isEqualTo(before + (step + 1) * points);
        }
    }

    /** The new version's weight in the last announcement before the last When: the workflow's own last setting. */
    private int lastAnnouncedBeforeWhen() {
        List<Moment<String>> all = stage.history().announced(stage.named(CANARY), STEP, 0);
        List<Moment<String>> before = all.subList(0, all.size() - announced().size());
        return youngWeight(before.get(before.size() - 1).value());
    }

    @Then("the canary workflow announced {int} steps forward and no step back")
    public void announcedForwardOnly(int steps) {
        awaitAnnounced(weights -> weights.size() >= steps);
        assertThat(announcedWeights())
                .as("the weights that the canary workflow announced")
                .hasSize(steps)
                .isSortedAccordingTo(Integer::compare)
                .doesNotHaveDuplicates();
    }

    @Then("the canary workflow announced at most {int} steps forward and then {int} step back to {weight} on {version}")
    public void announcedBack(int atMost, int back, int weight, ServiceVersion old) {
        awaitAnnounced(weights -> weights.contains(100 - weight));
        List<Integer> weights = announcedWeights();
        int forward = weights.size() - back;
        assertThat(forward).as("the steps forward in " + weights).isBetween(0, atMost);
        assertThat(weights.subList(0, forward))
                .isSortedAccordingTo(Integer::compare)
                .doesNotContain(0);
        assertThat(weights.subList(forward, weights.size()))
                .as("the steps back in " + weights)
                .containsOnly(100 - weight);
    }

    @Then("each step was written to the gateway of {name} before it was announced")
    public void writtenBeforeAnnounced(String service) {
        List<Moment<String>> announced = stage.history().announced(stage.named(CANARY), STEP, stage.whenMark());
        List<Moment<Weights>> written = traffic.weightsSinceWhen(service);
        assertThat(written).as("what was written to the gateway").hasSameSizeAs(announced);
        for (int i = 0; i < announced.size(); i++) {
            assertThat(written.get(i).index())
                    .as("the place of step " + (i + 1) + " among the events")
                    .isLessThan(announced.get(i).index());
            assertThat(written.get(i).value().byBreed().values())
                    .as("what was written for " + announced.get(i).value())
                    .contains(youngWeight(announced.get(i).value()));
        }
    }

    @Then("no further step follows for {seconds}")
    public void noFurtherStep(PlatformDuration time) {
        int before = announced().size();
        Await.stays(
                stage,
                time,
                "no further step",
                () -> announced().size() == before,
                () -> "the canary workflow announced " + announced());
    }

    private List<String> announced() {
        return stage.history().announced(stage.named(CANARY), STEP, stage.whenMark()).stream()
                .map(Moment::value)
                .toList();
    }

    private List<Integer> announcedWeights() {
        return announced().stream().map(CanarySteps::youngWeight).toList();
    }

    /** A step is announced a moment after it was written to the gateway, which is all that Thens before may have waited for. */
    private void awaitAnnounced(Predicate<List<Integer>> wanted) {
        Await.event(
                stage,
                Deadline.in(
                        PERIOD_OF_A_STEP,
                        stage.environment().pace(),
                        stage.environment().allowance()),
                "announced",
                () -> wanted.test(announcedWeights()),
                () -> "the canary workflow announced " + announced());
    }

    /** The new version's weight in what the workflow announces: 40 in {@code 60%/40%}. */
    private static int youngWeight(String announcement) {
        String young = announcement.replaceAll(".*/", "").replace("%", "");
        return Integer.parseInt(young);
    }
}
