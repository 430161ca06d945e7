package coalmine.sandbox.vamp;

import static org.awaitility.Awaitility.await;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.EventStore;
import coalmine.sandbox.vamp.artifact.Schedule;
import coalmine.time.Pace;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TriggersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final SandboxClock clock = new SandboxClock(context, new Pace(1));
    private final Triggers triggers = new Triggers(new EventStore(clock), clock);
    private final List<String> fired = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void arm(String workflow, String period, Optional<Instant> start) {
        Schedule schedule = new Schedule.InTime(Duration.parse(period), Optional.empty(), start);
        CompletableFuture.runAsync(
                        () -> triggers.arm(workflow, schedule, fired::add),
                        task -> context.runOnContext(now -> task.run()))
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Test
    void a_period_that_no_clock_can_count_brings_the_first_run_and_no_other() {
        arm("rare", "P1000000D", Optional.empty());
        arm("rarer", "PT2400000000000000H", Optional.empty());

        await().atMost(PATIENCE).until(() -> fired.containsAll(List.of("rare", "rarer")));
        await().during(Duration.ofMillis(200)).atMost(PATIENCE).until(() -> fired.size() == 2);
    }

    @Test
    void a_start_that_no_clock_can_count_to_does_not_come() {
        arm("late", "PT1S", Optional.of(Instant.parse("9999-01-01T00:00:00Z")));
        arm("latest", "PT1S", Optional.of(Instant.MAX));
        arm("now", "PT100H", Optional.empty());

        await().atMost(PATIENCE).until(() -> fired.contains("now"));
        await().during(Duration.ofMillis(200)).atMost(PATIENCE).until(() -> fired.size() == 1);
    }
}
