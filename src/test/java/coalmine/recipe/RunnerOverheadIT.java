package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.recipe.RecipeRunner.Outcome;
import coalmine.recipe.RecipeRunner.StepResult;
import coalmine.recipe.Step.Method;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream;
import coalmine.vamp.FakeVamp;
import coalmine.vamp.VampApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What our runner adds to a step: how long the step took, less the time from the platform's receiving the request to its sending the awaited event. Beside
 * other tests it would be what they leave of the processors.
 */
class RunnerOverheadIT {

    private static final int STEPS = 41;
    private static final Duration MOST = Duration.ofMillis(50);
    private static final long PLATFORM_MILLIS = 30;

    private final FakeVamp fake = new FakeVamp("127.6.3.4");
    private final VampApi vamp = new VampApi(fake.uri());
    private final EventStream events = EventStream.open(vamp);
    private final ScheduledExecutorService platform = Executors.newSingleThreadScheduledExecutor();
    /** How long the platform itself took for each step. */
    private final List<Long> own = new ArrayList<>();

    @AfterEach
    void close() {
        platform.shutdownNow();
        events.close();
        fake.close();
    }

    @Test
    void a_step_takes_at_most_50_ms_more_than_the_platform() {
        fake.when("PUT /api/v1/things/a", asked -> {
            long received = System.nanoTime();
            platform.schedule(() -> publish(received), PLATFORM_MILLIS, TimeUnit.MILLISECONDS);
            return FakeVamp.Reply.of(202, "[]");
        });
        List<StepResult> results = new ArrayList<>();
        RecipeRunner runner = new RecipeRunner(vamp, events, Pace.REAL, Duration.ZERO, results::add);

        runner.runAll(IntStream.range(0, STEPS).mapToObj(RunnerOverheadIT::step).toList());

        assertThat(results).hasSize(STEPS).allMatch(result -> result.outcome() == Outcome.DONE);
        List<Duration> added = IntStream.range(0, STEPS)
                .mapToObj(i -> results.get(i).took().value().minusNanos(own.get(i)))
                .toList();
        Duration median = added.stream().skip(1).sorted().toList().get((STEPS - 1) / 2);
        System.out.println("Our runner added " + median.toNanos() / 1000 + " µs to a step (median of " + (STEPS - 1)
                + "), and " + added.get(0).toMillis() + " ms to the first");
        assertThat(median).isLessThan(MOST);
    }

    private void publish(long received) {
        own.add(System.nanoTime() - received);
        fake.publish(
                "{\"tags\":[\"step:" + own.size() + "\"],\"timestamp\":\"2026-11-24T00:00:00Z\",\"type\":\"event\"}");
    }

    /** What every step of a run has: documents that are sent, and an event. */
    private static Step step(int before) {
        return new Step(
                "the step",
                Method.CREATE,
                "name: a",
                "things/a",
                Optional.empty(),
                Set.of("step:" + (before + 1)),
                PlatformDuration.seconds(60));
    }
}
