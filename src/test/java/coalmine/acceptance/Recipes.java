package coalmine.acceptance;

import coalmine.recipe.Recipe;
import coalmine.recipe.Step;
import java.nio.file.Path;
import java.util.List;

/** The recipe of the features, and where it says what the features' words stand for. */
final class Recipes {

    private Recipes() {}

    /** The recipe, from the folder {@code recipes} unless the property {@code coalmine.recipes} names another. */
    static Recipe canaryRelease() {
        return Recipe.read(
                Path.of(System.getProperty("coalmine.recipes", "recipes")).resolve("canary-release"));
    }

    /** The step whose description begins with some words. */
    static Step step(Recipe recipe, String beginning) {
        return recipe.run().stream()
                .filter(step -> step.description().startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the recipe has no step that begins with \"" + beginning + "\"; it has "
                                + recipe.run().stream().map(Step::description).toList()));
    }

    /** The port on which the recipe's gateway takes the users' requests. */
    static int gatewayPort(Recipe recipe) {
        List<String> ports = recipe.values("port");
        if (ports.size() != 1) {
            throw new IllegalStateException("the recipe should open one gateway, but it opens " + ports);
        }
        return Integer.parseInt(ports.get(0).replaceAll("/.*", ""));
    }
}
