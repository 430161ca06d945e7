package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import coalmine.journal.PastRun;
import coalmine.platform.Environment;
import coalmine.platform.OwnSandbox;
import coalmine.time.Pace;
import coalmine.vamp.VampApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs of the suite on one Vamp, each in a process and in a namespace of its own, and a third that comes too many. */
class SideBySideSystemTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String PACE = "5";

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @Test
    void runs_in_two_namespaces_do_not_meet_and_a_second_one_in_the_same_does_not_start()
            throws IOException, InterruptedException {
        try (OwnSandbox sandbox = OwnSandbox.start("127.6.10.2", 0, 0, new Pace(Double.parseDouble(PACE)), "0.9.2");
                Environment environment = sandbox.lend()) {
            VampApi vamp = new VampApi(environment.vamp());
            TreeSet<String> before = everything(vamp);
            Process killed = suite(environment, "nightly-7", "killed", ".*container is killed in the middle.*");
            Process promoted = suite(environment, "nightly-8", "promoted", "All traffic moves to sava 1.1");
            await().atMost(PATIENCE)
                    .failFast(() -> {
                        assertThat(killed.isAlive()).as(output("killed")).isTrue();
                        assertThat(promoted.isAlive()).as(output("promoted")).isTrue();
                    })
                    .until(() -> vamp.names("breeds")
                            .containsAll(List.of("nightly-7-coalmine-run", "nightly-8-coalmine-run")));

            Process third = suite(environment, "nightly-7", "third", ".*container is killed in the middle.*");

            assertThat(statusOf(third, "third")).isNotZero();
            assertThat(output("third"))
                    .contains("the suite was not started, as run "
                            + PastRun.unfinished(folder.resolve("journals-killed"))
                                    .get(0)
                                    .id() + " uses its names");
            // What proves that events come stays in the store; one that does not start leaves none.
            assertThat(vamp.get("events?tag=coalmine").orElseThrow()).hasSize(2);
            assertThat(statusOf(killed, "killed")).as(output("killed")).isZero();
            assertThat(statusOf(promoted, "promoted")).as(output("promoted")).isZero();
            assertThat(output("killed")).contains("  1  passed");
            assertThat(output("promoted")).contains("  1  passed");
            assertThat(everything(vamp)).isEqualTo(before);
            assertThat(PastRun.unfinished(folder.resolve("journals-killed"))).isEmpty();
        } finally {
            started.forEach(Process::destroyForcibly);
        }
    }

    private static TreeSet<String> everything(VampApi vamp) {
        TreeSet<String> all = new TreeSet<>();
        for (String collection : List.of("deployments", "gateways", "workflows", "breeds", "scales", "blueprints")) {
            vamp.names(collection).forEach(name -> all.add(collection + "/" + name));
        }
        return all;
    }

    private Process suite(Environment environment, String namespace, String name, String scenario) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "-Dcoalmine.platform=remote",
                        "-Dcoalmine.pace=" + PACE,
                        "-Dcoalmine.vamp.url=" + environment.vamp(),
                        "-Dcoalmine.marathon.url=" + environment.marathon(),
                        "-Dcoalmine.namespace=" + namespace,
                        "-Dcoalmine.journal=" + folder.resolve("journals-" + name),
                        "-Dcucumber.publish.quiet=true",
                        io.cucumber.core.cli.Main.class.getName(),
                        "--glue",
                        "coalmine.acceptance",
                        "--plugin",
                        Progress.class.getName(),
                        "--name",
                        "^" + scenario + "$",
                        "features/canary-release")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name).toFile())
                .start();
        started.add(process);
        return process;
    }

    /** The status that a run ends with; one that does not end says what it was at. */
    private int statusOf(Process run, String name) throws IOException, InterruptedException {
        assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("whether the run \"%s\" ended within %d s; it said: %s", name, PATIENCE.toSeconds(), output(name))
                .isTrue();
        return run.exitValue();
    }

    private String output(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }
}
