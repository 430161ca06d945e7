package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.sandbox.Machine;
import coalmine.sandbox.Sandbox;
import coalmine.sandbox.vamp.VampVersion;
import coalmine.time.Pace;
import coalmine.vamp.VampApi;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SandboxPlatformSystemTest {

    @Test
    @Timeout(60)
    void a_sandbox_that_cannot_be_started_does_not_cost_the_next_one_its_place() {
        try (SandboxPlatform platform =
                new SandboxPlatform(new Pace(10), List.of("127.8.7.1"), SandboxPlatformSystemTest::unlessLater)) {
            assertThatThrownBy(() -> platform.lend(Set.of("0.9.5"))).hasMessage("no such Vamp today");

            try (Environment environment = platform.lend()) {
                assertThat(new VampApi(environment.vamp()).info().version()).isEqualTo("0.9.2");
            }
            try (Environment environment = platform.lend()) {
                assertThat(environment.gatewayHost()).isEqualTo("127.8.7.1");
            }
        }
    }

    @Test
    @Timeout(60)
    void whoever_waits_for_a_sandbox_hears_of_an_error_as_well() {
        OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
        AtomicInteger tries = new AtomicInteger();
        try (SandboxPlatform platform = new SandboxPlatform(new Pace(10), List.of("127.8.7.1"), (machine, options) -> {
            if (tries.incrementAndGet() == 1) {
                throw noThread;
            }
            return Sandbox.start(machine, options);
        })) {
            assertThatThrownBy(platform::lend)
                    .hasMessage("no sandbox could be started")
                    .hasCause(noThread);

            try (Environment environment = platform.lend()) {
                assertThat(environment.gatewayHost()).isEqualTo("127.8.7.1");
            }
        }
    }

    private static Sandbox unlessLater(Machine machine, Sandbox.Options options) {
        if (options.version() != VampVersion.V0_9_2) {
            throw new IllegalStateException("no such Vamp today");
        }
        return Sandbox.start(machine, options);
    }
}
