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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Reads {@code recipe.json}. What it takes, and no more, is what {@code recipe.schema.json} describes. */
final class RecipeReader {

    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION);
    private static final PlatformDuration SHORT = PlatformDuration.seconds(10);
    private static final PlatformDuration LONG = PlatformDuration.seconds(60);
    private static final int LONGEST_SECONDS = 86_400;
    private static final Set<String> RECIPE_FIELDS =
            new TreeSet<>(Set.of("$schema", "name", "description", "parameters", "run", "cleanup"));
    private static final Set<String> STEP_FIELDS = new TreeSet<>(
            Set.of("description", "resource", "as", "condition", "await", "method", "timeout", "dirty", "expect"));
    private static final Set<String> END_STATE_FIELDS = new TreeSet<>(Set.of("path", "matches", "absent"));

    private final Path folder;
    private final Path file;
    private final Map<String, String> settings;
    private Parameters parameters = Parameters.NONE;

    RecipeReader(Path folder, Map<String, String> settings) {
        this.folder = folder;
        this.file = folder.resolve("recipe.json");
        this.settings = settings;
    }

    Recipe read() {
        if (!Files.isRegularFile(file)) {
            throw new RecipeException(folder + " is no recipe: there is no recipe.json in it");
        }
        JsonNode json = parse();
        if (!json.isObject()) {
            throw new RecipeException(file + " holds no JSON object, but that is what a recipe is");
        }
        knownFields("the recipe", json, RECIPE_FIELDS);
        parameters = parameters(json);
        String name = nonEmpty("the recipe", json, "name");
        check("the recipe", json, "$schema", JsonNode::isTextual, "a text");
        check("the recipe", json, "description", JsonNode::isTextual, "a text");
        return new Recipe(
                folder,
                name,
                json.path("description").asText(),
                parameters.asText(),
                steps(json, "run", Step.Method.CREATE),
                steps(json, "cleanup", Step.Method.DELETE));
    }

    private JsonNode parse() {
        try {
            return JSON.readTree(Documents.text(file));
        } catch (JsonProcessingException e) {
            throw Documents.broken(file, e);
        }
    }

    private Parameters parameters(JsonNode json) {
        check("the recipe", json, "parameters", JsonNode::isObject, "an object of names and defaults");
        json.path("parameters").properties().forEach(parameter -> {
            if (!parameter.getKey().matches("[A-Za-z][A-Za-z0-9_-]*")
                    || !parameter.getValue().isValueNode()
                    || parameter.getValue().isNull()) {
                throw new RecipeException(file + lineOf(parameter.getKey()) + ": \"" + parameter.getKey()
                        + "\" is no parameter; its name is a letter with letters, digits, '-' and '_' after it, and its"
                        + " default a text, a number, true or false");
            }
        });
        return Parameters.of(file, json.path("parameters"), settings);
    }

    private List<Step> steps(JsonNode json, String part, Step.Method usual) {
        check("the recipe", json, part, JsonNode::isArray, "a list of steps");
        List<Step> steps = new ArrayList<>();
        for (JsonNode step : json.path(part)) {
            steps.add(step("step " + (steps.size() + 1) + " of \"" + part + "\"", step, usual));
        }
        return List.copyOf(steps);
    }

    private Step step(String place, JsonNode json, Step.Method usual) {
        if (!json.isObject()) {
            throw new RecipeException(file + ": " + place + " is no JSON object");
        }
        knownFields(place, json, STEP_FIELDS);
        // A note of Vamp Runner's user interface, that the step has left something.
        check(place, json, "dirty", JsonNode::isBoolean, "true or false");
        check(place, json, "resource", it -> it.isTextual() && !it.asText().isEmpty(), "the name of a file");
        check(place, json, "as", JsonNode::isTextual, "a path");
        check(place, json, "condition", JsonNode::isTextual, "a path");
        return new Step(
                filled(nonEmpty(place, json, "description")),
                method(place, json, usual),
                json.has("resource")
                        ? Documents.read(
                                file.resolveSibling(json.get("resource").asText())
                                        .normalize(),
                                parameters)
                        : "",
                path(json.path("as").asText("")),
                Optional.of(path(json.path("condition").asText(""))).filter(path -> !path.isEmpty()),
                await(place, json),
                timeout(place, json.path("timeout")),
                endState(place, json.path("expect")));
    }

    /** Vamp takes a path with and without slashes around it (facts 2). */
    private String path(String text) {
        return filled(text).replaceAll("^/+|/+$", "");
    }

    private String filled(String text) {
        return parameters.in(file, text);
    }

    private Set<String> await(String place, JsonNode json) {
        check(place, json, "await", JsonNode::isArray, "a list of tags");
        Set<String> tags = new LinkedHashSet<>();
        for (JsonNode tag : json.path("await")) {
            if (!tag.isTextual()) {
                throw new RecipeException(
                        file + lineOf("await") + ": " + place + " awaits " + tag + ", which is no tag");
            }
            tags.add(filled(tag.asText()));
        }
        return tags;
    }

    private List<Expectation> endState(String place, JsonNode json) {
        if (json.isMissingNode()) {
            return List.of();
        }
        List<Expectation> endState = new ArrayList<>();
        for (JsonNode one : json.isArray() ? json : List.of(json)) {
            endState.add(expectation("\"expect\" of " + place, one));
        }
        return List.copyOf(endState);
    }

    private Expectation expectation(String place, JsonNode json) {
        if (!json.isObject()) {
            throw new RecipeException(
                    file + lineOf("expect") + ": " + place + " is neither an object nor a list of them");
        }
        knownFields(place, json, END_STATE_FIELDS);
        String path = path(nonEmpty(place, json, "path"));
        check(place, json, "absent", it -> it.isBoolean() && it.asBoolean(), "true, or not there at all");
        if (json.has("matches") == json.has("absent")) {
            throw new RecipeException(file + lineOf("expect") + ": " + place
                    + " needs either \"matches\", what is to be found at \"path\", or \"absent\": true");
        }
        return new Expectation(path, Optional.ofNullable(json.get("matches")).map(it -> parameters.in(file, it)));
    }

    private void knownFields(String place, JsonNode json, Set<String> known) {
        json.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                throw new RecipeException(file + lineOf(field) + ": " + place + " has a field \"" + field
                        + "\", which is not known; known are " + known);
            }
        });
    }

    /** The first line of the file that has the field, as JSON has no place for a field that is well-formed. */
    private String lineOf(String field) {
        List<String> lines = Documents.text(file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("\"" + field + "\"")) {
                return ":" + (i + 1);
            }
        }
        return "";
    }

    private void check(String place, JsonNode json, String field, Predicate<JsonNode> fits, String wanted) {
        if (json.has(field) && !fits.test(json.get(field))) {
            throw new RecipeException(file + lineOf(field) + ": " + place + " has " + json.get(field) + " as \"" + field
                    + "\"; it should be " + wanted);
        }
    }

    private String nonEmpty(String place, JsonNode json, String field) {
        if (json.path(field).asText("").isEmpty() || !json.path(field).isTextual()) {
            throw new RecipeException(file + ": " + place + " has no \"" + field + "\"");
        }
        return json.get(field).asText();
    }

    private Step.Method method(String place, JsonNode json, Step.Method usual) {
        if (!json.has("method")) {
            return usual;
        }
        return switch (json.get("method").asText()) {
            case "create" -> Step.Method.CREATE;
            case "delete" -> Step.Method.DELETE;
            default ->
                throw new RecipeException(file + ": " + place + " has the method " + json.get("method")
                        + "; there are create and delete");
        };
    }

    /** {@code short} and {@code long} as in Vamp Runner, or a number of platform seconds. */
    private PlatformDuration timeout(String place, JsonNode timeout) {
        double seconds = timeout.asDouble();
        if (timeout.isNumber() && seconds >= 1 && seconds <= LONGEST_SECONDS && seconds == Math.rint(seconds)) {
            return PlatformDuration.seconds((long) seconds);
        }
        return switch (timeout.isMissingNode() ? "long" : timeout.isTextual() ? timeout.asText() : "") {
            case "short" -> SHORT;
            case "long" -> LONG;
            default ->
                throw new RecipeException(file + ": " + place + " has the timeout " + timeout
                        + "; there are \"short\", \"long\" and whole numbers of seconds up to a day");
        };
    }
}
