package coalmine.sandbox.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import coalmine.time.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Coalmine's subset of highland against highland itself, which npm brings where there is an npm. */
class HighlandSubsetTest {

    private static final String VERSION = "3.0.0-beta.3";

    @Test
    void what_is_left_out_says_so_and_what_to_do() {
        List<String> lines = run(
                AgentProcess.start(),
                "try { require('highland')([1]).toPromise(Promise); } catch (e) { console.log(e.message); }");

        assertThat(lines)
                .containsExactly("highland: 'toPromise' is not part of Coalmine's subset of highland " + VERSION
                        + ". For all of it install highland itself and start Coalmine with -Dcoalmine.workflow.modules=DIR,"
                        + " where DIR is the node_modules folder that it is in.");
    }

    @Test
    void small_programs_say_the_same_with_the_subset_as_with_highland_itself() throws Exception {
        Path modules = installed();
        String programs = Workflows.resource("highland-programs.js");

        List<String> withSubset = run(AgentProcess.start(), programs);
        List<String> withHighland = run(AgentProcess.startWithModules(modules), programs);

        assertThat(withSubset).hasSizeGreaterThan(100).containsExactlyElementsOf(withHighland);
    }

    private static List<String> run(AgentProcess agent, String script) {
        try (Workflows workflows = new Workflows(agent, Pace.REAL)) {
            var started = workflows.start("programs", script);
            assertThat(started.exitCode()).isZero();
            return started.lines();
        } finally {
            agent.close();
        }
    }

    /** The folder of modules with highland in it; without npm or its registry, the test is skipped and says why. */
    private static Path installed() throws IOException, InterruptedException {
        Path folder = Path.of("target", "highland-" + VERSION).toAbsolutePath();
        Path modules = folder.resolve("node_modules");
        if (Files.exists(modules.resolve("highland").resolve("package.json"))) {
            return modules;
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
        Path output = folder.resolve("npm.log");
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        Process npm;
        try {
            npm = new ProcessBuilder(
                            windows ? "npm.cmd" : "npm",
                            "install",
                            "--no-audit",
                            "--no-fund",
                            "--ignore-scripts",
                            "--fetch-retries=0",
                            "highland@" + VERSION)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException noNpm) {
            assumeThat(noNpm).as("skipped, because there is no npm here").isNull();
            throw noNpm;
        }
        boolean ended = npm.waitFor(60, TimeUnit.SECONDS);
        npm.destroyForcibly();
        assumeThat(ended && npm.exitValue() == 0)
                .as("skipped, because npm could not install highland: " + Files.readString(output))
                .isTrue();
        return modules;
    }
}
