package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.marathon.MarathonApi.App;
import coalmine.marathon.MarathonApi.Task;
import coalmine.release.Moment;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import coalmine.vamp.Service;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Steps about deployments: which versions run, with which containers. */
public final class DeploymentSteps {

    private static final List<String> DEPLOY = List.of("Create the blueprint", "Create the breed", "Deploy");
    private static final String OPEN_GATEWAY = "Create the gateway";
    private static final String INTRODUCE = "Introduce";

    private final Stage stage;
    private final TrafficSteps traffic;

    public DeploymentSteps(Stage stage, TrafficSteps traffic) {
        this.stage = stage;
        this.traffic = traffic;
    }

    @Given("{version} serves all traffic on {gateway}")
    public void serves(ServiceVersion version, int port) {
        deploy(version);
        openGateway(port);
        traffic.usersAreAnsweredBy(stage.givenDeadline(), version);
    }

    @Given("{version} is deployed beside it with {weight} of the traffic")
    public void isDeployedBeside(ServiceVersion version, int weight) {
        introduce(version);
        runsWith(stage.givenDeadline(), version, 1);
        traffic.hasWeight(version, weight);
        traffic.usersAreAnsweredAgain(stage.givenDeadline());
    }

    @When("{version} is deployed from its blueprint")
    public void isDeployed(ServiceVersion version) {
        stage.when();
        deploy(version);
    }

    @When("{gateway} is opened to it")
    public void gatewayIsOpened(int port) {
        stage.when();
        openGateway(port);
        stage.users().start();
    }

    @When("{version} is introduced")
    public void isIntroduced(ServiceVersion version) {
        stage.users().start();
        stage.when();
        introduce(version);
    }

    private void deploy(ServiceVersion version) {
        assertThat(stage.recipe().values("name")).as("what the recipe creates").contains(version.breed());
        DEPLOY.forEach(step -> stage.runner().run(Recipes.step(stage.recipe(), step)));
    }

    private void openGateway(int port) {
        assertThat(port).as("the port that the recipe opens").isEqualTo(stage.gatewayPort());
        stage.runner().run(Recipes.step(stage.recipe(), OPEN_GATEWAY));
        stage.gatewayCanBeCalled();
    }

    private void introduce(ServiceVersion version) {
        assertThat(stage.recipe().values("name")).as("what the recipe creates").contains(version.breed());
        stage.runner().run(Recipes.step(stage.recipe(), INTRODUCE));
    }

    @Given("{version} has run undisturbed for {seconds}")
    public void hasRunFor(ServiceVersion version, PlatformDuration time) {
        Await.stays(
                stage,
                Deadline.in(time, stage.environment().pace(), Duration.ZERO),
                version + " running",
                () -> service(version).filter(Service::isDone).isPresent(),
                () -> describe(version));
    }

    @Then("within {seconds} Vamp has given up {version}")
    public void vampHasGivenUp(PlatformDuration limit, ServiceVersion version) {
        Await.state(
                stage,
                stage.deadline(limit),
                version + " given up",
                () -> service(version).filter(it -> it.phase().equals("Failed")).isPresent(),
                () -> describe(version));
    }

    @Then("within {seconds} {version} runs with {int} instance(s)")
    public void runsWith(PlatformDuration limit, ServiceVersion version, int instances) {
        runsWith(stage.deadline(limit), version, instances);
    }

    private void runsWith(Deadline deadline, ServiceVersion version, int instances) {
        Await.state(
                stage,
                deadline,
                version + " running with " + instances + " instances",
                () -> service(version)
                        .filter(it -> it.isDone() && it.scale() == instances)
                        .isPresent(),
                () -> describe(version));
    }

    @Then("Marathon runs {int} {version} container(s)")
    public void marathonRuns(int containers, ServiceVersion version) {
        assertThat(startedTasks(version)).as("the running tasks of " + version).hasSize(containers);
    }

