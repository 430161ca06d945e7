package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.acceptance.Caller.Reply;
import coalmine.time.PlatformDuration;
import coalmine.vamp.VampException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Steps about conditions on routes, and about what Vamp refuses of gateways. */
public final class RoutingSteps {

    private final Stage stage;
    private final TrafficSteps traffic;
    private final Caller caller;
    private Optional<String> refusal = Optional.empty();

    public RoutingSteps(Stage stage, TrafficSteps traffic) {
        this.stage = stage;
        this.traffic = traffic;
        this.caller = new Caller(stage.environment().gatewayHost());
    }

    @When("requests that meet {string} are given to {version} with a strength of {weight}")
    public void areGivenTo(String condition, ServiceVersion version, int strength) {
        stage.when();
        change(version, route -> {
            route.putObject("condition").put("condition", condition);
            route.put("condition_strength", strength + "%");
        });
    }

    @When("somebody sets the weight of {version} to {string} and that of {version} to {string}")
    public void somebodySetsWeights(ServiceVersion old, String oldWeight, ServiceVersion young, String youngWeight) {
        stage.when();
        ObjectNode gateway = gateway(old);
        route(gateway, old).put("weight", oldWeight);
        route(gateway, young).put("weight", youngWeight);
        attempt(gateway);
    }

    @When("somebody sets the weight of {version} to the number {int}")
    public void somebodySetsANumber(ServiceVersion version, int weight) {
        stage.when();
        ObjectNode gateway = gateway(version);
        route(gateway, version).put("weight", weight);
        attempt(gateway);
    }

    @When("somebody gives {weight} of the traffic of {version} to a route that does not exist")
    public void somebodyAddsARoute(int weight, ServiceVersion version) {
        stage.when();
        ObjectNode gateway = gateway(version);
        route(gateway, version).put("weight", (100 - weight) + "%");
        ((ObjectNode) gateway.path("routes"))
                .putObject(version.service() + "/" + version.service() + "/nobody/web")
                .put("weight", weight + "%");
        attempt(gateway);
    }

    private void attempt(ObjectNode gateway) {
        try {
            put(gateway);
            refusal = Optional.empty();
        } catch (VampException e) {
            refusal = Optional.of(e.getMessage());
        }
    }

    @Then("Vamp refuses: {string}")
    public void vampRefuses(String message) {
        assertThat(refusal).as("the refusal").isPresent();
        assertThat(refusal.get()).contains(message);
    }

    private void change(ServiceVersion version, Consumer<ObjectNode> change) {
        ObjectNode gateway = gateway(version);
        change.accept(route(gateway, version));
        put(gateway);
    }

    private ObjectNode gateway(ServiceVersion version) {
        String name = traffic.gatewayNameOf(version.service());
        return (ObjectNode) stage.vamp()
                .get("gateways/" + name)
                .orElseThrow(() -> new AssertionError("there is no gateway " + name));
    }

    private static ObjectNode route(JsonNode gateway, ServiceVersion version) {
        return gateway.path("routes")
                .propertyStream()
                .filter(route -> route.getKey().contains("/" + version.breed() + "/"))
                .map(route -> (ObjectNode) route.getValue())
                .findFirst()
                .orElseThrow(() -> new AssertionError("the gateway has no route for " + version + ": " + gateway));
    }

    private void put(ObjectNode gateway) {
        stage.vamp().put("gateways/" + gateway.get("name").asText(), gateway.toString());
    }

    @Then("within {seconds} {int} of {int} requests with the header {string} on {gateway} are answered by {version}")
    public void withHeader(
            PlatformDuration limit, int share, int count, String header, int gateway, ServiceVersion version) {
        share(limit, share, count, gateway, Map.of(header, "yes"), version);
    }

    @Then("within {seconds} {int} of {int} requests with the cookie {string} on {gateway} are answered by {version}")
    public void withCookie(
            PlatformDuration limit, int share, int count, String cookie, int gateway, ServiceVersion version) {
        share(limit, share, count, gateway, Map.of("Cookie", "other=1; " + cookie), version);
    }

    @Then("within {seconds} {int} of {int} requests of a {string} browser on {gateway} are answered by {version}")
    public void ofABrowser(
            PlatformDuration limit, int share, int count, String browser, int gateway, ServiceVersion version) {
        share(limit, share, count, gateway, Map.of("User-Agent", "Mozilla/5.0 " + browser + "/50.0"), version);
    }

    @Then("{int} of {int} requests without it on {gateway} are answered by {version}")
    public void without(int share, int count, int gateway, ServiceVersion version) {
        assertThat(answeredBy(count, gateway, Map.of(), version))
                .as("how many of " + count + " requests " + version + " answers")
                .isEqualTo(share);
    }

    /** The users of the stage are silent meanwhile, so that whole cycles of the gateway's turns are seen. */
    private void share(
            PlatformDuration limit,
            int share,
            int count,
            int gateway,
            Map<String, String> headers,
            ServiceVersion version) {
        stage.users().stop();
        Await.state(
                stage,
                stage.deadline(limit),
                "answered by " + version + " " + share + " times out of " + count,
                () -> answeredBy(count, gateway, headers, version) == share,
                () -> "it answered " + answeredBy(count, gateway, headers, version) + " times");
        // The first time may have been by chance.
        assertThat(answeredBy(count, gateway, headers, version))
                .as("how many of the next " + count + " requests " + version + " answers")
                .isEqualTo(share);
    }

    private int answeredBy(int count, int gateway, Map<String, String> headers, ServiceVersion version) {
        return (int) IntStream.range(0, count)
                .mapToObj(i -> caller.get(gateway, "/", headers))
                .map(Reply::text)
                .filter(page -> page.contains(version.toString()))
                .count();
    }
}
