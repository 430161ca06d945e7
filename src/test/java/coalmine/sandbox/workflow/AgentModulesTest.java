package coalmine.sandbox.workflow;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentModulesTest {

    @TempDir
    Path folder;

    private final Optional<String> before = Optional.ofNullable(System.getProperty(AgentProcess.MODULES_PROPERTY));

    @AfterEach
    void restore() {
        System.clearProperty(AgentProcess.MODULES_PROPERTY);
        before.ifPresent(value -> System.setProperty(AgentProcess.MODULES_PROPERTY, value));
    }

    @Test
    void a_folder_of_modules_that_is_not_there_is_refused_by_name() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        for (Path wrong : new Path[] {folder.resolve("gone"), file}) {
            System.setProperty(AgentProcess.MODULES_PROPERTY, wrong.toString());

            assertThatThrownBy(AgentProcess::start)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "-Dcoalmine.workflow.modules=" + wrong + " is wrong: " + wrong + " is no folder");
        }
    }
}