    @Then("within {seconds} Marathon runs a new {version} container")
    public void marathonRunsANew(PlatformDuration limit, ServiceVersion version) {
        Await.state(
                stage,
                stage.deadline(limit),
                "a new container of " + version,
                () -> !tasksAtWhen(version).containsAll(startedTasks(version)),
                () -> "Marathon ran " + startedTasks(version) + " and had " + tasksAtWhen(version));
    }

    @Then("within {seconds} Vamp has redeployed {version}")
    @Then("within {seconds} Vamp has deployed {version} anew")
    public void vampHasRedeployed(PlatformDuration limit, ServiceVersion version) {
        isAnnouncedAsRedeployed(limit, version);
        Set<String> instances = service(version).stream()
                .flatMap(service -> service.instances().stream())
                .map(Service.Instance::name)
                .collect(Collectors.toSet());
        assertThat(instances)
                .as("the instances of " + version)
                .isNotEmpty()
                .doesNotContainAnyElementsOf(tasksAtWhen(version));
    }

    @Then("within {seconds} {version} was announced as redeployed and then as deployed")
    public void isAnnouncedAsRedeployed(PlatformDuration limit, ServiceVersion version) {
        List<String> wanted = List.of("redeploy", "deployed");
        Deadline deadline = stage.deadline(limit);
        Await.event(
                stage,
                deadline,
                version + " redeployed",
                () -> Await.inTime(deadline, stage.history().synchronization(version.breed(), stage.whenMark()))
                        .equals(wanted),
                () -> "Vamp announced " + announced(version) + " of it");
    }

    @Then("the service {name} was deployed before the service {name}")
    public void wasDeployedBefore(String first, String second) {
        List<Moment<String>> one = stage.history().synchronization(first, stage.whenMark());
        List<Moment<String>> other = stage.history().synchronization(second, stage.whenMark());
        assertThat(one).as("what Vamp announced of " + first).isNotEmpty();
        assertThat(other).as("what Vamp announced of " + second).isNotEmpty();
        assertThat(one.get(0).index()).isLessThan(other.get(0).index());
    }

    @Then("no service was redeployed")
    public void noServiceWasRedeployed() {
        stage.events().awaitSettled();
        assertThat(stage.events().since(stage.whenMark()))
                .as("the events of services since the last When")
                .noneMatch(arrival ->
                        stage.isAboutUs(arrival.event()) && arrival.event().has("synchronization:redeploy"));
    }

    private List<String> announced(ServiceVersion version) {
        return stage.history().synchronization(version.breed(), stage.whenMark()).stream()
                .map(Moment::value)
                .toList();
    }

    @Then("{version} kept its containers")
    public void keptItsContainers(ServiceVersion version) {
        assertThat(startedTasks(version))
                .as("the tasks of " + version)
                .isNotEmpty()
                .isEqualTo(tasksAtWhen(version));
    }

    private Set<String> tasksAtWhen(ServiceVersion version) {
        return startedTasks(stage.appsAtWhen(), version);
    }

    private Set<String> startedTasks(ServiceVersion version) {
        return startedTasks(stage.marathon().apps(), version);
    }

    private static Set<String> startedTasks(List<App> apps, ServiceVersion version) {
        return apps.stream()
                .filter(app -> app.runs(version.service(), version.breed()))
                .map(App::tasks)
                .flatMap(List::stream)
                .filter(Task::started)
                .map(Task::id)
                .collect(Collectors.toSet());
    }

    private Optional<Service> service(ServiceVersion version) {
        return stage.vamp().services(version.service()).orElse(List.of()).stream()
                .filter(service -> service.breed().equals(version.breed()))
                .findFirst();
    }

    private String describe(ServiceVersion version) {
        return service(version)
                .map(it -> version + " was " + it.intention() + "/" + it.phase() + " with "
                        + it.instances().size() + " of " + it.scale() + " instances")
                .orElse("there was no " + version);
    }
}
