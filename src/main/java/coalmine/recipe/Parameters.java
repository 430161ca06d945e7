package coalmine.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameters of a recipe with their values. In its documents and in its own texts <code>@{port}</code> stands for the value of {@code port}; a text that
 * is nothing else becomes the value itself, so that a number stays a number.
 *
 * <p>The sign is one that nobody else uses: <code>${x}</code> and {@code $x.y} are Vamp's own references (facts 1.2) and <code>${x}</code> is a template of
 * JavaScript's as well, <code>{{x}}</code> is a map in YAML. Scripts are left alone: what they need to know they get from their workflow's environment.
 * In a recipe that declares no parameters nothing stands for anything.
 */
final class Parameters {

    private static final Pattern PLACE = Pattern.compile("@\\{([^}]*)}");
    private static final String SCRIPT = "application/javascript";

    /** Those of a recipe that has none. */
    static final Parameters NONE = new Parameters(Map.of());

    private final Map<String, JsonNode> values;

    private Parameters(Map<String, JsonNode> values) {
        this.values = values;
    }

    /**
     * The parameters that a recipe declares, with their defaults unless they are set to something else.
     *
     * @param file that declares them, for messages
     * @param declared names with their defaults
     * @param settings other values by name, each of its default's kind
     * @throws RecipeException if a setting is for no parameter of the recipe, or of another kind than its default
     */
    static Parameters of(Path file, JsonNode declared, Map<String, String> settings) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        declared.properties().forEach(parameter -> values.put(parameter.getKey(), parameter.getValue()));
        settings.forEach((name, text) -> {
            if (!values.containsKey(name)) {
                throw new RecipeException(file + ": there is no parameter \"" + name + "\" to set; "
                        + (values.isEmpty() ? "the recipe has none" : "there are " + values.keySet()));
            }
            values.put(name, ofTheSameKind(file, name, values.get(name), text));
        });
        return new Parameters(values);
    }

    private static JsonNode ofTheSameKind(Path file, String name, JsonNode usual, String text) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (usual.isNumber()) {
            try {
                return text.matches("-?\\d+")
                        ? nodes.numberNode(Long.parseLong(text))
                        : nodes.numberNode(Double.parseDouble(text));
            } catch (NumberFormatException e) {
                throw new RecipeException(
                        file + ": parameter \"" + name + "\" is a number, such as " + usual + ", not " + text, e);
            }
        }
        if (usual.isBoolean()) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new RecipeException(file + ": parameter \"" + name + "\" is true or false, not " + text);
            }
            return nodes.booleanNode(text.equals("true"));
        }
        return nodes.textNode(text);
    }

    /** The values by name, as text. */
    Map<String, String> asText() {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((name, value) -> texts.put(name, value.asText()));
        return texts;
    }

    /**
     * A tree with the values in their places.
     *
     * @param file that the tree was read from, for messages
     * @throws RecipeException if something in it stands for a parameter that is not declared
     */
    JsonNode in(Path file, JsonNode tree) {
        if (values.isEmpty()) {
            return tree;
        }
        if (tree.isObject()) {
            ObjectNode filled = JsonNodeFactory.instance.objectNode();
            boolean script = tree.path("type").asText().equals(SCRIPT);
            tree.properties()
                    .forEach(field -> filled.set(
                            in(file, field.getKey()),
                            script && field.getKey().equals("definition")
                                    ? field.getValue()
                                    : in(file, field.getValue())));
            return filled;
        }
        if (tree.isArray()) {
            ArrayNode filled = JsonNodeFactory.instance.arrayNode();
            tree.forEach(element -> filled.add(in(file, element)));
            return filled;
        }
        return tree.isTextual() ? value(file, tree) : tree;
    }

    private JsonNode value(Path file, JsonNode text) {
        Matcher whole = PLACE.matcher(text.asText());
        return whole.matches()
                ? declared(file, whole.group(1))
                : JsonNodeFactory.instance.textNode(in(file, text.asText()));
    }

    /** A text with the values in their places. */
    String in(Path file, String text) {
        return values.isEmpty()
                ? text
                : PLACE.matcher(text)
                        .replaceAll(place -> Matcher.quoteReplacement(
                                declared(file, place.group(1)).asText()));
    }

    private JsonNode declared(Path file, String name) {
        JsonNode value = values.get(name);
        if (value == null) {
            throw new RecipeException(
                    file + ": @{" + name + "} stands for no parameter of the recipe; there are " + values.keySet());
        }
        return value;
    }
}
