package coalmine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The one jar, and the tutorial by hand: every line that the sandbox prints for people to type is typed, as it stands. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the lines are for a Unix shell")
class RunnableJarIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @Test
    void the_tutorial_can_be_followed_by_typing_what_the_sandbox_prints() throws IOException, InterruptedException {
        Process sandbox = start(
                "sandbox",
                java() + " -jar target/coalmine.jar sandbox --pace 5 --host 127.6.7.2 --vamp-port 0 --marathon-port 0");
        try {
            Map<String, String> commands = commands(sandbox);
            assertThat(commands).hasSize(9);

            Path events = stream("events", commands.get("See what happens, as it happens (Ctrl-C ends it)"));
            assertThat(type(commands.get(
                            "Or do so step by step, from 1 on; a step that has a path, as 3 has, is sent to it")))
                    .contains("\"name\":\"sava:1.0\"");
            // What was done by hand is in the way of the recipe, which says so; so it has to be removed first.
            type(commands.get("Remove all of it"));
            assertThat(type(commands.get("Deploy sava 1.0 and sava 1.1, send traffic, and start the canary")))
                    .contains("Start the canary", "Kept: ");
            Path weights = stream(
                    "weights", commands.get("Watch the weights move: old/new, every 5 seconds (Ctrl-C ends it)"));
            assertThat(type(commands.get("Be a user"))).containsPattern("sava 1\\.[01]");
            // High enough that an outage is noticed at once, wherever it is by now.
            shows(weights, "\"value\":\"[1-7]\\d?%/");
            assertThat(type(commands.get("See the weights as they are"))).contains("\"weight\":\"");
            assertThat(type(commands.get("Kill the container of sava 1.1, and watch the weights go back")))
                    .contains("\"tasks\":[{");
            shows(weights, "\"100%/0%\"");
            assertThat(type(commands.get("See its health: 0 once errors were seen, 1 again after 30 seconds without")))
                    .matches("[01]\\.0");
            assertThat(type(commands.get("Remove all of it"))).contains("Succeeded.");
            shows(events, "synchronization:undeployed");

            sandbox.destroy();

            assertThat(sandbox.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(sandbox.exitValue()).as("ending it is no failure").isZero();
        } finally {
            started.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
            started.forEach(Process::destroyForcibly);
        }
    }

    @Test
    void the_jar_carries_the_recipes() throws IOException, InterruptedException {
        String output = elsewhere(0, "recipes", "list");

        assertThat(output.lines().filter(line -> !line.startsWith(" "))).hasSameSizeAs(Cli.ownRecipes());
        assertThat(output).contains("canary-release");
    }

    @Test
    void without_a_docker_engine_the_container_platform_says_in_a_line_what_mends_it()
            throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder(
                        java(),
                        "-Dcoalmine.platform=container",
                        "-jar",
                        "target/coalmine.jar",
                        "recipes",
                        "run",
                        "http-deployment")
                .redirectErrorStream(true);
        command.environment().put("DOCKER_HOST", "tcp://127.6.7.3:1");
        Process run = command.start();

        String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(run.waitFor()).isEqualTo(1);
        assertThat(output.strip())
                .contains("needs a Docker engine", "DOCKER_HOST=tcp://127.6.7.3:1", "start it there")
                .doesNotContain("\n");
    }

    @Test
    void the_jar_carries_the_features_for_the_doctor_to_count() throws IOException, InterruptedException {
        String output = elsewhere(1, "doctor", "--vamp", "http://127.6.7.2:1", "--marathon", "http://127.6.7.2:1");

        long byDefault =
                Features.all().stream().filter(Features.Scenario::isByDefault).count();
        assertThat(output).contains("the connection is refused", "Scenarios: 0 of " + byDefault + " would run");
    }

    /** What the jar prints in a folder that has nothing of its own. */
    private String elsewhere(int code, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(
                java(), "-jar", Path.of("target/coalmine.jar").toAbsolutePath().toString()));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).directory(folder.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(code);
        return output;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** What can be typed, by what is said of it. */
    private static Map<String, String> commands(Process sandbox) throws IOException {
        Map<String, String> commands = new LinkedHashMap<>();
        BufferedReader output = sandbox.inputReader();
        String before = "";
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("  $ ")) {
                commands.put(before.trim(), line.substring(4));
            }
            before = line;
            if (commands.containsKey("Remove all of it")) {
                return commands;
            }
        }
        throw new AssertionError("the sandbox ended and had said " + commands);
    }

    private Process start(String name, String command) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", "exec " + command)
                .redirectError(folder.resolve(name + ".err").toFile())
                .start();
        started.add(process);
        return process;
    }

    /** Starts a command that does not end by itself; what it prints is found in a file. */
    private Path stream(String name, String command) throws IOException {
        Path output = folder.resolve(name);
        started.add(new ProcessBuilder("sh", "-c", "exec " + command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start());
        return output;
    }

    private static void shows(Path output, String regex) {
        Pattern text = Pattern.compile(regex);
        await().atMost(PATIENCE)
                .until(() -> text.matcher(Files.readString(output)).find());
    }

    private String type(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command.replaceFirst("^java ", java() + " "))
                .redirectErrorStream(true)
                .start();
        started.add(process);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + "\n" + output).isZero();
        return output;
    }
}
