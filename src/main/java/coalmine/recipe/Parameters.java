package coalmine.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
     * @param declared names with their defaults, as the recipe has them
     * @param settings other values by name, each of its default's kind
     * @throws RecipeException if a setting is for no parameter of the recipe, or of another kind than its default
     */
    static Parameters of(Written declared, Map<String, String> settings) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        declared.fields().forEach((name, usual) -> values.put(name, usual.value()));
        settings.forEach((name, text) -> {
            if (!values.containsKey(name)) {
                throw declared.wrong("there is no parameter \"" + name + "\" to set; "
                        + (values.isEmpty() ? "the recipe has none" : "there are " + values.keySet()));
            }
            values.put(name, ofTheSameKind(name, declared.at(name), text));
        });
        return new Parameters(values);
    }

    private static JsonNode ofTheSameKind(String name, Written declared, String text) {
        JsonNode usual = declared.value();
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (usual.isNumber()) {
            try {
                return text.matches("-?\\d+")
                        ? nodes.numberNode(Long.parseLong(text))
                        : nodes.numberNode(Double.parseDouble(text));
            } catch (NumberFormatException e) {
                throw declared.wrong("parameter \"" + name + "\" is a number, such as " + usual + ", not " + text, e);
            }
        }
        if (usual.isBoolean()) {
            if (!text.equals("true") && !text.equals("false")) {
                throw declared.wrong("parameter \"" + name + "\" is true or false, not " + text);
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
     * @throws RecipeException if something in it stands for a parameter that is not declared
     */
    JsonNode in(Written tree) {
        JsonNode value = tree.value();
        if (values.isEmpty()) {
            return value;
        }
        if (value.isObject()) {
            ObjectNode filled = JsonNodeFactory.instance.objectNode();
            boolean script = value.path("type").asText().equals(SCRIPT);
            tree.fields()
                    .forEach((name, field) -> filled.set(
                            in(name, field), script && name.equals("definition") ? field.value() : in(field)));
            return filled;
        }
        if (value.isArray()) {
            ArrayNode filled = JsonNodeFactory.instance.arrayNode();
            tree.elements().forEach(element -> filled.add(in(element)));
            return filled;
        }
        return value.isTextual() ? inText(tree) : value;
    }

    private JsonNode inText(Written text) {
        Matcher whole = PLACE.matcher(text.value().asText());
        return whole.matches()
                ? declared(whole.group(1), text)
                : JsonNodeFactory.instance.textNode(in(text.value().asText(), text));
    }

    private String in(String text, Written place) {
        return PLACE.matcher(text)
                .replaceAll(found ->
                        Matcher.quoteReplacement(declared(found.group(1), place).asText()));
    }

    private JsonNode declared(String name, Written place) {
        JsonNode value = values.get(name);
        if (value == null) {
            throw place.wrong("@{" + name + "} stands for no parameter of the recipe; there are " + values.keySet());
        }
        return value;
    }
}
