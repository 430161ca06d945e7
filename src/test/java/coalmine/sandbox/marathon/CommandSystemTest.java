package coalmine.sandbox.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no POSIX shell")
class CommandSystemTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private Container container = () -> {};

    private final Container.Listener listener = new Container.Listener() {
        @Override
        public void running() {
            heard.add("running");
        }

        @Override
        public void ended(int exitCode, String reason) {
            heard.add("ended " + exitCode);
        }
    };

    @AfterEach
    void end() {
        container.kill();
        await().atMost(PATIENCE).until(() -> heard.isEmpty() || heard.size() == 2);
    }

    private void start(String command, Map<Integer, Integer> ports, Map<String, String> env) {
        container = new Command(command).start(new TaskSpec("x.1", "/x", "", "127.0.0.1", ports, env), listener);
    }

    /** Two processes, one in the background, that write their ids into a file each and stay. */
    private String family() {
        return "(echo $$ > " + folder + "/shell; sleep 600) & sleep 600 & echo $! > " + folder + "/sleep; wait";
    }

    private List<ProcessHandle> members() {
        await().atMost(PATIENCE).until(() -> written("shell") && written("sleep"));
        return List.of(handle("shell"), handle("sleep"));
    }

    private boolean written(String file) throws IOException {
        Path path = folder.resolve(file);
        return Files.exists(path) && Files.readString(path).endsWith("\n");
    }

    private ProcessHandle handle(String file) {
        try {
            long pid = Long.parseLong(Files.readString(folder.resolve(file)).strip());
            return ProcessHandle.of(pid).orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_command_is_told_its_ports_and_its_environment_and_ends_with_its_exit_code() throws IOException {
        start(
                "echo $PORT0 $PORT1 $PORTS $HOST $MESOS_TASK_ID $MARATHON_APP_ID $MINE > " + folder + "/told; exit 7",
                Map.of(31000, 31000),
                Map.of("MINE", "mine"));

        await().atMost(PATIENCE).until(() -> heard.size() == 2);

        assertThat(heard).containsExactly("running", "ended 7");
        assertThat(Files.readString(folder.resolve("told")).strip()).isEqualTo("31000 31000 127.0.0.1 x.1 /x mine");
    }

    @Test
    void a_kill_ends_the_whole_process_group() {
        start(family(), Map.of(), Map.of());
        List<ProcessHandle> members = members();

        container.kill();

        await().atMost(PATIENCE).until(() -> members.stream().noneMatch(ProcessHandle::isAlive));
        await().atMost(PATIENCE).until(() -> heard.equals(List.of("running", "ended 137")));
    }

    @Test
    void what_a_command_leaves_behind_in_the_background_ends_with_it() throws IOException {
        Path go = folder.resolve("go");
        // It stays until the one in the background has been seen, which ends with it.
        start(
                "sleep 600 & echo $! > " + folder + "/shell; echo $! > " + folder + "/sleep; while [ ! -e " + go
                        + " ]; do sleep 0.05; done",
                Map.of(),
                Map.of());
        List<ProcessHandle> members = members();
        assertThat(members).allMatch(ProcessHandle::isAlive);

        Files.createFile(go);

        await().atMost(PATIENCE).until(() -> heard.equals(List.of("running", "ended 0")));
        await().atMost(PATIENCE).until(() -> members.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void within_5_seconds_of_the_kill_of_its_owner_nothing_is_left_of_a_command() throws IOException {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        CommandOwner.class.getName(),
                        family())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(owner.inputReader().readLine()).isEqualTo("up");
            List<ProcessHandle> members = members();
            List<ProcessHandle> supervisors = owner.descendants().toList();
            assertThat(supervisors).isNotEmpty();

            owner.destroyForcibly();

            await().atMost(Duration.ofSeconds(5))
                    .until(() -> members.stream().noneMatch(ProcessHandle::isAlive)
                            && supervisors.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            owner.descendants().forEach(ProcessHandle::destroyForcibly);
            owner.destroyForcibly();
        }
    }
}
