package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.recipe.RecipeRunner.Outcome;
import coalmine.recipe.RecipeRunner.StepResult;
import coalmine.sandbox.Machine;
import coalmine.sandbox.Sandbox;
import coalmine.time.Pace;
import coalmine.vamp.EventStream;
import coalmine.vamp.VampApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A folder as people have them for Vamp Runner 0.9.2: our runner runs it as it is, and the sandbox serves Vamp Runner's console. */
class VampRunnerFolderSystemTest {

    private static final Path FOLDER = Path.of("src/test/resources/coalmine/recipe/vamp-runner-style");
    private static final Pace PACE = new Pace(20);
    private static Machine machine;
    private static Sandbox sandbox;
    private static VampApi vamp;

    @BeforeAll
    static void start() {
        machine = new Machine();
        sandbox = Sandbox.start(machine, Sandbox.Options.atPace(PACE).on("127.6.3.2"));
        vamp = new VampApi(sandbox.vampUrl());
    }

    @AfterAll
    static void close() {
        sandbox.close();
        machine.close();
    }

    @Test
    void our_runner_sends_its_files_byte_for_byte() throws IOException {
        Recipe recipe = Recipe.read(FOLDER);

        assertThat(recipe.run().get(0).documents()).isEqualTo(Files.readString(FOLDER.resolve("artifacts.yml")));
    }

    @Test
    void our_runner_runs_it_and_cleans_it_up() {
        Recipe recipe = Recipe.read(FOLDER);
        List<String> outcomes = new ArrayList<>();
        try (EventStream events = EventStream.open(vamp)) {
            RecipeRunner runner = new RecipeRunner(
                    vamp, events, PACE, Duration.ofSeconds(5), result -> outcomes.add(describe(result)));

            runner.runAll(recipe.run());
            runner.cleanUp(recipe);
        }

        assertThat(outcomes)
                .containsExactly(
                        "DONE", "DONE", "SKIPPED", "DONE", "DONE", "DONE", // the run
                        "DONE", "DONE", "DONE", "DONE");
        assertThat(Traces.of(recipe).left(vamp)).isEmpty();
        assertThat(vamp.workflowStatus("metrics")).as("what was there before").contains("running");
    }

    private static String describe(StepResult result) {
        return result.outcome() == Outcome.FAILED
                ? result.message()
                : result.outcome().name();
    }

    @Test
    void vamp_runners_console_runs_it_against_the_sandbox() throws IOException, InterruptedException {
        try (VampRunnerConsole console = new VampRunnerConsole(sandbox.vampUrl(), Duration.ofSeconds(10))) {
            assertThat(console.run(FOLDER))
                    .containsExactly(
                            "succeeded",
                            "succeeded",
                            "skipped",
                            "succeeded",
                            "succeeded",
                            "succeeded", // the run
                            "succeeded",
                            "succeeded",
                            "succeeded",
                            "succeeded");
        }
        assertThat(Traces.of(Recipe.read(FOLDER)).left(vamp)).isEmpty();
    }
}
