package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.recipe.Step;
import coalmine.release.Moment;
import coalmine.release.Weights;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Steps about the workflow that carries out the release: its steps forward, and its step back. */
public final class CanarySteps {

    private static final String START = "Start the canary";
    private static final String STEP = "updated";
    private static final PlatformDuration PERIOD_OF_A_STEP = PlatformDuration.seconds(5);

    private final Stage stage;
    private final TrafficSteps traffic;

    public CanarySteps(Stage stage, TrafficSteps traffic) {
        this.stage = stage;
        this.traffic = traffic;
    }

    @Given("the {name} workflow moves {int} points every {seconds}")
    public void moves(String workflow, int points, PlatformDuration period) {
        assertThat(stage.recipe().values("STEP")).as("the points of a step").containsExactly("" + points);
        assertThat(stage.recipe().values("PERIOD"))
                .as("the periods of the workflows")
                .contains("" + period.value().toSeconds());
        start(workflow);
    }

    @When("the {name} workflow starts")
    public void starts(String workflow) {
        stage.when();
        start(workflow);
    }

    private void start(String workflow) {
        Step step = Recipes.step(stage.recipe(), START);
        assertThat(step.await()).as("what \"" + START + "\" waits for").contains("workflows:" + workflow);
        stage.runner().run(step);
    }

