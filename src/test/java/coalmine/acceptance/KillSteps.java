package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.marathon.MarathonApi.App;
import coalmine.marathon.MarathonApi.Task;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.When;
import java.util.List;

/** Steps that do harm: the canary is killed, or Vamp with all that it runs. */
public final class KillSteps {

    private final Stage stage;

    public KillSteps(Stage stage) {
        this.stage = stage;
    }

    @When("the {version} container is killed in Marathon")
    public void isKilled(ServiceVersion version) {
        List<String> tasks = app(version).tasks().stream().map(Task::id).toList();
        assertThat(tasks).as("the containers of " + version).hasSize(1);
        stage.whenHarmed(version, "killed");
        stage.marathon().kill(tasks);
    }

    @When("the {version} app is destroyed in Marathon")
    @Given("the {version} app has been destroyed in Marathon")
    public void isDestroyed(ServiceVersion version) {
        App app = app(version);
        stage.whenHarmed(version, "destroyed");
        stage.marathon().destroy(app.id());
    }

    /** What is asked of it counts from when it works again, as how long that takes is the machine's affair. */
    @When("the whole Vamp is killed and started again")
    public void allOfItIsKilled() {
        stage.users().stop();
        stage.environment().killAndStart();
        stage.when();
    }

    private App app(ServiceVersion version) {
        List<App> apps = stage.marathon().appsOfService(version.service(), version.breed());
        assertThat(apps).as("the apps of " + version).hasSize(1);
        return apps.get(0);
    }
}
