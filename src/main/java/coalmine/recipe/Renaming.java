package coalmine.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Moves a recipe into a namespace: every name that it brings, wherever its documents, paths and tags say it, and every port that its gateways open. It
 * goes by Vamp's grammar (facts 1): what a container gets to see (image, ports of its own, environment, arguments) stays as it is, and so does what was
 * there before the recipe.
 *
 * <p>A script is told names and ports by its environment. There a value that is a name, or a path with names, is renamed; in any other value a number is
 * moved that is the port of one of the recipe's gateways.
 */
final class Renaming {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String SCRIPT = "application/javascript";

    /** Keys below which no names stand, or only such as a container gets to see. */
    private static final Set<String> OPAQUE = Set.of(
            "kind",
            "type",
            "deployable",
            "ports",
            "constants",
            "arguments",
            "parameters",
            "dialects",
            "marathon",
            "docker",
            "rewrites",
            "path",
            "virtual_hosts");

    private static final Set<String> ENVIRONMENT = Set.of("environment_variables", "env");

    /** What tags say names of (facts 4). */
    private static final Pattern NAMING_TAG =
            Pattern.compile("(breeds|scales|blueprints|conditions|rewrites|slas|escalations"
                    + "|deployments?|clusters?|services|gateways|routes|workflows|deployment-service-scales):(.+)");

