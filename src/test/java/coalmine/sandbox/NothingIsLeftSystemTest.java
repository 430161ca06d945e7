package coalmine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import coalmine.cli.Coalmine;
import coalmine.marathon.MarathonApi;
import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeBook;
import coalmine.recipe.RecipeRunner;
import coalmine.recipe.RecipeRunner.Outcome;
import coalmine.time.Pace;
import coalmine.vamp.EventStream;
import coalmine.vamp.VampApi;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a release's processes: when its JVM is killed and can do nothing about them any more, and when it is cleaned up. */
class NothingIsLeftSystemTest {

    private static final Path PROCESSES = Path.of("/proc");

    @BeforeAll
    static void looks_where_only_linux_tells() {
        assumeThat(PROCESSES.resolve("self/environ")).exists();
    }

    // ---- A kill ----

    @Test
    @Timeout(120)
    void within_5_seconds_of_a_kill_in_mid_release_no_process_is_left(@TempDir Path mark) throws IOException {
        Process suite = release(mark);
        try {
            awaitLine(suite, "sava:1.1 40%");
            // Itself, the agent with the workflows, and at least two instances of each version.
            assertThat(marked(mark)).hasSizeGreaterThanOrEqualTo(6).contains(suite.toHandle());

            suite.destroyForcibly();

            await().atMost(Duration.ofSeconds(5)).until(() -> marked(mark).isEmpty());
        } finally {
            marked(mark).forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** A release in a JVM of its own, with a mark in the environment that it hands on to all that it starts, and they to theirs. */
    private static Process release(Path mark) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Coalmine.class.getName(),
                        "release",
                        "canary-release")
                .redirectErrorStream(true);
        builder.environment().put("TMPDIR", mark.toString());
        return builder.start();
    }

    private static void awaitLine(Process process, String part) throws IOException {
        BufferedReader output = process.inputReader();
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            if (line.contains(part)) {
                return;
            }
        }
        throw new AssertionError("it ended before it said " + part + ", and had said:\n" + said);
    }

    private static List<ProcessHandle> marked(Path mark) {
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process).contains("TMPDIR=" + mark))
                .toList();
    }

    /** That of a process that has ended, or is somebody else's, is empty. */
    private static String environment(ProcessHandle process) {
        try {
            return Files.readString(PROCESSES.resolve(process.pid() + "/environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            return "";
        }
    }

    // ---- A clean-up ----

    @Test
    @Timeout(120)
    void after_its_clean_up_no_process_and_no_isolate_of_a_release_is_left() {
        Pace pace = new Pace(20);
        try (Machine machine = new Machine();
                Sandbox sandbox =
                        Sandbox.start(machine, Sandbox.Options.atPace(pace).on("127.5.3.1"))) {
            machine.warm().join();
            VampApi vamp = new VampApi(sandbox.vampUrl());
            Recipe recipe = RecipeBook.open(Path.of("recipes")).read("canary-release", Map.of());
            // The workflow agent, and the spare processes of the sample service; the isolates of the default workflows.
            long processes = ProcessHandle.current().descendants().count();
            await().until(() -> isolates(sandbox) == 3);
            try (EventStream events = EventStream.open(vamp)) {
                RecipeRunner runner = new RecipeRunner(vamp, events, pace, Duration.ofSeconds(1), ended -> {});
                recipe.run().forEach(runner::run);
                List<ProcessHandle> served = serving(new MarathonApi(sandbox.marathonUrl()));
                assertThat(served).hasSizeGreaterThanOrEqualTo(4).allMatch(ProcessHandle::isAlive);
                assertThat(isolates(sandbox))
                        .as("with traffic, canary and auto-scaling")
                        .isEqualTo(6);

                assertThat(runner.cleanUp(recipe)).noneMatch(step -> step.outcome() == Outcome.FAILED);

                assertThat(served).noneMatch(ProcessHandle::isAlive);
                await().until(() -> isolates(sandbox) == 3);
                await().until(() -> ProcessHandle.current().descendants().count() == processes);
            }
        }
    }

    /** The processes of both versions, as they name themselves. */
    private static List<ProcessHandle> serving(MarathonApi marathon) {
        return Stream.of("sava:1.0", "sava:1.1")
                .flatMap(breed -> marathon.appsOfService("sava", breed).stream())
                .flatMap(app -> app.tasks().stream())
                .map(task -> RestAssured.get(
                                "http://" + task.host() + ":" + task.ports().get(0) + "/")
                        .header("X-Sava-Process"))
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                .toList();
    }

    /** How many workers the workflow agent has: each is a thread with the name of its script, as much of it as the system keeps. */
    private static long isolates(Sandbox sandbox) {
        Path threads = PROCESSES.resolve(sandbox.workflowAgentPid().orElseThrow() + "/task");
        try (Stream<Path> all = Files.list(threads)) {
            return all.filter(thread -> name(thread).equals("/vamp/workflows")).count();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (IOException ended) {
            return "";
        }
    }
}
