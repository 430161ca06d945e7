package coalmine.recipe;

import coalmine.time.PlatformDuration;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Steps that lead to a release, and steps that undo them: a folder with a {@code recipe.json} and the documents that it names, in the format of Vamp
 * Runner (facts 8.1).
 *
 * @param folder where it was read from
 */
public record Recipe(Path folder, String name, String description, List<Step> run, List<Step> cleanUp) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION);
    private static final PlatformDuration SHORT = PlatformDuration.seconds(10);
    private static final PlatformDuration LONG = PlatformDuration.seconds(60);
    private static final Set<String> FIELDS =
            new TreeSet<>(Set.of("description", "resource", "as", "condition", "await", "method", "timeout", "dirty"));

    /**
     * Reads a recipe with all that it names.
     *
     * @param folder with its {@code recipe.json}
     * @throws RecipeException if anything of it is missing, is neither JSON nor YAML, or has a field that is not known
     */
    public static Recipe read(Path folder) {
        Path file = folder.resolve("recipe.json");
        if (!Files.isRegularFile(file)) {
            throw new RecipeException(folder + " is no recipe: there is no recipe.json in it");
        }
        JsonNode json;
        try {
            json = JSON.readTree(Documents.text(file));
        } catch (JsonProcessingException e) {
            throw Documents.broken(file, e);
        }
        return new Recipe(
                folder,
                required(file, "the recipe", json, "name"),
                json.path("description").asText(),
                steps(file, json, "run", Step.Method.CREATE),
                steps(file, json, "cleanup", Step.Method.DELETE));
    }

    private static List<Step> steps(Path file, JsonNode json, String part, Step.Method usual) {
        List<Step> steps = new ArrayList<>();
        for (JsonNode step : json.path(part)) {
            steps.add(step(file, "step " + (steps.size() + 1) + " of \"" + part + "\"", step, usual));
        }
        return List.copyOf(steps);
    }

    private static Step step(Path file, String place, JsonNode json, Step.Method usual) {
        json.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                throw new RecipeException(file + lineOf(file, field) + ": " + place + " has a field \"" + field
                        + "\", which is not known; known are " + FIELDS);
            }
        });
        Set<String> await = new LinkedHashSet<>();
        json.path("await").forEach(tag -> await.add(tag.asText()));
        return new Step(
                required(file, place, json, "description"),
                method(file, place, json, usual),
                json.has("resource")
                        ? Documents.read(
                                file.resolveSibling(json.get("resource").asText()))
                        : "",
                json.path("as").asText(""),
                Optional.ofNullable(json.path("condition").asText(null)),
                await,
                timeout(file, place, json.path("timeout")));
    }

    /** The first line of the file that has the field, as JSON has no place for a field that is well-formed. */
    private static String lineOf(Path file, String field) {
        List<String> lines = Documents.text(file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("\"" + field + "\"")) {
                return ":" + (i + 1);
            }
        }
        return "";
    }

    private static String required(Path file, String place, JsonNode json, String field) {
        if (!json.path(field).isTextual()) {
            throw new RecipeException(file + ": " + place + " has no \"" + field + "\"");
        }
        return json.get(field).asText();
    }

    private static Step.Method method(Path file, String place, JsonNode json, Step.Method usual) {
        String method = json.path("method").asText(usual == Step.Method.CREATE ? "create" : "delete");
        return switch (method) {
            case "create" -> Step.Method.CREATE;
            case "delete" -> Step.Method.DELETE;
            default ->
                throw new RecipeException(
                        file + ": " + place + " has the method \"" + method + "\"; there are create and delete");
        };
    }

    /** {@code short} and {@code long} as in Vamp Runner, or a number of platform seconds. */
    private static PlatformDuration timeout(Path file, String place, JsonNode timeout) {
        if (timeout.isInt() && timeout.asInt() > 0) {
            return PlatformDuration.seconds(timeout.asInt());
        }
        return switch (timeout.asText("")) {
            case "short" -> SHORT;
            case "long", "" -> LONG;
            default ->
                throw new RecipeException(file + ": " + place + " has the timeout " + timeout
                        + "; there are \"short\", \"long\" and whole numbers of seconds");
        };
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

    /** What the documents of the run say under a key, wherever it stands: the names of its artifacts, the ports of its gateways. */
    public List<String> values(String key) {
        return run.stream()
                .flatMap(step -> Documents.values(step.documents(), key).stream())
                .distinct()
                .toList();
    }
}