    private static final Pattern PORT = Pattern.compile("(\\d{1,5})(/\\w+)?");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])\\d{1,5}(?![\\w.])");
    private static final Pattern LITERAL = Pattern.compile("'([^'\\n]*)'|\"([^\"\\n]*)\"|`([^`\\n]*)`");

    private final Recipe recipe;
    private final Namespace namespace;
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<Integer> ports = new LinkedHashSet<>();

    Renaming(Recipe recipe, Namespace namespace) {
        this.recipe = recipe;
        this.namespace = namespace;
        steps(recipe.cleanUp(), Step.Method.DELETE).forEach(this::collectNames);
        Traces.foreign(recipe).forEach(path -> names.remove(path.substring(path.indexOf('/') + 1)));
        steps(recipe.run(), Step.Method.CREATE).forEach(step -> {
            collectNames(step);
            Documents.trees(step.documents()).forEach(this::collectPorts);
        });
    }

    private static Stream<Step> steps(List<Step> all, Step.Method method) {
        return all.stream().filter(step -> step.method() == method);
    }

    private void collectNames(Step step) {
        String[] path = step.path().split("/");
        if (path.length > 1) {
            names.add(path[1]);
        }
        Documents.trees(step.documents()).forEach(this::collectNames);
    }

    private void collectNames(JsonNode tree) {
        if (tree.path("name").isTextual()) {
            // A gateway's may be a path that begins with a deployment, whose clusters stand elsewhere.
            names.add(tree.get("name").asText().replaceAll("/.*", ""));
        }
        tree.path("clusters").fieldNames().forEachRemaining(names::add);
        tree.forEach(this::collectNames);
    }

    private void collectPorts(JsonNode document) {
        if (document.isArray()) {
            document.forEach(this::collectPorts);
        } else if (document.path("kind").asText().equals("gateway")) {
            collectPort(document.path("port").asText());
        } else {
            document.path("gateways").fieldNames().forEachRemaining(this::collectPort);
        }
    }

    private void collectPort(String text) {
        Matcher port = PORT.matcher(text);
        if (port.matches()) {
            ports.add(Integer.valueOf(port.group(1)));
        }
    }

    /** The recipe as it is in its namespace. */
    Recipe renamed() {
        return new Recipe(
                recipe.folder(),
                recipe.name(),
                recipe.description(),
                recipe.parameters(),
                recipe.run().stream().map(this::step).toList(),
                recipe.cleanUp().stream().map(this::step).toList());
    }

    private Step step(Step step) {
        try {
            return new Step(
                    step.description(),
                    step.method(),
                    documents(step.documents()),
                    apiPath(step.path()),
                    step.condition().map(this::apiPath),
                    step.await().stream().map(this::tag).collect(Collectors.toCollection(LinkedHashSet::new)),
                    step.timeout(),
                    step.endState().stream()
                            .map(it -> new Expectation(
                                    apiPath(it.path()), it.matches().map(tree -> tree(tree, "", value -> value))))
                            .toList());
        } catch (IllegalArgumentException e) {
            throw new RecipeException(recipe.folder() + ": step \"" + step.description() + "\": " + e.getMessage(), e);
        }
    }

    private String documents(String documents) {
        List<JsonNode> written = Documents.trees(documents);
        List<JsonNode> renamed = written.stream().map(this::document).toList();
        return renamed.equals(written) ? documents : Documents.text(renamed);
    }

    private JsonNode document(JsonNode document) {
        if (document.isArray()) {
            ArrayNode all = NODES.arrayNode();
            document.forEach(one -> all.add(document(one)));
            return all;
        }
        List<JsonNode> scripts = document.findValues("deployable").stream()
                .filter(deployable -> deployable.path("type").asText().equals(SCRIPT))
                .toList();
        scripts.forEach(script -> check(script.path("definition").asText()));
        // A workflow's variables are its script's.
        boolean isTold = !scripts.isEmpty() || document.has("schedule");
        return tree(document, "", isTold ? this::told : value -> value);
    }

    /** A script that names something itself would meet the other run's, whatever its documents say. */
    private void check(String script) {
        script.lines().filter(line -> !line.strip().startsWith("//")).forEach(line -> {
            Matcher literal = LITERAL.matcher(line);
            while (literal.find()) {
                String text = Stream.of(1, 2, 3)
                        .map(literal::group)
                        .filter(it -> it != null)
                        .findFirst()
                        .orElse("");
                Stream.of(text.split("[/:]")).filter(names::contains).forEach(name -> {
                    throw new IllegalArgumentException(
                            "its script names \"" + name + "\" itself, in " + literal.group()
                                    + "; in a namespace it has to read the name from process.env, where environment_variables say it");
                });
            }
            NUMBER.matcher(line)
                    .results()
                    .map(it -> Integer.valueOf(it.group()))
                    .filter(ports::contains)
                    .forEach(port -> {
                        throw new IllegalArgumentException(
                                "its script names port " + port
                                        + " itself; in a namespace it has to read it from process.env, where environment_variables say it");
                    });
        });
    }

    /**
     * Renames in a tree.
     *
     * @param parent the key that it stands under
     * @param environment what becomes of the values of environment variables
     */
    private JsonNode tree(JsonNode tree, String parent, UnaryOperator<JsonNode> environment) {
        if (tree.isObject()) {
            ObjectNode renamed = NODES.objectNode();
            for (Map.Entry<String, JsonNode> field : tree.properties()) {
                renamed.set(key(parent, field.getKey()), value(parent, field.getKey(), field.getValue(), environment));
            }
            return renamed;
        }
        if (tree.isArray()) {
            ArrayNode renamed = NODES.arrayNode();
            tree.forEach(element -> renamed.add(tree(element, parent, environment)));
            return renamed;
        }
        return tree.isTextual() ? NODES.textNode(path(tree.asText())) : tree;
    }

    private String key(String parent, String key) {
        return switch (parent) {
            case "clusters" -> name(key);
            case "routes" -> path(key);
            case "gateways" -> port(key);
            // Variables of a deployment say whose they are: cluster.VARIABLE.
            case "environment_variables", "env" ->
                key.contains(".") ? name(key.replaceAll("\\..*", "")) + key.substring(key.indexOf('.')) : key;
            default -> key;
        };
    }

    private JsonNode value(String parent, String key, JsonNode value, UnaryOperator<JsonNode> environment) {
        if (parent.equals("clusters") || parent.equals("routes") || parent.equals("dependencies")) {
            return tree(value, "", environment);
        }
        if (ENVIRONMENT.contains(parent)) {
            return environment.apply(value);
        }
        if (OPAQUE.contains(key) || key.equals("condition") && value.isTextual()) {
            return value;
        }
        if (key.equals("schedule")) {
            return tags(value);
        }
        if (key.equals("port")) {
            return shifted(value);
        }
        return tree(value, key, environment);
    }

    private JsonNode tags(JsonNode schedule) {
        if (schedule.isObject()) {
            ObjectNode renamed = NODES.objectNode();
            schedule.properties().forEach(field -> renamed.set(field.getKey(), tags(field.getValue())));
            return renamed;
        }
        if (schedule.isArray()) {
            ArrayNode renamed = NODES.arrayNode();
            schedule.forEach(tag -> renamed.add(tags(tag)));
            return renamed;
        }
        return schedule.isTextual() ? NODES.textNode(tag(schedule.asText())) : schedule;
    }

    /** The value of a variable that a script reads. */
    private JsonNode told(JsonNode value) {
        String renamed = path(value.asText());
        if (value.isTextual() && !renamed.equals(value.asText())) {
            return NODES.textNode(renamed);
        }
        String moved = NUMBER.matcher(value.asText()).replaceAll(number -> port(number.group()));
        return moved.equals(value.asText())
                ? value
                : value.isNumber() ? NODES.numberNode(Integer.parseInt(moved)) : NODES.textNode(moved);
    }

    private JsonNode shifted(JsonNode port) {
        return port.isNumber() && ports.contains(port.asInt())
                ? NODES.numberNode(namespace.port(port.asInt()))
                : port.isTextual() ? NODES.textNode(port(port.asText())) : port;
    }

    /** A port of a gateway, perhaps with its type: {@code 9050/http}. */
    private String port(String text) {
        Matcher port = PORT.matcher(text);
        return port.matches() && ports.contains(Integer.valueOf(port.group(1)))
                ? namespace.port(Integer.parseInt(port.group(1))) + (port.group(2) == null ? "" : port.group(2))
                : text;
    }

    private String name(String text) {
        return names.contains(text) ? namespace.name(text) : text;
    }

    /** A name, or a path of names such as that of a route; behind a deployment's name there may be a port. */
    private String path(String text) {
        String[] segments = text.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            segments[i] = i > 0 ? port(name(segments[i])) : name(segments[i]);
        }
        return String.join("/", segments);
    }

    /** A path below {@code /api/v1}, which begins with a collection. */
    private String apiPath(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? text
                : text.substring(0, slash + 1)
                        + path("/" + text.substring(slash + 1)).substring(1);
    }

    private String tag(String tag) {
        Matcher naming = NAMING_TAG.matcher(tag);
        return naming.matches() ? naming.group(1) + ":" + path(naming.group(2)) : tag;
    }
}
