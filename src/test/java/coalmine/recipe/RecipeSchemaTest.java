package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema that editors use says neither more nor less than what the reader takes. */
class RecipeSchemaTest {

    private static final Schema SCHEMA = SchemaRegistry.withDialect(Dialects.getDraft202012())
            .getSchema(
                    Documents.text(Path.of("src/main/resources/coalmine/recipe/recipe.schema.json")), InputFormat.JSON);

    @TempDir
    Path folder;

    static List<Path> recipes() throws IOException {
        List<Path> recipes;
        try (Stream<Path> own = Files.walk(Path.of("recipes"));
                Stream<Path> examples = Files.walk(Path.of("src/test/resources/coalmine"))) {
            recipes = Stream.concat(own, examples)
                    .filter(file -> file.endsWith("recipe.json"))
                    .toList();
        }
        assertThat(recipes).hasSizeGreaterThan(1);
        return recipes;
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void every_recipe_fits_the_schema_and_the_reader(Path recipe) throws IOException {
        assertThat(problems(Files.readString(recipe))).isEmpty();
        assertThatCode(() -> Recipe.read(recipe.getParent())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'name': 'r'",
                "'$schema': 'x', 'name': 'r', 'description': '', 'run': [], 'cleanup': []",
                "'name': 'r', 'run': [{'description': 's'}]",
                "'name': 'r', 'run': [{'description': 's', 'resource': 'a.yml', 'as': 'things/a', 'method': 'delete'}]",
                "'name': 'r', 'run': [{'description': 's', 'as': '', 'condition': '', 'await': [], 'dirty': false}]",
                "'name': 'r', 'run': [{'description': 's', 'await': ['a', 'b:c'], 'timeout': 'short'}]",
                "'name': 'r', 'cleanup': [{'description': 's', 'method': 'create', 'timeout': 'long'}]",
                "'name': 'r', 'run': [{'description': 's', 'timeout': 1}, {'description': 's', 'timeout': 86400}]",
                "'name': 'r', 'run': [{'description': 's', 'timeout': 30.0}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': {'path': 'a', 'matches': {'b': 1}}}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': {'path': 'a', 'matches': null}}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': [{'path': 'a', 'absent': true}]}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': []}]",
                "'name': 'r', 'parameters': {'a': 'x', 'b-2': 1, 'c_d': true}",
                "'name': 'r', 'parameters': {}"
            })
    void what_the_schema_takes_the_reader_takes(String sample) throws IOException {
        String json = write(sample);

        assertThat(problems(json)).isEmpty();
        assertThatCode(() -> Recipe.read(folder)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'description': 'no name'",
                "'name': ''",
                "'name': 7",
                "'name': 'r', 'description': 7",
                "'name': 'r', '$schema': 7",
                "'name': 'r', 'cleanUp': []",
                "'name': 'r', 'run': {}",
                "'name': 'r', 'run': ['s']",
                "'name': 'r', 'run': [{}]",
                "'name': 'r', 'run': [{'description': ''}]",
                "'name': 'r', 'run': [{'description': 's', 'resurce': 'a.yml'}]",
                "'name': 'r', 'run': [{'description': 's', 'resource': ''}]",
                "'name': 'r', 'run': [{'description': 's', 'resource': ['a.yml']}]",
                "'name': 'r', 'run': [{'description': 's', 'as': null}]",
                "'name': 'r', 'run': [{'description': 's', 'condition': ['a']}]",
                "'name': 'r', 'run': [{'description': 's', 'await': 'a'}]",
                "'name': 'r', 'run': [{'description': 's', 'await': [1]}]",
                "'name': 'r', 'run': [{'description': 's', 'method': 'replace'}]",
                "'name': 'r', 'run': [{'description': 's', 'method': true}]",
                "'name': 'r', 'run': [{'description': 's', 'timeout': 'soon'}]",
                "'name': 'r', 'run': [{'description': 's', 'timeout': ''}]",
                "'name': 'r', 'run': [{'description': 's', 'timeout': 0}]",
                "'name': 'r', 'run': [{'description': 's', 'timeout': 1.5}]",
                "'name': 'r', 'run': [{'description': 's', 'timeout': 86401}]",
                "'name': 'r', 'run': [{'description': 's', 'timeout': null}]",
                "'name': 'r', 'run': [{'description': 's', 'dirty': 'yes'}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': 'a'}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': ['a']}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': {'path': 'a'}}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': {'matches': 1}}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': {'path': '', 'matches': 1}}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': {'path': 'a', 'absent': false}}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': {'path': 'a', 'matches': 1, 'absent': true}}]",
                "'name': 'r', 'run': [{'description': 's', 'expect': {'path': 'a', 'matches': 1, 'within': 3}}]",
                "'name': 'r', 'parameters': []",
                "'name': 'r', 'parameters': {'a b': 1}",
                "'name': 'r', 'parameters': {'1a': 1}",
                "'name': 'r', 'parameters': {'a': null}",
                "'name': 'r', 'parameters': {'a': [1]}"
            })
    void what_the_schema_refuses_the_reader_refuses(String sample) throws IOException {
        String json = write(sample);

        assertThat(problems(json)).isNotEmpty();
        assertThatThrownBy(() -> Recipe.read(folder))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("recipe.json");
    }

    @Test
    void the_page_about_recipes_names_every_field_and_its_example_fits() throws IOException {
        String page = Files.readString(Path.of("src/main/resources/coalmine/recipe/RECIPES.md"));
        JsonNode schema = new ObjectMapper()
                .readTree(Path.of("src/main/resources/coalmine/recipe/recipe.schema.json")
                        .toFile());

        for (String object : List.of("", "/$defs/step", "/$defs/expectation")) {
            assertThat(page)
                    .contains(schema.at(object + "/properties")
                            .propertyStream()
                            .map(field -> field.getKey().equals("$schema") ? "$schema" : "`" + field.getKey() + "`")
                            .toList());
        }
        assertThat(problems(page.replaceAll("(?s)^.*?```json(.*?)```.*$", "$1")))
                .isEmpty();
    }

    private String write(String sample) throws IOException {
        String json = "{" + sample.replace('\'', '"') + "}";
        Files.writeString(folder.resolve("recipe.json"), json);
        Files.writeString(folder.resolve("a.yml"), "name: a");
        return json;
    }

    private static List<?> problems(String json) {
        return SCHEMA.validate(json, InputFormat.JSON);
    }
}
