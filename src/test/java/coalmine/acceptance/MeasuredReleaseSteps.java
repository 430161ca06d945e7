package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.release.Moment;
import coalmine.release.Weights;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream.Arrival;
import io.cucumber.java.en.Then;
import java.util.ArrayList;
import java.util.List;

/** Steps about a release that measures what users get before it goes on. */
public final class MeasuredReleaseSteps {

    private static final String WORKFLOW = "weight-check";

    private final Stage stage;

    public MeasuredReleaseSteps(Stage stage) {
        this.stage = stage;
    }

    @Then("within {seconds} all traffic of gateway {gatewayName} has moved to {name} in steps of {weight}")
    public void hasMoved(PlatformDuration limit, String gateway, String breed, int step) {
        Deadline deadline = stage.deadline(limit);
        List<Integer> wanted = new ArrayList<>();
        for (int weight = step; weight <= 100; weight += step) {
            wanted.add(weight);
        }
        Await.event(
                stage,
                deadline,
                "moved by " + wanted,
                () -> Await.inTime(deadline, moves(gateway)).stream()
                        .map(weights -> weights.of(breed))
                        .toList()
                        .equals(wanted),
                () -> "the weights were set to "
                        + moves(gateway).stream().map(Moment::value).toList());
    }

    private List<Moment<Weights>> moves(String gateway) {
        return stage.history().weights(gateway, stage.whenMark());
    }

    @Then("each step of gateway {gatewayName} came after {name} had been measured to have exactly its share")
    public void eachStepWasMeasured(String gateway, String breed) {
        int promised = 0;
        int from = stage.whenMark();
        for (Moment<Weights> move : moves(gateway)) {
            int until = move.index();
            List<String> measured = stage.history().announced(stage.named(WORKFLOW), "response:ratio", from).stream()
                    .filter(moment -> moment.index() < until)
                    .map(Moment::value)
                    .toList();
            assertThat(measured)
                    .as("what was measured before the step to " + move.value())
                    .isNotEmpty();
            assertThat(measured.get(measured.size() - 1))
                    .as("the last that was measured before the step to " + move.value())
                    .isEqualTo((100 - promised) + "% / " + promised + "%");
            promised = move.value().of(breed);
            from = until;
        }
        // A measurement is what a workflow says; that requests came through the gateway, Vamp's metrics say.
        assertThat(stage.events().since(stage.whenMark()))
                .extracting(Arrival::event)
                .filteredOn(event -> event.has("gateways:" + gateway, "gateway", "metrics:rate"))
                .as("the rates of requests through " + gateway)
                .anyMatch(event -> Double.parseDouble(event.value()) > 0);
    }
}
