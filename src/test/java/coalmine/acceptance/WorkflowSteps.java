package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.time.PlatformDuration;
import coalmine.vamp.Event;
import coalmine.vamp.EventStream.Arrival;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Steps about workflows other than the canary's, and about what they tell. */
public final class WorkflowSteps {

    private final Stage stage;
    private final TrafficSteps traffic;

    public WorkflowSteps(Stage stage, TrafficSteps traffic) {
        this.stage = stage;
        this.traffic = traffic;
    }

    @Given("there is no {name} workflow")
    public void thereIsNo(String name) {
        assertThat(stage.vamp().workflowStatus(name))
                .as("the status of the " + name + " workflow")
                .isEmpty();
    }

    @Then("within {seconds} there is no {name} workflow")
    public void thereIsNo(PlatformDuration limit, String name) {
        Await.state(
                stage,
                stage.deadline(limit),
                "without a " + name + " workflow",
                () -> stage.vamp().workflowStatus(name).isEmpty(),
                () -> "its status was " + stage.vamp().workflowStatus(name).orElse("none"));
    }

    @Then("nothing was heard of the {name} workflow until {version} had been deployed")
    public void nothingWasHeard(String workflow, ServiceVersion version) {
        assertThat(first("workflows:" + workflow))
                .as("the place among the events of the first about the " + workflow + " workflow")
                .isGreaterThan(first("services:" + version.breed(), "synchronization:deployed"));
    }

    private int first(String... tags) {
        return stage.events().since(stage.whenMark()).stream()
                .filter(arrival -> arrival.event().has(tags))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no event with the tags " + List.of(tags) + " has come"))
                .index();
    }

    @Then("within {seconds} Vamp was told of response times of {int} ms and of {int} ms for {name}")
    public void wasToldOfResponseTimes(PlatformDuration limit, int slow, int fast, String service) {
        String gateway = traffic.gatewayNameOf(service);
        Set<String> wanted = Set.of(Integer.toString(slow), Integer.toString(fast));
        Await.event(
                stage,
                stage.deadline(limit),
                "told of both",
                () -> responseTimes(gateway).containsAll(wanted),
                () -> "Vamp was told of " + responseTimes(gateway));
    }

    private Set<String> responseTimes(String gateway) {
        return stage.events().since(0).stream()
                .map(Arrival::event)
                .filter(event -> event.has("gateways:" + gateway, "gateway", "metrics:responseTime"))
                .map(Event::value)
                .collect(Collectors.toSet());
    }
}
