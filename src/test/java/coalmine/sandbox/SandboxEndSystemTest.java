package coalmine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.time.Pace;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is left of a sandbox, on a machine that goes on, when it has been closed or has not come up. */
class SandboxEndSystemTest {

    private static final Sandbox.Options OPTIONS =
            Sandbox.Options.atPace(new Pace(50)).on("127.5.8.1");

    private static Machine machine;

    @BeforeAll
    static void openMachine() {
        machine = new Machine();
    }

    @AfterAll
    static void closeMachine() {
        machine.close();
    }

    @Test
    void nothing_in_memory_tells_the_time_of_a_sandbox_that_is_closed() {
        startAndClose();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(living(SandboxClock.class)).isZero());
    }

    private static void startAndClose() {
        try (Sandbox sandbox = Sandbox.start(machine, OPTIONS)) {
            assertThat(sandbox.workflowAgentPid()).isPresent();
            assertThat(living(SandboxClock.class)).isOne();
        }
    }

    /** How many objects of a class can be reached, which this virtual machine counts when it has collected its garbage. */
    private static int living(Class<?> type) {
        try {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return histogram
                    .lines()
                    .map(line -> line.trim().split("\\s+"))
                    .filter(columns -> columns.length > 3 && columns[3].equals(type.getName()))
                    .mapToInt(columns -> Integer.parseInt(columns[1]))
                    .sum();
        } catch (JMException e) {
            throw new IllegalStateException("this virtual machine does not count its objects", e);
        }
    }
}
