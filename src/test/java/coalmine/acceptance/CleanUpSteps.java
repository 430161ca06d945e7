package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.marathon.MarathonException;
import coalmine.recipe.RecipeRunner.Outcome;
import coalmine.recipe.RecipeRunner.StepResult;
import coalmine.recipe.Step;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import coalmine.vamp.Event;
import coalmine.vamp.EventStream.Arrival;
import coalmine.vamp.VampException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Steps about undoing what a recipe did. */
public final class CleanUpSteps {

    private static final PlatformDuration GONE_WITHIN = PlatformDuration.seconds(60);

    private final Stage stage;

    public CleanUpSteps(Stage stage) {
        this.stage = stage;
    }

    @Given("the canary release has been run up to {string}")
    public void hasBeenRunUpTo(String description) {
        Step last = stage.recipe().runStep(description);
        for (Step step : stage.recipe().run()) {
            stage.runner().run(step);
            if (step.equals(last)) {
                return;
            }
        }
    }

    @Given("the canary release has failed because the image of {version} does not exist")
    public void hasFailed(ServiceVersion version) {
        for (Step step : stage.recipe().run()) {
            if (step.await().contains("services:" + version.breed())) {
                Step broken = withUnknownImage(step, version);
                assertThatThrownBy(() -> stage.runner().run(broken)).hasMessageContaining(step.description());
                return;
            }
            stage.runner().run(step);
        }
        throw new AssertionError("no step of the recipe deploys " + version);
    }

    /** The step as it would be if somebody had mistyped the image, and had less patience. */
    private static Step withUnknownImage(Step step, ServiceVersion version) {
        List<JsonNode> documents = Recipes.documents(step);
        List<ObjectNode> breeds = documents.stream()
                .flatMap(document -> document.findParents("deployable").stream())
                .map(ObjectNode.class::cast)
                .filter(breed -> breed.path("name").asText().equals(version.breed()))
                .toList();
        assertThat(breeds).as("the breeds of " + version + " in the step").isNotEmpty();
        breeds.forEach(breed -> breed.put("deployable", "no/such:image"));
        return new Step(
                step.description(),
                step.method(),
                // JSON is YAML as well, and so is one document after the other.
                documents.stream().map(document -> "---\n" + document + "\n").collect(Collectors.joining()),
                step.path(),
                step.condition(),
                step.await(),
                PlatformDuration.seconds(15));
    }

    @When("the canary release is cleaned up")
    @When("the recipe is cleaned up")
    public void isCleanedUp() {
        stage.footprint().remember();
        stage.users().stop();
        stage.when();
        List<StepResult> failed = stage.runner().cleanUp(stage.recipe()).stream()
                .filter(result -> result.outcome() == Outcome.FAILED)
                .toList();
        assertThat(failed).as("clean-up steps that failed").isEmpty();
    }

    @Then("within {seconds} nothing of it is left")
    public void nothingIsLeft(PlatformDuration limit) {
        nothingIsLeft(stage.deadline(limit));
    }

    /** A script that was not ended goes on telling what it does, or what it fails to do. */
    @Then("nothing is heard of its workflows for {seconds}")
    public void nothingIsHeard(PlatformDuration time) {
        stage.events().awaitSettled();
        int mark = stage.events().mark();
        Await.stays(
                stage,
                Deadline.in(time, stage.environment().pace(), Duration.ZERO),
                "no word of its workflows",
                () -> heard(mark).isEmpty(),
                () -> "there came " + heard(mark));
    }

    private List<Event> heard(int mark) {
        return stage.events().since(mark).stream()
                .map(Arrival::event)
                .filter(event -> event.tags().stream().anyMatch(tag -> tag.startsWith("workflows:")))
                .filter(stage.footprint()::isAbout)
                .toList();
    }

    private void nothingIsLeft(Deadline deadline) {
        Await.state(
                stage,
                deadline,
                "clean",
                stage.footprint()::isClean,
                () -> "there is still " + stage.footprint().left());
    }

    /** What is left of the recipe after a scenario, once it has been cleaned up; empty if all is well. */
    Optional<String> cleanUpAfterScenario() {
        stage.users().stop();
        try {
            stage.footprint().remember();
        } catch (MarathonException e) {
            // Where containers listened is not known then; that they are gone is still looked for.
        }
        stage.runner().cleanUpAtOnce(stage.recipe());
        try {
            nothingIsLeft(Deadline.in(
                    GONE_WITHIN, stage.environment().pace(), stage.environment().allowance()));
            return Optional.empty();
        } catch (AssertionError | VampException | MarathonException e) {
            return Optional.of(e.getMessage());
        }
    }
}
