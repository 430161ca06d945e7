package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.release.Moment;
import coalmine.release.Weights;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import coalmine.vamp.Gateway;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Steps about weights that somebody sets by hand, and about what a workflow makes of it. */
public final class ManualWeightSteps {

    private final Stage stage;
    private final TrafficSteps traffic;
    private final CanarySteps canary;
    private Optional<ByHand> byHand = Optional.empty();

    /** Weights that somebody set by hand between an old version and this young one. */
    private record ByHand(ServiceVersion young, Weights weights) {}

    public ManualWeightSteps(Stage stage, TrafficSteps traffic, CanarySteps canary) {
        this.stage = stage;
        this.traffic = traffic;
        this.canary = canary;
    }

    @When("the weights are set to {weight} on {version} and {weight} on {version}")
    public void weightsAreSet(int oldWeight, ServiceVersion old, int youngWeight, ServiceVersion young) {
        Gateway gateway = traffic.gatewayOf(old.service());
        stage.when();
        byHand =
                Optional.of(new ByHand(young, new Weights(Map.of(old.breed(), oldWeight, young.breed(), youngWeight))));
        stage.vamp()
                .setWeights(gateway.name(), Map.of(route(gateway, old), oldWeight, route(gateway, young), youngWeight));
    }

    @Then("within {seconds} Vamp holds {weight} on {version} and {weight} on {version}, or what has been set since")
    public void vampHolds(
            PlatformDuration limit, int oldWeight, ServiceVersion old, int youngWeight, ServiceVersion young) {
        traffic.reaches(
                limit,
                "set by hand",
                old.service(),
                weights -> weights.of(old.breed()) == oldWeight && weights.of(young.breed()) == youngWeight);
    }

    private static String route(Gateway gateway, ServiceVersion version) {
        return gateway.routes().keySet().stream()
                .filter(path -> path.contains("/" + version.breed() + "/"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "gateway " + gateway.name() + " has no route for " + version + ": " + gateway.routes()));
    }

    @Then("within {seconds} the {name} workflow goes on with its own next step")
    public void goesOn(PlatformDuration limit, String workflow) {
        hasTaken(
                limit,
                workflow,
                1,
                Integer.parseInt(stage.recipe().values("STEP").get(0)));
    }

    /** Its own steps are those that it wrote before and after the weights that somebody set by hand, which they have nothing to do with. */
    @Then("within {seconds} the {name} workflow has taken {int} steps of {int} points")
    public void hasTaken(PlatformDuration limit, String workflow, int steps, int points) {
        Deadline deadline = stage.deadline(limit);
        Await.event(
                stage,
                deadline,
                "gone on by " + steps + " steps",
                () -> weightsAfter().stream()
                                .filter(moment -> deadline.includes(moment.atNanos()))
                                .count()
                        >= steps,
                () -> "after those by hand the weights were set to " + weightsAfter());
        int before = weightBefore();
        for (int step = 0; step < steps; step++) {
            assertThat(weightsAfter().get(step).value())
                    .as("step " + (step + 1) + " after the workflow's own " + before + "%")
                    .isEqualTo(before + (step + 1) * points);
        }
        canary.awaitAnnounced(workflow, weights -> weights.contains(before + steps * points));
    }

    /** The new version's weight in the last setting before the one by hand. */
    private int weightBefore() {
        ServiceVersion young = handSet().young();
        List<Moment<Weights>> before = traffic.weights(young.service()).stream()
                .takeWhile(moment -> !isSetByHand(moment))
                .toList();
        assertThat(before).as("what was set before the weights by hand").isNotEmpty();
        return before.get(before.size() - 1).value().of(young.breed());
    }

    /** The new version's weight in every setting after the one by hand; empty as long as that one has not come. */
    private List<Moment<Integer>> weightsAfter() {
        ServiceVersion young = handSet().young();
        return Moment.withoutRepeats(traffic.weights(young.service()).stream()
                .dropWhile(moment -> !isSetByHand(moment))
                .skip(1)
                .map(moment -> new Moment<>(
                        moment.atNanos(), moment.index(), moment.value().of(young.breed())))
                .toList());
    }

    private boolean isSetByHand(Moment<Weights> moment) {
        return moment.index() >= stage.whenMark()
                && moment.value().equals(handSet().weights());
    }

    private ByHand handSet() {
        return byHand.orElseThrow(() -> new AssertionError("no weights were set by hand"));
    }
}
