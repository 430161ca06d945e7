package coalmine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a sandbox's processes when its JVM is killed and can do nothing about them any more. */
class NothingIsLeftSystemTest {

    @Test
    void within_5_seconds_of_the_kill_no_process_is_left() throws IOException {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        RunsUntilItIsKilled.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader output = owner.inputReader();
            String line = output.readLine();
            while (line != null && !line.equals("up")) {
                line = output.readLine();
            }
            // The agent, and two spare sample services that have become instances, and more that wait.
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> owner.descendants().count() >= 4);
            List<ProcessHandle> processes = owner.descendants().toList();

            owner.destroyForcibly();

            await().atMost(Duration.ofSeconds(5)).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(owner.isAlive()).isFalse();
        } finally {
            owner.descendants().forEach(ProcessHandle::destroyForcibly);
            owner.destroyForcibly();
        }
    }
}
