package coalmine.cli;

import coalmine.recipe.Recipe;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The workflow of a recipe that moves the traffic from an old version to a new one.
 *
 * @param workflow its name
 * @param gateway the internal gateway whose weights it sets
 * @param oldBreed the version that gives its traffic away
 * @param newBreed the version that gets it
 */
record Canary(String workflow, String gateway, String oldBreed, String newBreed) {

    /**
     * Finds it by what its environment tells it.
     *
     * @throws IllegalArgumentException if the recipe has none, or more than one
     */
    static Canary of(Recipe recipe) {
        List<Canary> found = recipe.documents().stream()
                .filter(document -> environment(document).has("GATEWAY")
                        && environment(document).has("SERVICE1")
                        && environment(document).has("SERVICE2"))
                .map(Canary::of)
                .toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException("recipe \"" + recipe.name() + "\" has " + found.size()
                    + " workflows that a release could be followed by; it needs exactly one whose environment_variables have GATEWAY,"
                    + " SERVICE1 (the old version's route) and SERVICE2 (the new one's)");
        }
        return found.get(0);
    }

    private static Canary of(JsonNode workflow) {
        JsonNode environment = environment(workflow);
        return new Canary(
                workflow.path("name").asText(),
                environment.get("GATEWAY").asText(),
                breed(environment.get("SERVICE1").asText()),
                breed(environment.get("SERVICE2").asText()));
    }

    private static JsonNode environment(JsonNode workflow) {
        return workflow.path(workflow.has("env") ? "env" : "environment_variables");
    }

    /** Of a route such as {@code sava/sava/sava:1.0/web} (facts 1.6). */
    private static String breed(String route) {
        String[] segments = route.split("/");
        return segments.length == 4 ? segments[2] : route;
    }
}