    @Given("{version} has reached {weight} of the traffic")
    public void hasReached(ServiceVersion version, int weight) {
        String gateway = traffic.gatewayNameOf(version.service());
        Await.event(
                stage,
                stage.givenDeadline(),
                "at " + weight + "%",
                () -> stage.history().weights(gateway, stage.whenMark()).stream()
                        .anyMatch(moment -> moment.value().of(version.breed()) == weight),
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
        String gateway = traffic.gatewayNameOf(version.service());
        Await.event(
                stage,
                deadline,
                "started over",
                () -> firstAfterRollback(
                                version, Await.inTime(deadline, stage.history().weights(gateway, stage.whenMark())))
                        == weight,
                () -> Weights.of(traffic.gatewayOf(version.service())).toString());
        traffic.isWhatVampHolds(version.service());
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

    @Then("{version} had been free of errors for at least {seconds} by then")
    public void hadBeenFreeOfErrors(ServiceVersion version, PlatformDuration least) {
        Release release = release(version);
        assertThat(freeOfErrorsBefore(release.startedOver()))
                .as("how long before the release started over the last request had failed")
                .isGreaterThanOrEqualTo(least);
        Moment<Double> healthy = healthyAgain(version);
        assertThat(freeOfErrorsBefore(healthy.atNanos()))
                .as("how long before Vamp told that it was healthy the last request had failed")
                .isGreaterThanOrEqualTo(least);
    }

    private Moment<Double> healthyAgain(ServiceVersion version) {
        return stage.history().health(version.breed(), stage.whenMark()).stream()
                .dropWhile(moment -> moment.value() > 0)
                .filter(moment -> moment.value() > 0)
                .findFirst()
                .orElseThrow(() -> new AssertionError(version + " was never told to be healthy again"));
    }

    private PlatformDuration freeOfErrorsBefore(long nanos) {
        long last = traffic.failures().stream()
                .filter(failure -> failure < nanos)
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new AssertionError("no request has failed since the last When"));
        return stage.platformTime(nanos - last);
    }

    @Then("only {version} answered users from {seconds} after the rollback until {version} got traffic again")
    public void onlyOneAnswered(ServiceVersion old, PlatformDuration settling, ServiceVersion young) {
        Release release = release(young);
        long from = release.rolledBack()
                + stage.environment().pace().onTheWall(settling).toNanos();
        assertThat(traffic.whoAnswered(from, release.startedOver()))
                .as("who answered users while " + old + " had all the traffic")
                .containsOnlyKeys(traffic.nameInAnswers(old));
    }

    /** When a version was rolled back after the last When, and when it was given traffic again, by {@link System#nanoTime()}. */
    private record Release(long rolledBack, long startedOver) {}

    private Release release(ServiceVersion version) {
        List<Moment<Weights>> settings = traffic.weightsSinceWhen(version.service()).stream()
                .dropWhile(moment -> moment.value().of(version.breed()) > 0)
                .toList();
        return new Release(
                settings.stream()
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(version + " was not rolled back"))
                        .atNanos(),
                settings.stream()
                        .filter(moment -> moment.value().of(version.breed()) > 0)
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(version + " got no traffic again"))
                        .atNanos());
    }

    @Then("within {seconds} users meet {version} again")
    public void usersMeet(PlatformDuration limit, ServiceVersion version) {
        long from = release(version).startedOver();
        Await.state(
                stage,
                stage.deadline(limit),
                "met by users",
                () -> traffic.whoAnswered(from, System.nanoTime()).containsKey(version.toString()),
                () -> "since the release started over they were answered by "
                        + traffic.whoAnswered(from, System.nanoTime()));
    }

    @Then("the {name} workflow announced {int} steps forward and no step back")
    public void announcedForwardOnly(String workflow, int steps) {
        awaitAnnounced(workflow, weights -> weights.size() >= steps);
        stage.events().awaitSettled();
        assertThat(announcedWeights(workflow))
                .as("the weights that the " + workflow + " workflow announced")
                .hasSize(steps)
                .isSortedAccordingTo(Integer::compare)
                .doesNotHaveDuplicates();
    }

    @Then(
            "the {name} workflow took at most {int} steps forward after the first error and then {int} step back to {weight} on {version}")
    public void tookBack(String workflow, int atMost, int back, int weight, ServiceVersion old) {
        awaitAnnounced(workflow, weights -> weights.contains(100 - weight));
        List<Integer> weights = writtenSinceWhenAndAnnounced(workflow, old.service()).stream()
                .map(moment -> youngWeight(moment.value()))
                .toList();
        int forward = weights.size() - back;
        assertThat(forward).as("the steps forward in " + weights).isNotNegative();
        assertThat(weights.subList(0, forward))
                .isSortedAccordingTo(Integer::compare)
                .doesNotContain(0);
        assertThat(weights.subList(forward, weights.size()))
                .as("the steps back in " + weights)
                .containsOnly(100 - weight);
        // Not since the kill: how long a request waits for a container that is gone is the platform's business.
        long firstError = traffic.failures().stream()
                .min(Comparator.naturalOrder())
                .orElseThrow(() -> new AssertionError("no request has failed since the last When"));
        assertThat(Moment.withoutRepeats(traffic.weightsSinceWhen(old.service())))
                .filteredOn(written -> written.atNanos() > firstError)
                .as("what was written to the gateway after the first error")
                .hasSizeLessThanOrEqualTo(atMost + back);
    }

    @Then("each step of the {name} workflow was written to the gateway of {name} before it was announced")
    public void writtenBeforeAnnounced(String workflow, String service) {
        List<Moment<Weights>> written = Moment.withoutRepeats(traffic.weightsSinceWhen(service));
        List<Moment<String>> announced = writtenSinceWhenAndAnnounced(workflow, service);
        assertThat(written).as("what was written to the gateway").hasSameSizeAs(announced);
        String young = stage.recipe().values("SERVICE2").get(0).split("/")[2];
        for (int i = 0; i < announced.size(); i++) {
            assertThat(written.get(i).index())
                    .as("the place of step " + (i + 1) + " among the events")
                    .isLessThan(announced.get(i).index());
            assertThat(written.get(i).value().of(young))
                    .as("what was written for " + announced.get(i).value())
                    .isEqualTo(youngWeight(announced.get(i).value()));
        }
    }

    /** What a workflow announced since the first step that was written after the last When: the one before may be announced after it as well. */
    private List<Moment<String>> writtenSinceWhenAndAnnounced(String workflow, String service) {
        List<Moment<Weights>> written = traffic.weightsSinceWhen(service);
        assertThat(written).as("what was written to the gateway").isNotEmpty();
        return stage.history().announced(workflow, STEP, written.get(0).index());
    }

    /** Counts from the step before, however long it took to look whether there was one. */
    @Then("no further step of the {name} workflow follows for {seconds}")
    public void noFurtherStep(String workflow, PlatformDuration time) {
        stage.events().awaitSettled();
        List<Moment<String>> before = stage.history().announced(workflow, STEP, stage.whenMark());
        assertThat(before)
                .as("the steps that the " + workflow + " workflow announced")
                .isNotEmpty();
        Moment<String> last = before.get(before.size() - 1);
        Deadline end = Deadline.since(last.atNanos(), time, stage.environment().pace(), Duration.ZERO);
        Await.stays(
                stage,
                end,
                "no further step",
                () -> stage.history().announced(workflow, STEP, last.index() + 1).stream()
                        .noneMatch(moment -> end.includes(moment.atNanos())),
                () -> "the " + workflow + " workflow announced " + announced(workflow));
    }

    private List<String> announced(String workflow) {
        return stage.history().announced(workflow, STEP, stage.whenMark()).stream()
                .map(Moment::value)
                .toList();
    }

    private List<Integer> announcedWeights(String workflow) {
        return announced(workflow).stream().map(CanarySteps::youngWeight).toList();
    }

    /** A step is announced a moment after it was written to the gateway, which is all that Thens before may have waited for. */
    void awaitAnnounced(String workflow, Predicate<List<Integer>> wanted) {
        Await.event(
                stage,
                Deadline.in(
                        PERIOD_OF_A_STEP,
                        stage.environment().pace(),
                        stage.environment().allowance()),
                "announced",
                () -> wanted.test(announcedWeights(workflow)),
                () -> "the " + workflow + " workflow announced " + announced(workflow));
    }

    /** The new version's weight in what the workflow announces: 40 in {@code 60%/40%}. */
    private static int youngWeight(String announcement) {
        String young = announcement.replaceAll(".*/", "").replace("%", "");
        return Integer.parseInt(young);
    }
}
