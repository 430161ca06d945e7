package coalmine.report.steps;

import io.cucumber.java.After;
import io.cucumber.java.Scenario;
import io.cucumber.java.en.Given;
import java.util.List;

/** The steps of scenarios that need no platform, to try out what is written after them. */
public final class MadeUpSteps {

    /** What every scenario attaches: a media type and a text. */
    public static volatile List<String> attachment = List.of("text/plain", "nothing");

    @Given("all is well")
    public void allIsWell() {
        // and nothing has to be done about it
    }

    @Given("something is wrong")
    public void somethingIsWrong() {
        throw new AssertionError("it went wrong");
    }

    @After
    public void attach(Scenario scenario) {
        scenario.attach(attachment.get(1), attachment.get(0), "the release");
    }
}
