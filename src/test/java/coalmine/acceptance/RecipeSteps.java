package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.recipe.Step;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.When;
import java.util.List;

/** Steps about running a recipe as it stands. */
public final class RecipeSteps {

    private final Stage stage;
    private int done;

    public RecipeSteps(Stage stage) {
        this.stage = stage;
    }

    @Given("the recipe {string}")
    public void theRecipe(String name) {
        stage.use(Recipes.named(name));
        stage.claim();
    }

    @Given("the recipe {string} has been run up to {string}")
    public void hasBeenRunUpTo(String name, String description) {
        theRecipe(name);
        runUpTo(stage.recipe().run().indexOf(stage.recipe().runStep(description)));
    }

    @When("the recipe is run")
    public void isRun() {
        stage.when();
        runUpTo(stage.recipe().run().size() - 1);
    }

    @When("the recipe goes on to {string}")
    public void goesOn(String description) {
        stage.when();
        runUpTo(stage.recipe().run().indexOf(stage.recipe().runStep(description)));
    }

    @When("the recipe is run anew up to {string}")
    public void isRunAnew(String description) {
        done = 0;
        goesOn(description);
    }

    @When("the check is stopped")
    public void checkIsStopped() {
        stage.when();
        Step stopping = stage.recipe().cleanUp().get(0);
        stage.runner().run(stopping);
        assertThat(stage.vamp().workflowStatus(stage.named("check")))
                .as("the check")
                .isEmpty();
    }

    /** Every step must end as it is to, or this fails. */
    private void runUpTo(int last) {
        List<Step> steps = stage.recipe().run();
        while (done <= last) {
            stage.runner().run(steps.get(done));
            done++;
        }
    }
}
