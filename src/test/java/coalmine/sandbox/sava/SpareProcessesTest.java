package coalmine.sandbox.sava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SpareProcessesTest {

    static List<SpareProcesses.Starter> startersThatFail() {
        return List.of(
                () -> {
                    throw new IOException("not today");
                },
                () -> {
                    throw new IllegalStateException("not today");
                },
                () -> {
                    throw new OutOfMemoryError("not today");
                });
    }

    @ParameterizedTest
    @MethodSource("startersThatFail")
    void whoever_waits_for_a_process_hears_why_none_can_be_started(SpareProcesses.Starter starter) {
        try (SpareProcesses pool = pool(starter)) {
            List<CompletableFuture<SpareProcesses.Spare>> takers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                takers.add(pool.take());
            }

            takers.forEach(taker ->
                    assertThatThrownBy(() -> taker.get(10, TimeUnit.SECONDS)).hasMessageContaining("not today"));
        }
    }

    @Test
    void who_comes_after_a_failure_has_another_try_made() {
        AtomicInteger tries = new AtomicInteger();
        try (SpareProcesses pool = pool(() -> {
            throw new OutOfMemoryError("at try " + tries.incrementAndGet());
        })) {
            assertThatThrownBy(() -> pool.take().get(10, TimeUnit.SECONDS)).hasMessageContaining("at try 1");
            assertThatThrownBy(() -> pool.take().get(10, TimeUnit.SECONDS)).hasMessageContaining("at try 2");
            assertThat(tries).hasValue(2);
        }
    }

    private static SpareProcesses pool(SpareProcesses.Starter starter) {
        return new SpareProcesses(0, CompletableFuture.completedFuture(null), starter);
    }
}
