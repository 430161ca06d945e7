package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.sandbox.Machine;
import coalmine.sandbox.Sandbox;
import coalmine.sandbox.vamp.VampVersion;
import coalmine.time.Pace;
import coalmine.vamp.VampApi;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

    @Test
    @Timeout(60)
    void a_sandbox_that_is_just_starting_when_the_platform_closes_is_closed_as_well() throws InterruptedException {
        CountDownLatch thirdIsUp = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicLong agent = new AtomicLong();
        AtomicInteger starts = new AtomicInteger();
        SandboxPlatform platform = new SandboxPlatform(
                new Pace(10), List.of("127.8.7.1", "127.8.7.2", "127.8.7.3"), (machine, options) -> {
                    Sandbox sandbox = Sandbox.start(machine, options);
                    if (starts.incrementAndGet() == 3) {
                        agent.set(sandbox.workflowAgentPid().orElseThrow());
                        thirdIsUp.countDown();
                        // Still at it when the platform is being closed, and until that is over if nobody waits for it.
                        waitFor(closing, Duration.ofSeconds(30));
                        waitFor(closed, Duration.ofSeconds(1));
                    }
                    return sandbox;
                });
        platform.lend().close();
        thirdIsUp.await();

        closing.countDown();
        platform.close();
        closed.countDown();

        await().atMost(Duration.ofSeconds(5))
                .until(() -> ProcessHandle.of(agent.get())
                        .filter(ProcessHandle::isAlive)
                        .isEmpty());
    }

    private static void waitFor(CountDownLatch latch, Duration atMost) {
        try {
            latch.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Sandbox unlessLater(Machine machine, Sandbox.Options options) {
        if (options.version() != VampVersion.V0_9_2) {
            throw new IllegalStateException("no such Vamp today");
        }
        return Sandbox.start(machine, options);
    }
}
