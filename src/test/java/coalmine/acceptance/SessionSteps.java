package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.acceptance.Caller.Reply;
import coalmine.time.PlatformDuration;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Steps about one user with a browser, which keeps the cookies that it is given. */
public final class SessionSteps {

    private final Stage stage;
    private final TrafficSteps traffic;
    private final Caller caller;
    private final Map<String, String> headers = new HashMap<>();
    private final List<String> answers = new ArrayList<>();

    public SessionSteps(Stage stage, TrafficSteps traffic) {
        this.stage = stage;
        this.traffic = traffic;
        this.caller = new Caller(stage.environment().gatewayHost());
    }

    @Given("users of {name} come back to the version that they had")
    public void comeBack(String service) {
        String name = traffic.gatewayNameOf(service);
        ObjectNode gateway = (ObjectNode) stage.vamp().get("gateways/" + name).orElseThrow();
        stage.vamp().put("gateways/" + name, gateway.put("sticky", "route").toString());
    }

    @When("a user with a browser is answered by {version}")
    public void isAnsweredBy(ServiceVersion version) {
        stage.when();
        Await.state(
                stage,
                stage.givenDeadline(),
                "answered by " + version,
                () -> {
                    // Until then, each time a user whom nobody knows.
                    headers.clear();
                    return ask().contains(version.toString()) && headers.containsKey("Cookie");
                },
                () -> "the answers were " + answers);
    }

    private String ask() {
        Reply reply = caller.get(stage.gatewayPort(), "/", headers);
        reply.cookie().ifPresent(cookie -> headers.put("Cookie", cookie));
        answers.add(reply.text().replaceAll("(?s)^.*<title>|</title>.*$", ""));
        return reply.text();
    }

    @Then("the next {int} answers to this user come from {version}")
    public void nextAnswers(int count, ServiceVersion version) {
        for (int i = 0; i < count; i++) {
            assertThat(ask()).as("answer " + (i + 1)).contains(version.toString());
        }
    }

    @Then("within {seconds} this user is answered by {version} and saw no error")
    public void isMoved(PlatformDuration limit, ServiceVersion version) {
        Await.state(
                stage,
                stage.deadline(limit),
                "answered by " + version,
                () -> ask().contains(version.toString()),
                () -> "the answers were " + answers);
        assertThat(answers).as("what the user saw").allMatch(answer -> answer.startsWith(version.plain() + " "));
    }
}
