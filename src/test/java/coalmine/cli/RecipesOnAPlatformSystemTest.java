package coalmine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import coalmine.cli.Cli.Result;
import coalmine.platform.Endpoints;
import coalmine.platform.Environment;
import coalmine.platform.OwnSandbox;
import coalmine.platform.RemotePlatform;
import coalmine.time.Pace;
import coalmine.vamp.VampApi;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

/** What becomes of recipes that are run on a Vamp that is there already. */
class RecipesOnAPlatformSystemTest {

    private static final String PLUM = "src/test/resources/coalmine/recipe/vamp-runner-style";
    private static OwnSandbox sandbox;
    private static Environment environment;
    private static VampApi vamp;

    @TempDir
    Path folder;

    @TempDir
    static Path journals;

    @BeforeAll
    static void start() {
        System.setProperty("coalmine.journal", journals.toString());
        sandbox = OwnSandbox.start("127.6.7.1", 0, 0, new Pace(20), "0.9.2");
        environment = sandbox.lend();
        vamp = new VampApi(environment.vamp());
    }

    @AfterAll
    static void close() {
        System.clearProperty("coalmine.journal");
        environment.close();
        sandbox.close();
    }

    private static String[] onIt(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of(
                "--vamp",
                environment.vamp().toString(),
                "--marathon",
                environment.marathon().toString(),
                "--pace",
                "20"));
        return all.toArray(String[]::new);
    }

    /** A recipe of two breeds, whose second step is given. */
    private String recipe(String secondStep) throws IOException {
        Files.writeString(folder.resolve("recipe.json"), """
                {"name": "Two",
                 "run": [{"description": "First", "resource": "first.yml", "await": ["breeds:first"]}, %s],
                 "cleanup": [{"description": "Undo", "resource": "first.yml"}]}""".formatted(secondStep));
        Files.writeString(
                folder.resolve("first.yml"), "{kind: breed, name: first, deployable: 'magneticio/sava:1.0.0'}");
        return folder.toString();
    }

    @Test
    void a_recipe_is_run_and_cleaned_up_a_line_for_each_step() {
        Result result = Cli.run(onIt("recipes", "run", PLUM));

        assertThat(result.err()).isEmpty();
        assertThat(result.code()).as(result.out()).isZero();
        assertThat(result.out())
                .containsPattern("done +1/6 +\\d+\\.\\d s  Store breeds, scale and blueprint")
                .containsPattern("skipped +3/6 .* Remove a workflow that nobody has")
                .contains("there is no workflows/nobody", "Cleaning up", "4/4", "Succeeded.")
                .doesNotContain("\u001b");
        assertThat(vamp.names("deployments")).isEmpty();
    }

    @Test
    void machines_get_a_line_of_json_for_everything() throws IOException {
        Result result = Cli.run(onIt("recipes", "run", recipe("{\"description\": \"Second\"}"), "--json"));

        List<JsonNode> lines = new ArrayList<>();
        for (String line : result.out().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        assertThat(lines)
                .extracting(line -> line.path("event").asText() + " "
                        + line.path("part").asText() + line.path("step").asText()
                        + line.path("outcome").asText())
                .containsExactly("begins ", "step run1done", "step run2done", "step cleanup1done", "ends ");
        assertThat(lines.get(4).path("succeeded").asBoolean()).isTrue();
        assertThat(result.code()).isZero();
    }

    @Test
    void a_terminal_shows_colours_and_the_step_that_is_being_done() throws IOException {
        Result result = Cli.run(Ansi.ON, onIt("recipes", "run", recipe("{\"description\": \"Second\"}")));

        assertThat(result.out()).contains("\u001b[32mdone", "running");
    }

    @Test
    void a_step_that_fails_ends_the_run_but_not_the_clean_up() throws IOException {
        String failing = recipe("{\"description\": \"Second\", \"await\": [\"never\"], \"timeout\": 2}");

        Result result = Cli.run(onIt("recipes", "run", failing));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).contains("FAILED", "never", "within 2 s", "Cleaning up", "1/1", "Failed:");
        assertThat(vamp.names("breeds")).doesNotContain("first");
    }

    @Test
    void what_the_clean_up_forgets_is_told_and_a_failure() throws IOException {
        recipe("{\"description\": \"Second\", \"resource\": \"second.yml\"}");
        Files.writeString(folder.resolve("second.yml"), "{kind: scale, name: second, cpu: 1, memory: 1GB}");

        Result result = Cli.run(onIt("recipes", "run", folder.toString()));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).contains("it has not cleaned up after itself", "There is still scales/second");

        Result again = Cli.run(onIt("recipes", "run", folder.toString()));

        assertThat(again.code()).isEqualTo(1);
        assertThat(again.out())
                .contains(
                        "it was not started", "scales/second", "recipes clean " + folder + " --vamp http://127.6.7.1");

        Result clean = Cli.run(onIt("recipes", "clean", folder.toString()));

        assertThat(clean.out()).contains("There is scales/second", "Succeeded.");
        assertThat(clean.code()).isZero();
        assertThat(vamp.names("scales")).doesNotContain("second");
        assertThat(Cli.run(onIt("recipes", "clean", folder.toString())).out()).contains("There is nothing of it");
    }

    @Test
    void a_run_can_end_early_and_keep_what_it_made_until_it_is_cleaned() {
        Result kept = Cli.run(onIt("recipes", "run", PLUM, "--until", "Deploy", "--keep"));

        assertThat(kept.code()).isZero();
        assertThat(kept.out()).contains("4/6", "Kept: ", "deployments/orchard").doesNotContain("5/6", "Cleaning up");
        assertThat(vamp.names("deployments")).containsExactly("orchard");

        assertThat(Cli.run("clean").out()).contains("deployments/orchard");

        Result clean = Cli.run(onIt("recipes", "clean", PLUM));

        assertThat(clean.out()).contains("deployments/orchard", "Succeeded.");
        // Who deploys it anew keeps it.
        assertThat(Cli.run("clean").out()).doesNotContain("deployments/orchard");
        assertThat(vamp.names("deployments")).isEmpty();
        assertThat(vamp.names("breeds")).doesNotContain("plum:1");
    }

    @Test
    void a_sandboxs_pace_need_not_be_said() {
        try (RemotePlatform platform = new RemotePlatform(Endpoints.of(environment), Pace.REAL)) {
            assertThat(platform.pace()).isEqualTo(environment.pace());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void an_interrupted_run_cleans_up_and_ends_with_1(String signal) throws IOException, InterruptedException {
        assumeThat(ignoresSigint())
                .as("a shell that runs this in the background")
                .isFalse();
        String endless = recipe("{\"description\": \"Second\", \"await\": [\"never\"], \"timeout\": 3600}");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "-Dcoalmine.journal=" + journals,
                Coalmine.class.getName()));
        command.addAll(List.of(onIt("recipes", "run", endless)));
        Process run = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader output = run.inputReader()) {
            List<String> lines = new ArrayList<>();
            while (lines.stream().noneMatch(line -> line.contains("1/2"))) {
                lines.add(output.readLine());
            }
            assertThat(vamp.names("breeds")).contains("first");

            new ProcessBuilder("kill", "-" + signal, Long.toString(run.pid()))
                    .start()
                    .waitFor();

            assertThat(run.waitFor(20, TimeUnit.SECONDS)).isTrue();
            output.lines().forEach(lines::add);
            assertThat(lines).anyMatch(line -> line.contains("was interrupted"));
            assertThat(run.exitValue()).as(String.join("\n", lines)).isEqualTo(1);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> !vamp.names("breeds").contains("first"));
        } finally {
            run.destroyForcibly();
        }
    }

    /** A process that was started in the background by a shell hands its deafness on. */
    private static boolean ignoresSigint() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> Long.parseUnsignedLong(line.split("\\s+")[1], 16))
                    .anyMatch(mask -> (mask & 2) != 0);
        }
    }
}
