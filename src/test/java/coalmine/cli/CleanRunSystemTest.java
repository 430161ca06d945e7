package coalmine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import coalmine.cli.Cli.Result;
import coalmine.journal.PastRun;
import coalmine.marathon.MarathonApi;
import coalmine.platform.Environment;
import coalmine.platform.OwnSandbox;
import coalmine.time.Pace;
import coalmine.vamp.VampApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a run whose process is killed: nobody undoes it but who reads its journal. */
class CleanRunSystemTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> COLLECTIONS =
            List.of("deployments", "gateways", "workflows", "breeds", "scales", "blueprints", "conditions");

    private static OwnSandbox sandbox;
    private static Environment environment;
    private static VampApi vamp;
    private static MarathonApi marathon;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        sandbox = OwnSandbox.start("127.6.10.1", 0, 0, new Pace(10), "0.9.2");
        environment = sandbox.lend();
        vamp = new VampApi(environment.vamp());
        marathon = new MarathonApi(environment.marathon());
    }

    @AfterAll
    static void close() {
        environment.close();
        sandbox.close();
    }

    /** Everything that there is, by what it is. */
    private static Map<String, List<String>> all() {
        Map<String, List<String>> all = new TreeMap<>();
        COLLECTIONS.forEach(collection ->
                all.put(collection, vamp.names(collection).stream().sorted().toList()));
        all.put(
                "apps",
                marathon.apps().stream().map(MarathonApi.App::id).sorted().toList());
        return all;
    }

    private Process run(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Coalmine.class.getName(),
                "recipes",
                "run"));
        command.addAll(List.of(words));
        command.addAll(List.of(
                "--vamp",
                environment.vamp().toString(),
                "--marathon",
                environment.marathon().toString(),
                "--pace",
                "10",
                "--journal",
                folder.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private Result clean(String id) {
        return Cli.run("clean", "--run", id, "--journal", folder.toString());
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private String onlyId() {
        List<PastRun> unfinished = PastRun.unfinished(folder);
        assertThat(unfinished).hasSize(1);
        return unfinished.get(0).id();
    }

    @Test
    void a_run_that_is_killed_in_the_middle_of_the_release_leaves_nothing_that_its_journal_cannot_remove()
            throws IOException, InterruptedException {
        vamp.put("scales/nightly-large", "{name: nightly-large, cpu: 1, memory: 1GB}");
        Map<String, List<String>> before = all();
        Process run = run("canary-release", "--namespace", "nightly-7");
        try {
            await().atMost(PATIENCE)
                    .until(() -> vamp.get("deployments/nightly-7-sava").isPresent());
            String id = onlyId();
            assertThat(output()).contains("Run " + id, "clean --run " + id);
            assertThat(clean(id).err()).contains("run " + id + " is not over: process " + run.pid());
            assertThat(clean(id).code()).isEqualTo(2);
            // The first shift: a few seconds later the run would be at its own clean-up.
            await().atMost(PATIENCE)
                    .until(() -> vamp.get("gateways/nightly-7-sava/nightly-7-sava/web")
                            .map(gateway -> gateway.path("routes"))
                            .filter(routes ->
                                    routes.size() == 2 && !routes.toString().contains("\"weight\":\"0%\""))
                            .isPresent());
        } finally {
            run.destroyForcibly().waitFor();
        }
        String id = onlyId();
        // Killed while it was writing the next line.
        Files.writeString(
                folder.resolve(id + ".jsonl"),
                "{\"at\":\"2026-11-24T17:12:39Z\",\"does\":\"crea",
                StandardOpenOption.APPEND);
        assertThat(Cli.run("clean", "--journal", folder.toString()).out())
                .contains(id, "recipes run canary-release", "deployments/nightly-7-sava");

        Result clean = clean(id);

        assertThat(clean.code()).as(clean.out() + clean.err()).isZero();
        assertThat(clean.out())
                .contains(
                        "Removed deployments/nightly-7-sava", "Removed workflows/nightly-7-canary", "Nothing is left");
        assertThat(all()).isEqualTo(before);
        assertThat(clean(id).out()).contains("Nothing is left of run " + id);
        assertThat(clean(id).code()).isZero();
        vamp.delete("scales/nightly-large", "");
    }

    @Test
    void what_a_run_took_away_is_put_back_and_what_its_workflows_made_is_removed()
            throws IOException, InterruptedException {
        Map<String, List<String>> before = all();
        assertThat(before.get("workflows")).contains("metrics");
        Process run = run("auto-scaling");
        try {
            await().atMost(PATIENCE)
                    .until(() -> vamp.workflowStatus("auto-scaling").isPresent());
            assertThat(vamp.names("workflows")).doesNotContain("metrics");
        } finally {
            run.destroyForcibly().waitFor();
        }

        Result clean = clean(onlyId());

        assertThat(clean.out()).contains("Put back workflows/metrics", "Nothing is left");
        assertThat(clean.code()).isZero();
        await().atMost(PATIENCE).until(() -> all().equals(before));
    }

    @Test
    void a_run_that_ends_as_it_should_leaves_nothing_to_clean() throws IOException, InterruptedException {
        Process run = run("http-deployment", "--namespace", "nightly-8");

        assertThat(run.waitFor()).as(output()).isZero();
        assertThat(PastRun.unfinished(folder)).isEmpty();
        assertThat(Cli.run("clean", "--journal", folder.toString()).out()).contains("No run has left anything");
    }

    @Test
    void a_run_with_a_namespace_takes_nothing_away_from_others() throws IOException, InterruptedException {
        Process run = run("auto-scaling", "--namespace", "nightly-9");

        assertThat(run.waitFor()).isEqualTo(1);
        assertThat(output()).contains("it was not started", "workflows/metrics", "is not alone on this Vamp");
        assertThat(vamp.names("workflows")).contains("metrics");
    }
}
