package coalmine.acceptance;

import coalmine.recipe.Recipe;
import coalmine.recipe.Step;

/** Finds steps of a recipe by how their descriptions begin, which is what the features' words stand for. */
final class Recipes {

    private Recipes() {}

    static Step step(Recipe recipe, String beginning) {
        return recipe.run().stream()
                .filter(step -> step.description().startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the recipe has no step that begins with \"" + beginning + "\"; it has "
                                + recipe.run().stream().map(Step::description).toList()));
    }
}
