package coalmine.acceptance;

import coalmine.recipe.Namespace;
import coalmine.recipe.Recipe;
import coalmine.recipe.Step;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The recipes of the features, and where they say what the features' words stand for. */
final class Recipes {

    private static final YAMLMapper YAML = new YAMLMapper();

    private Recipes() {}

    /** The recipe of most features, from the folder {@code recipes} unless the property {@code coalmine.recipes} names another. */
    static Recipe canaryRelease() {
        return read(folder().resolve("canary-release"));
    }

    private static Recipe read(Path folder) {
        return Recipe.read(folder).in(Namespace.chosen());
    }

    private static Path folder() {
        return Path.of(System.getProperty("coalmine.recipes", "recipes"));
    }

    /** All recipes. */
    static List<Recipe> all() {
        try (Stream<Path> folders = Files.list(folder())) {
            return folders.filter(folder -> Files.exists(folder.resolve("recipe.json")))
                    .sorted()
                    .map(Recipes::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "-Dcoalmine.recipes=" + folder()
                            + " is no folder that can be read; name one that holds folders of recipes",
                    e);
        }
    }

    /** The recipe of a name. */
    static Recipe named(String name) {
        return all().stream()
                .filter(recipe -> recipe.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no recipe \"" + name + "\"; there are "
                        + all().stream().map(Recipe::name).toList()));
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

    /** The ports on which gateways of any recipe take the users' requests. */
    static List<Integer> gatewayPorts() {
        return all().stream()
                .flatMap(recipe -> recipe.gatewayPorts().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** The names of everything that the recipe brings along. */
    static Set<String> names(Recipe recipe) {
        return created(recipe)
                .flatMap(document -> document.findValues("name").stream())
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
    }

    private static Stream<JsonNode> created(Recipe recipe) {
        return recipe.run().stream()
                .filter(step -> step.method() == Step.Method.CREATE)
                .flatMap(step -> documents(step).stream());
    }

    /** The documents that a step sends. */
    static List<JsonNode> documents(Step step) {
        try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(step.documents())) {
            return all.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException("the documents of a step cannot be read", e);
        }
    }
}
