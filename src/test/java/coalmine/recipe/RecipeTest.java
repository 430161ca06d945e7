package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.time.PlatformDuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeTest {

    @TempDir
    Path folder;

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void recipeOf(String step) throws IOException {
        write("recipe.json", "{\"name\": \"r\",\n \"run\": [\n  {\"description\": \"s\", " + step + "}\n ]}");
    }

    @Test
    void our_own_recipe_carries_its_scripts() {
        Recipe recipe = Recipe.read(Path.of("recipes", "canary-release"));

        assertThat(recipe.run()).hasSize(8);
        assertThat(recipe.runStep("Start the canary").documents())
                .contains("vamp-node-client")
                .doesNotContain("file: ");
        assertThat(recipe.values("port")).containsExactly("9050/http");
        assertThat(recipe.cleanUp()).allMatch(step -> step.method() == Step.Method.DELETE);
    }

    @Test
    void timeouts_and_methods_have_vamp_runners_defaults() throws IOException {
        write("a.yml", "name: a");
        write("recipe.json", """
                {"name": "r",
                 "run": [{"description": "s", "resource": "a.yml", "timeout": "short"},
                         {"description": "l", "resource": "a.yml"},
                         {"description": "n", "resource": "a.yml", "timeout": 7, "method": "delete"}],
                 "cleanup": [{"description": "c", "resource": "a.yml"}]}""");

        Recipe recipe = Recipe.read(folder);

        assertThat(recipe.run().stream().map(Step::timeout))
                .containsExactly(
                        PlatformDuration.seconds(10), PlatformDuration.seconds(60), PlatformDuration.seconds(7));
        assertThat(recipe.run().get(2).method()).isEqualTo(Step.Method.DELETE);
        assertThat(recipe.cleanUp().get(0).method()).isEqualTo(Step.Method.DELETE);
    }

    @Test
    void a_folder_without_a_recipe_is_named() {
        assertThatThrownBy(() -> Recipe.read(folder))
                .isInstanceOf(RecipeException.class)
                .hasMessageContainingAll(folder.toString(), "no recipe.json");
    }

    @Test
    void a_missing_file_is_named() throws IOException {
        recipeOf("\"resource\": \"gone.yml\"");
        assertThatThrownBy(() -> Recipe.read(folder)).hasMessageContainingAll("gone.yml", "cannot be read");
    }

    @Test
    void a_missing_script_is_named() throws IOException {
        recipeOf("\"resource\": \"a.yml\"");
        write("a.yml", "deployable:\n  type: application/javascript\n  definition:\n    file: gone.js\n");
        assertThatThrownBy(() -> Recipe.read(folder)).hasMessageContainingAll("gone.js", "cannot be read");
    }

    @Test
    void broken_json_is_told_with_file_and_line() throws IOException {
        write("recipe.json", "{\"name\": \"r\",\n \"run\": [}");
        assertThatThrownBy(() -> Recipe.read(folder)).hasMessageContaining("recipe.json:2: ");
    }

    @Test
    void broken_yaml_is_told_with_file_and_line() throws IOException {
        recipeOf("\"resource\": \"a.yml\"");
        write("a.yml", "name: a\nports: [unclosed\n");
        assertThatThrownBy(() -> Recipe.read(folder)).hasMessageMatching("(?s).*a\\.yml:\\d: .*");
    }

    @Test
    void an_unknown_field_is_told_with_file_line_and_those_that_are_known() throws IOException {
        recipeOf("\"resurce\": \"a.yml\"");
        assertThatThrownBy(() -> Recipe.read(folder))
                .hasMessageContainingAll("recipe.json:3: step 1 of \"run\"", "\"resurce\"", "resource");
    }

    @Test
    void a_step_without_a_description_is_told() throws IOException {
        write("recipe.json", "{\"name\": \"r\", \"run\": [{}]}");
        assertThatThrownBy(() -> Recipe.read(folder)).hasMessageContaining("step 1 of \"run\" has no \"description\"");
    }

    @Test
    void an_unknown_timeout_or_method_is_told() throws IOException {
        recipeOf("\"timeout\": \"soon\"");
        assertThatThrownBy(() -> Recipe.read(folder)).hasMessageContainingAll("soon", "\"short\"");
        recipeOf("\"method\": \"replace\"");
        assertThatThrownBy(() -> Recipe.read(folder)).hasMessageContainingAll("replace", "create and delete");
    }
}
