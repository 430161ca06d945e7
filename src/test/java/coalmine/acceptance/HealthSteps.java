package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.release.Moment;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import io.cucumber.java.en.Then;
import java.util.List;
import java.util.OptionalDouble;

/** Steps about the health that Vamp tells of a service. */
public final class HealthSteps {

    private final Stage stage;
    private final DeploymentSteps deployments;

    public HealthSteps(Stage stage, DeploymentSteps deployments) {
        this.stage = stage;
        this.deployments = deployments;
    }

    @Then("within {seconds} the health of {version} falls to {weight}")
    public void falls(PlatformDuration limit, ServiceVersion version, int percent) {
        Deadline deadline = stage.deadline(limit);
        Await.event(
                stage,
                deadline,
                "at " + percent + "% health",
                () -> toldInTime(deadline, version).contains(percent / 100.0),
                () -> "Vamp told " + told(version));
        // It stays so for 30 s at least, which leaves time enough to look.
        awaitByApi(deadline, version, percent);
    }

    @Then("within {seconds} the health of {version} is {weight} again")
    public void isAgain(PlatformDuration limit, ServiceVersion version, int percent) {
        Deadline deadline = stage.deadline(limit);
        Await.event(
                stage,
                deadline,
                "back at " + percent + "% health",
                () -> {
                    List<Double> told = toldInTime(deadline, version);
                    int fallen = told.indexOf(0.0);
                    return fallen >= 0 && told.subList(fallen, told.size()).contains(percent / 100.0);
                },
                () -> "Vamp told " + told(version));
        awaitByApi(deadline, version, percent);
    }

    /** The API reads the store, which is a second behind the stream (observed 14). */
    private void awaitByApi(Deadline deadline, ServiceVersion version, int percent) {
        Await.state(
                stage,
                deadline,
                "at " + percent + "% health by Vamp's API",
                () -> byApi(version).equals(OptionalDouble.of(percent / 100.0)),
                () -> "Vamp's API said " + byApi(version));
    }

    private OptionalDouble byApi(ServiceVersion version) {
        return stage.vamp().serviceHealth(version.service(), version.service(), version.breed());
    }

    @Then("the health of {version} was {weight} all the time")
    public void wasAllTheTime(ServiceVersion version, int percent) {
        stage.events().awaitSettled();
        assertThat(told(version))
                .as("the health of " + version + " since the last When")
                .isNotEmpty()
                .containsOnly(percent / 100.0);
    }

    @Then("{version} kept its containers and its health")
    public void keptItsHealth(ServiceVersion version) {
        deployments.keptItsContainers(version);
        wasAllTheTime(version, 100);
    }

    private List<Double> toldInTime(Deadline deadline, ServiceVersion version) {
        return Await.inTime(deadline, stage.history().health(version.breed(), stage.whenMark()));
    }

    private List<Double> told(ServiceVersion version) {
        return stage.history().health(version.breed(), stage.whenMark()).stream()
                .map(Moment::value)
                .toList();
    }
}
