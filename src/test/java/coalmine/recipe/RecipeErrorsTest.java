package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a recipe is told with the line on which it stands. */
class RecipeErrorsTest {

    @TempDir
    Path folder;

    private void write(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
    }

    private String error() {
        return error(Map.of());
    }

    private String error(Map<String, String> settings) {
        try {
            return "no error: " + Recipe.read(folder, settings);
        } catch (RecipeException e) {
            return e.getMessage().replace(folder + "/", "");
        }
    }

    /** A recipe whose third step begins on line 5; the field is on line 9. */
    private void thirdStep(String field) throws IOException {
        write("a.yml", "name: a");
        write("recipe.json", """
                {"name": "r", "description": "path matches await condition",
                 "run": [
                  {"description": "1", "await": [], "method": "create", "timeout": 1, "expect": []},
                  {"description": "2", "await": [], "expect": {"path": "a", "matches": {"await": 1}}, "dirty": true},
                  {
                   "resource": "a.yml",
                   "as": "",
                   "dirty": false,
                   %s
                  }
                 ]}""".formatted(field));
    }

    /** {@code ~} is the end of a line. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'description': '3', 'await': 'x'                 | 9  | 'x' as 'await'",
                "'description': '3', 'await': [~'a',~7]           | 11 | awaits 7",
                "'description': '3', 'method':~'replace'          | 9  | the method 'replace'",
                "'description': '3',~'timeout': 'soon'            | 10 | the timeout 'soon'",
                "'description': '3',~'condition': 1               | 10 | 1 as 'condition'",
                "'description': ''                                | 9  | '' as 'description'",
                "'condition': 'a'                                 | 5  | has no 'description'",
                "'description': '3',~'name': 'x'                  | 10 | a field 'name'",
                "'description': '3',~'path': 'x'                  | 10 | a field 'path'",
                "'description': '3', 'expect':~'x'                | 9  | neither an object nor a list",
                "'description': '3', 'expect': [~7]               | 10 | neither an object nor a list",
                "'description': '3', 'expect': [~{'path': 'x'}]   | 10 | needs either 'matches'",
                "'description': '3', 'expect': {~'path': 7}       | 10 | 7 as 'path'",
                "'description': '3', 'expect': {~'matches': 7}    | 9  | has no 'path'",
                "'description': '3', 'expect': {'path': 'x',~'name': 7} | 10 | a field 'name'"
            })
    void what_is_wrong_with_a_step_is_told_with_its_line(String field, int line, String what) throws IOException {
        thirdStep(field.replace('~', '\n').replace('\'', '"'));

        assertThat(error())
                .startsWith("recipe.json:" + line + ": ")
                .contains("step 3 of \"run\"")
                .contains(what.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{~'nam': 'r'}                                                  | 2 | a field 'nam'",
                "{'name': 'r', 'parameters': {'condition': 1},~'condition': 'x'} | 2 | a field 'condition'",
                "{'description': 'x'}                                           | 1 | has no 'name'",
                "{'name': 'r',~'run': {}}                                       | 2 | as 'run'",
                "{'name': 'r', 'run': [~'a']}                                   | 2 | no JSON object",
                "{'name': 'r', 'parameters': {'a': 1,~'b c': 1}}                | 2 | 'b c' is no parameter"
            })
    void what_is_wrong_with_a_recipe_is_told_with_its_line(String json, int line, String what) throws IOException {
        write("recipe.json", json.replace('~', '\n').replace('\'', '"'));

        assertThat(error()).startsWith("recipe.json:" + line + ": ").contains(what.replace('\'', '"'));
    }

    @Test
    void a_file_that_is_missing_is_told_with_the_line_that_names_it() throws IOException {
        thirdStep("\"description\": \"3\"");
        Files.delete(folder.resolve("a.yml"));

        assertThat(error()).isEqualTo("recipe.json:6: a.yml is named here, but there is no such file");
    }

    @Test
    void a_folder_and_a_file_that_is_no_text_are_told_as_what_they_are() throws IOException {
        thirdStep("\"description\": \"3\"");
        Files.write(folder.resolve("a.yml"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(error()).isEqualTo("recipe.json:6: a.yml is named here, but it is no text in UTF-8");

        Files.delete(folder.resolve("a.yml"));
        Files.createDirectory(folder.resolve("a.yml"));
        assertThat(error()).isEqualTo("recipe.json:6: a.yml is named here, but that is a folder");
    }

    private void recipe(String parameters) throws IOException {
        write("recipe.json", """
                {"name": "r",
                 "parameters": {%s},
                 "run": [{"description": "d", "resource": "a.yml"}]}""".formatted(parameters));
    }

    private static final String TWO_WORKFLOWS = """
            ---
            name: "@{name}"
            breed:
              deployable:
                definition:
                  file: there.js
            ---
            - name: first
            - "a/b~c":
              - {x: 1}
              - deployable:
                  type: application/javascript
                  definition: {
                    file: scripts/gone.js}
            """;

    @Test
    void a_script_that_is_missing_is_told_with_the_line_that_names_it() throws IOException {
        recipe("");
        write("there.js", "'use strict';");
        write("a.yml", TWO_WORKFLOWS);
        assertThat(error()).isEqualTo("a.yml:14: scripts/gone.js is named here, but there is no such file");

        Files.delete(folder.resolve("there.js"));
        assertThat(error()).isEqualTo("a.yml:6: there.js is named here, but there is no such file");
    }

    @Test
    void what_parameters_change_is_told_with_its_line_as_well() throws IOException {
        recipe("\"key\": \"deployable\", \"name\": \"n\"");
        write("a.yml", """
                name: "@{name}"
                "@{key}":
                  definition:
                    file: "@{name}.js"
                """);
        assertThat(error()).isEqualTo("a.yml:4: n.js is named here, but there is no such file");

        write("a.yml", "name: a\nports:\n  web: 1\n  \"@{prot}\": 2\n");
        assertThat(error()).isEqualTo("a.yml:4: @{prot} stands for no parameter of the recipe; there are [key, name]");
    }

    @Test
    void settings_that_do_not_fit_are_told_with_the_line_of_the_parameters() throws IOException {
        recipe("\"sticky\": true,\n \"port\": 9050");

        assertThat(error(Map.of("port", "http"))).startsWith("recipe.json:3: parameter \"port\" is a number");
        assertThat(error(Map.of("sticky", "1"))).startsWith("recipe.json:2: parameter \"sticky\" is true or false");
        assertThat(error(Map.of("prot", "1"))).startsWith("recipe.json:2: there is no parameter \"prot\" to set");
    }

    @Test
    void what_cannot_be_parsed_is_told_with_file_and_line() throws IOException {
        recipe("");
        write("a.yml", "---\nname: a\n---\nname: b\nports: [unclosed\n");
        assertThat(error()).startsWith("a.yml:5: ");

        write("recipe.json", "{\"name\": \"r\",\n \"run\": [}");
        assertThat(error()).startsWith("recipe.json:2: ");

        write("recipe.json", "{\"name\": \"r\"}\n\n}");
        assertThat(error()).startsWith("recipe.json:3: ");
    }

    @Test
    void documents_after_a_list_count_as_well() throws IOException {
        recipe("");
        write("a.yml", """
                - {kind: gateway, name: a, port: 9001}
                - {kind: gateway, name: b, port: 9002}
                ---
                {kind: gateway, name: c, port: 9003}
                """);

        assertThat(Recipe.read(folder).gatewayPorts()).containsExactly(9001, 9002, 9003);
    }
}
