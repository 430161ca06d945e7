package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.time.PlatformDuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
        assertThatThrownBy(() -> Recipe.read(folder)).hasMessageContainingAll("gone.yml", "no such file");
    }

    @Test
    void a_missing_script_is_named() throws IOException {
        recipeOf("\"resource\": \"a.yml\"");
        write("a.yml", "deployable:\n  type: application/javascript\n  definition:\n    file: gone.js\n");
        assertThatThrownBy(() -> Recipe.read(folder)).hasMessageContainingAll("gone.js", "no such file");
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

    private void recipeWithParameters() throws IOException {
        write("recipe.json", """
                {"name": "r",
                 "parameters": {"port": 9050, "service": "plum", "sticky": false},
                 "run": [{"description": "Open @{port}", "resource": "a.yml", "as": "gateways/@{service}",
                          "condition": "breeds/@{service}", "await": ["gateways:@{service}"],
                          "expect": {"path": "gateways/@{service}", "matches": {"port": "@{port}"}}}]}""");
        write("a.yml", """
                name: "@{service}"
                port: "@{port}"
                sticky: "@{sticky}"
                routes:
                  "@{service}/web": {weight: 100%}
                env: {LEFT: "$db.host ${db.x} $$ {{port}}", HOST: "http://@{service}:@{port}/"}
                deployable: {type: application/javascript, definition: "let x = `${port} @{port}`"}
                """);
    }

    @Test
    void parameters_have_their_defaults_everywhere_but_in_scripts() throws IOException {
        recipeWithParameters();

        Step step = Recipe.read(folder).run().get(0);

        assertThat(step.description()).isEqualTo("Open 9050");
        assertThat(step.path()).isEqualTo("gateways/plum");
        assertThat(step.condition()).contains("breeds/plum");
        assertThat(step.await()).containsExactly("gateways:plum");
        assertThat(step.endState().get(0).matches().orElseThrow().path("port").isInt())
                .isTrue();
        assertThat(step.documents())
                .contains(
                        "name: \"plum\"",
                        "port: 9050",
                        "sticky: false",
                        "plum/web:",
                        "$db.host ${db.x} $$ {{port}}",
                        "http://plum:9050/",
                        "let x = `${port} @{port}`");
    }

    @Test
    void a_parameter_can_be_set_to_something_of_its_defaults_kind() throws IOException {
        recipeWithParameters();

        assertThat(Recipe.read(folder, Map.of("port", "9071", "service", "1"))
                        .run()
                        .get(0)
                        .documents())
                .contains("port: 9071", "name: \"1\"");
        assertThatThrownBy(() -> Recipe.read(folder, Map.of("port", "http")))
                .hasMessageContainingAll("recipe.json", "\"port\" is a number, such as 9050, not http");
        assertThatThrownBy(() -> Recipe.read(folder, Map.of("sticky", "1"))).hasMessageContaining("true or false");
        assertThatThrownBy(() -> Recipe.read(folder, Map.of("prot", "1")))
                .hasMessageContainingAll("no parameter \"prot\"", "[port, service, sticky]");
    }

    @Test
    void a_place_for_a_parameter_that_is_not_declared_is_told() throws IOException {
        recipeWithParameters();
        write("a.yml", "name: \"@{sevrice}\"");

        assertThatThrownBy(() -> Recipe.read(folder)).hasMessageContainingAll("a.yml", "@{sevrice}", "service");
    }

    @Test
    void without_parameters_a_file_is_sent_byte_for_byte() throws IOException {
        recipeOf("\"resource\": \"a.yml\"");
        String text = "# note\nname:   '@{port}'   # kept\n--- \nname: b\n";
        write("a.yml", text);

        assertThat(Recipe.read(folder).run().get(0).documents()).isEqualTo(text);
    }

    @Test
    void a_script_can_lie_in_another_recipe_and_in_a_breed_within_a_workflow() throws IOException {
        Files.createDirectories(folder.resolve("one"));
        Files.createDirectories(folder.resolve("other"));
        write("other/s.js", "'use strict';");
        write("one/recipe.json", "{\"name\": \"r\", \"run\": [{\"description\": \"s\", \"resource\": \"a.yml\"}]}");
        write("one/a.yml", "name: w\nbreed: {name: b, deployable: {definition: {file: ../other/s.js}}}\n");

        assertThat(Recipe.read(folder.resolve("one")).run().get(0).documents()).contains("'use strict';");
    }

    @Test
    void a_step_is_found_by_its_number_or_by_how_it_begins() {
        Recipe recipe = Recipe.read(Path.of("recipes", "canary-release"));

        assertThat(recipe.find("1")).isEqualTo(recipe.run().get(0));
        assertThat(recipe.find("send TRAFFIC").await()).contains("workflows:traffic");
        assertThatThrownBy(() -> recipe.find("99")).hasMessageContaining("no 99");
        assertThatThrownBy(() -> recipe.find("Create the ")).hasMessageContaining("more than one");
        assertThatThrownBy(() -> recipe.find("Fly")).hasMessageContainingAll("no step", "Fly", "Send traffic");
    }
}
