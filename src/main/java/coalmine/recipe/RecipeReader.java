package coalmine.recipe;

import coalmine.time.PlatformDuration;
import com.fasterxml.jackson.core.JsonParser;
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
        List<Written> documents = Written.documents(file, Documents.text(file), JSON);
        if (documents.size() != 1 || !documents.get(0).value().isObject()) {
            throw new RecipeException(file + " holds no JSON object, but that is what a recipe is");
        }
        Written json = documents.get(0);
        knownFields("the recipe", json, RECIPE_FIELDS);
        parameters = parameters(json);
        String name = nonEmpty("the recipe", json, "name").value().asText();
        check("the recipe", json, "$schema", JsonNode::isTextual, "a text");
        check("the recipe", json, "description", JsonNode::isTextual, "a text");
        return new Recipe(
                folder,
                name,
                json.at("description").value().asText(),
                parameters.asText(),
                steps(json, "run", Step.Method.CREATE),
                steps(json, "cleanup", Step.Method.DELETE));
    }

    private Parameters parameters(Written json) {
        check("the recipe", json, "parameters", JsonNode::isObject, "an object of names and defaults");
        Written declared = json.at("parameters");
        declared.fields().forEach((name, usual) -> {
            if (!name.matches("[A-Za-z][A-Za-z0-9_-]*")
                    || !usual.value().isValueNode()
                    || usual.value().isNull()) {
                throw usual.wrong("\"" + name
                        + "\" is no parameter; its name is a letter with letters, digits, '-' and '_' after it, and its"
                        + " default a text, a number, true or false");
            }
        });
        return Parameters.of(declared, settings);
    }

    private List<Step> steps(Written json, String part, Step.Method usual) {
        check("the recipe", json, part, JsonNode::isArray, "a list of steps");
        List<Step> steps = new ArrayList<>();
        for (Written step : json.at(part).elements()) {
            steps.add(step("step " + (steps.size() + 1) + " of \"" + part + "\"", step, usual));
        }
        return List.copyOf(steps);
    }

    private Step step(String who, Written json, Step.Method usual) {
        if (!json.value().isObject()) {
            throw json.wrong(who + " is no JSON object");
        }
        knownFields(who, json, STEP_FIELDS);
        // A note of Vamp Runner's user interface, that the step has left something.
        check(who, json, "dirty", JsonNode::isBoolean, "true or false");
        check(who, json, "resource", it -> it.isTextual() && !it.asText().isEmpty(), "the name of a file");
        check(who, json, "as", JsonNode::isTextual, "a path");
        check(who, json, "condition", JsonNode::isTextual, "a path");
        return new Step(
                filled(nonEmpty(who, json, "description")),
                method(who, json, usual),
                json.has("resource") ? Documents.read(json.at("resource"), parameters) : "",
                path(json.at("as")),
                Optional.of(path(json.at("condition"))).filter(path -> !path.isEmpty()),
                await(who, json),
                timeout(who, json.at("timeout")),
                endState(who, json.at("expect")));
    }

    /** Vamp takes a path with and without slashes around it (facts 2). */
    private String path(Written text) {
        return filled(text).replaceAll("^/+|/+$", "");
    }

    private String filled(Written text) {
        return parameters.in(text).asText();
    }

    private Set<String> await(String who, Written json) {
        check(who, json, "await", JsonNode::isArray, "a list of tags");
        Set<String> tags = new LinkedHashSet<>();
        for (Written tag : json.at("await").elements()) {
            if (!tag.value().isTextual()) {
                throw tag.wrong(who + " awaits " + tag.value() + ", which is no tag");
            }
            tags.add(filled(tag));
        }
        return tags;
    }

    private List<Expectation> endState(String who, Written json) {
        if (json.value().isMissingNode()) {
            return List.of();
        }
        List<Expectation> endState = new ArrayList<>();
        for (Written one : json.value().isArray() ? json.elements() : List.of(json)) {
            endState.add(expectation("\"expect\" of " + who, one));
        }
        return List.copyOf(endState);
    }

    private Expectation expectation(String who, Written json) {
        if (!json.value().isObject()) {
            throw json.wrong(who + " is neither an object nor a list of them");
        }
        knownFields(who, json, END_STATE_FIELDS);
        String path = path(nonEmpty(who, json, "path"));
        check(who, json, "absent", it -> it.isBoolean() && it.asBoolean(), "true, or not there at all");
        if (json.has("matches") == json.has("absent")) {
            throw json.wrong(who + " needs either \"matches\", what is to be found at \"path\", or \"absent\": true");
        }
        return new Expectation(
                path, json.has("matches") ? Optional.of(parameters.in(json.at("matches"))) : Optional.empty());
    }

    private static void knownFields(String who, Written json, Set<String> known) {
        json.fields().forEach((name, field) -> {
            if (!known.contains(name)) {
                throw field.wrong(who + " has a field \"" + name + "\", which is not known; known are " + known);
            }
        });
    }

    private static void check(String who, Written json, String field, Predicate<JsonNode> fits, String wanted) {
        JsonNode value = json.value().path(field);
        if (json.has(field) && !fits.test(value)) {
            throw json.at(field).wrong(who + " has " + value + " as \"" + field + "\"; it should be " + wanted);
        }
    }

    private static Written nonEmpty(String who, Written json, String field) {
        if (!json.has(field)) {
            throw json.wrong(who + " has no \"" + field + "\"");
        }
        check(who, json, field, it -> it.isTextual() && !it.asText().isEmpty(), "a text that is not empty");
        return json.at(field);
    }

    private static Step.Method method(String who, Written json, Step.Method usual) {
        if (!json.has("method")) {
            return usual;
        }
        Written method = json.at("method");
        return switch (method.value().asText()) {
            case "create" -> Step.Method.CREATE;
            case "delete" -> Step.Method.DELETE;
            default -> throw method.wrong(who + " has the method " + method.value() + "; there are create and delete");
        };
    }

    /** {@code short} and {@code long} as in Vamp Runner, or a number of platform seconds. */
    private static PlatformDuration timeout(String who, Written json) {
        JsonNode timeout = json.value();
        double seconds = timeout.asDouble();
        if (timeout.isNumber() && seconds >= 1 && seconds <= LONGEST_SECONDS && seconds == Math.rint(seconds)) {
            return PlatformDuration.seconds((long) seconds);
        }
        return switch (timeout.isMissingNode() ? "long" : timeout.isTextual() ? timeout.asText() : "") {
            case "short" -> SHORT;
            case "long" -> LONG;
            default ->
                throw json.wrong(who + " has the timeout " + timeout
                        + "; there are \"short\", \"long\" and whole numbers of seconds up to a day");
        };
    }
}
