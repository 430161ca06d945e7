package coalmine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.cli.Cli.Result;
import coalmine.recipe.Recipe;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says without any platform. */
class CommandLineTest {

    private static final String CANARY = "canary-release";

    @TempDir
    Path folder;

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "recipes run",
                "recipes show",
                "recipes clean",
                "release",
                "clean",
                "sandbox",
                "doctor",
                "report"
            })
    void every_help_has_examples(String command) {
        String[] words = (command + " --help").trim().split(" ");

        Result help = Cli.run(words);

        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("Usage: coalmine").containsAnyOf("Example", "First steps:");
        assertThat(help.out().lines()).allMatch(line -> line.length() <= 120);
    }

    @Test
    void the_living_documentation_is_made_again_from_messages() {
        Path site = folder.resolve("site");

        Result made = Cli.run("report", "src/test/resources/coalmine/report/run.ndjson", "--into", site.toString());

        assertThat(made.code()).isZero();
        assertThat(made.out())
                .contains(
                        "2 scenarios passed, 4 were skipped",
                        site.resolve("index.html").toUri() + "");
        assertThat(site.resolve("index.html")).content().contains("A failing canary is rolled back");
    }

    @Test
    void a_file_that_holds_no_messages_makes_no_living_documentation() {
        Result wrong = Cli.run("report", "pom.xml", "--into", folder.toString());

        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("pom.xml:1 is no message of Cucumber's");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void an_empty_file_makes_no_living_documentation() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.ndjson"));
        Path site = folder.resolve("site");

        Result wrong = Cli.run("report", empty.toString(), "--into", site.toString());

        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("empty.ndjson is empty").doesNotContain("\tat ");
        assertThat(site).doesNotExist();
    }

    @Test
    void all_recipes_are_listed() throws IOException {
        Result list = Cli.run("recipes", "list");
        JsonNode machines = json(Cli.run("recipes", "list", "--json").out());

        assertThat(list.code()).isZero();
        assertThat(list.out()).contains(CANARY, "Canary release with rollback");
        assertThat(machines.findValuesAsText("folder")).containsExactlyInAnyOrderElementsOf(Cli.ownRecipes());
    }

    @Test
    void a_step_is_shown_as_the_exact_documents_that_would_be_sent() {
        Recipe recipe = Recipe.read(Path.of("recipes", CANARY));

        assertThat(Cli.run("recipes", "show", CANARY, "7").out())
                .isEqualTo(recipe.run().get(6).documents())
                .contains("vamp-node-client");
        assertThat(Cli.run("recipes", "show", CANARY, "stop the traffic").out())
                .isEqualTo("---\nkind: workflow\nname: traffic\n");
        assertThat(Cli.run(
                                "recipes",
                                "show",
                                "recipes/" + CANARY,
                                Integer.toString(recipe.run().size() + 1))
                        .out())
                .isEqualTo(recipe.cleanUp().get(0).documents());
    }

    @Test
    void a_recipe_is_shown_with_all_that_its_steps_do() {
        assertThat(Cli.run("recipes", "show", CANARY).out())
                .contains(
                        "3. Deploy sava 1.0",
                        "PUT /api/v1/deployments/sava",
                        "awaits deployments:sava clusters:sava services:sava:1.0 synchronization:deployed",
                        "   | name: sava:1.0",
                        "Clean-up",
                        "if there is workflows/canary",
                        "DELETE /api/v1/");
        JsonNode machines = json(Cli.run("recipes", "show", CANARY, "--json").out());
        assertThat(machines.path("run").path(2).path("path").asText()).isEqualTo("/api/v1/deployments/sava");
        assertThat(machines.path("cleanup").path(0).path("method").asText()).isEqualTo("DELETE");
    }

    @Test
    void parameters_can_be_set() throws IOException {
        Files.writeString(folder.resolve("recipe.json"), """
                {"name": "r", "parameters": {"port": 9050},
                 "run": [{"description": "s", "resource": "a.yml"}]}""");
        Files.writeString(folder.resolve("a.yml"), "port: \"@{port}\"");

        assertThat(Cli.run("recipes", "show", folder.toString()).out()).contains("--set port=9050");
        assertThat(Cli.run("recipes", "show", folder.toString(), "1", "--set", "port=9051")
                        .out())
                .contains("port: 9051");
    }

    @Test
    void a_recipe_is_shown_as_it_is_in_a_namespace() {
        assertThat(Cli.run("recipes", "show", CANARY, "--namespace", "nightly-7", "--port-shift", "100")
                        .out())
                .contains(
                        "PUT /api/v1/deployments/nightly-7-sava",
                        "awaits gateways:nightly-7-sava deployed",
                        "port: \"9150/http\"",
                        "deployable: \"magneticio/sava:1.0.0\"");
    }

    @Test
    void runs_are_listed_that_have_left_something() {
        Result none = Cli.run("clean", "--journal", folder.toString());

        assertThat(none.code()).isZero();
        assertThat(none.out()).contains("No run has left anything");
        assertThat(Cli.run("clean", "--journal", "nowhere").out())
                .contains("There is no folder " + Path.of("nowhere").toAbsolutePath());
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("recipes run nosuch", "no recipe \"nosuch\""),
                Arguments.of("recipes run src", "there is no recipe.json in it"),
                Arguments.of("recipes run", "Name the recipes to run, or say --all"),
                Arguments.of("recipes run --all canary-release", "or say --all"),
                Arguments.of("recipes run canary-release --until Fly", "no step that begins with \"Fly\""),
                Arguments.of("recipes run canary-release canary-release --until 1", "--until can be said of one"),
                Arguments.of("recipes run canary-release --set port=1", "no parameter \"port\""),
                Arguments.of("recipes run canary-release --pace 0", "a pace is a number above 0"),
                Arguments.of("recipes run canary-release --vamp vamp:8080 --marathon http://m", "is not a URL such as"),
                Arguments.of("recipes run canary-release --vamp http://127.0.0.1:1", "--marathon"),
                Arguments.of(
                        "recipes run canary-release --vamp http://127.0.0.1:1 --marathon http://127.0.0.1:1",
                        "http://127.0.0.1:1 cannot be reached"),
                Arguments.of("recipes show canary-release 99", "no 99"),
                Arguments.of("recipes show canary-release --namespace Nightly", "\"Nightly\" is no namespace"),
                Arguments.of("recipes show canary-release --port-shift much", "\"much\" is no shift of ports"),
                Arguments.of("recipes show canary-release --port-shift 60000", "port 9050 cannot be shifted by 60000"),
                Arguments.of(
                        "recipes show src/test/resources/coalmine/recipe/vamp-runner-style --namespace a",
                        "its script names \"asker\" itself"),
                Arguments.of("clean --run yesterday --journal nowhere", "no journal of a run \"yesterday\" in nowhere"),
                Arguments.of("recipes fly", "fly"),
                Arguments.of("release src/test/resources/coalmine/recipe/vamp-runner-style", "GATEWAY, SERVICE1"),
                Arguments.of(
                        "release canary-release --within 0", "a time to wait is a whole number of seconds from 1 to"),
                Arguments.of("release canary-release --within=-5", "but was -5"),
                Arguments.of("release canary-release --within long", "but was long"),
                Arguments.of("release canary-release --within 9999999999999", "but was 9999999999999"),
                Arguments.of("report no-such.ndjson", "no-such.ndjson"),
                Arguments.of("report pom.xml", "pom.xml"),
                Arguments.of("report", "FILE"),
                Arguments.of(
                        "sandbox --vamp-port 99999",
                        "a port is a number from 1 to 65535, or 0 for a free one, but was 99999"),
                Arguments.of("sandbox --pace fast", "a pace is a number"));
    }

    @Test
    void a_folder_of_recipes_that_is_none_is_told() {
        System.setProperty("coalmine.recipes", "nowhere");
        try {
            Result result = Cli.run("recipes", "list");

            assertThat(result.err()).contains("-Dcoalmine.recipes=nowhere is no folder");
            assertThat(result.code()).isEqualTo(2);
        } finally {
            System.clearProperty("coalmine.recipes");
        }
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void what_is_wrong_with_the_input_is_said_and_ends_with_2(String command, String message) {
        Result result = Cli.run(command.split(" "));

        assertThat(result.err()).contains(message).doesNotContain("\tat ");
        assertThat(result.code()).isEqualTo(2);
    }
}
