package coalmine.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Steps that lead to a release, and steps that undo them: a folder with a {@code recipe.json} and the documents that it names, in the format of Vamp
 * Runner (facts 8.1) with a few extensions, which {@code RECIPES.md} beside this class describes.
 *
 * @param folder where it was read from
 * @param parameters the values of its parameters by name
 */
public record Recipe(
        Path folder,
        String name,
        String description,
        Map<String, String> parameters,
        List<Step> run,
        List<Step> cleanUp) {

    /**
     * Reads a recipe with all that it names, its parameters at their defaults.
     *
     * @param folder with its {@code recipe.json}
     * @throws RecipeException if anything of it is missing, is neither JSON nor YAML, or has a field that is not known
     */
    public static Recipe read(Path folder) {
        return read(folder, Map.of());
    }

    /**
     * Reads a recipe with all that it names.
     *
     * @param folder with its {@code recipe.json}
     * @param settings values of parameters by name; the others keep their defaults
     * @throws RecipeException if anything of it is missing, is neither JSON nor YAML, or has a field that is not known, or a setting does not fit
     */
    public static Recipe read(Path folder, Map<String, String> settings) {
        return new RecipeReader(folder, settings).read();
    }

    /**
     * The recipe in a namespace: whatever it brings has other names there, and its gateways other ports. What people call its steps and itself stays.
     *
     * @throws RecipeException if one of its scripts says a name or a port itself, or a port cannot be shifted so far
     */
    public Recipe in(Namespace namespace) {
        return namespace.isNone() ? this : new Renaming(this, namespace).renamed();
    }

    /**
     * A step of the run by its description.
     *
     * @throws RecipeException if there is none, with those that there are
     */
    public Step runStep(String stepDescription) {
        return run.stream()
                .filter(step -> step.description().equals(stepDescription))
                .findFirst()
                .orElseThrow(() -> new RecipeException("recipe \"" + name + "\" has no step \"" + stepDescription
                        + "\"; it has " + run.stream().map(Step::description).toList()));
    }

    /**
     * A step of the run as people name it: by its number from 1, or by how its description begins, in whatever case.
     *
     * @throws RecipeException if there is none, or more than one, with those that there are
     */
    public Step find(String step) {
        return find(step, run);
    }

    /** As {@link #find(String)}, among the steps of the clean-up as well; they count on from those of the run. */
    public Step findAny(String step) {
        return find(step, Stream.concat(run.stream(), cleanUp.stream()).toList());
    }

    private Step find(String step, List<Step> among) {
        if (step.matches("\\d{1,4}")) {
            int number = Integer.parseInt(step);
            if (number < 1 || number > among.size()) {
                throw new RecipeException(
                        "recipe \"" + name + "\" has steps 1 to " + among.size() + ", and no " + number);
            }
            return among.get(number - 1);
        }
        List<Step> found = among.stream()
                .filter(it -> it.description().regionMatches(true, 0, step, 0, step.length()))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new RecipeException("recipe \"" + name + "\" has " + (found.isEmpty() ? "no step" : "more than one step")
                + " that begins with \"" + step + "\"; it has "
                + among.stream().map(Step::description).toList());
    }

    /** The steps of the run up to one of them, with it. */
    public List<Step> until(Step last) {
        return run.subList(0, run.indexOf(last) + 1);
    }

    /** All documents of the run, as they are sent; each of a list by itself. */
    public List<JsonNode> documents() {
        return run.stream()
                .flatMap(step -> Documents.artifacts(step.documents()))
                .toList();
    }

    /** The ports on which gateways of the recipe take the users' requests. */
    public List<Integer> gatewayPorts() {
        return run.stream()
                .filter(step -> step.method() == Step.Method.CREATE)
                .flatMap(step -> Documents.artifacts(step.documents()))
                .flatMap(document -> document.path("kind").asText().equals("gateway")
                        ? Stream.of(document.path("port").asText())
                        : document.path("gateways").propertyStream().map(Map.Entry::getKey))
                .map(port -> Integer.valueOf(port.replaceAll("/.*", "")))
                .distinct()
                .toList();
    }

    /** What the documents of the run say under a key, wherever it stands: the names of its artifacts, the ports of its gateways. */
    public List<String> values(String key) {
        return run.stream()
                .flatMap(step -> Documents.values(step.documents(), key).stream())
                .distinct()
                .toList();
    }
}
