package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private volatile double load = 1;
    private final AtomicInteger looks = new AtomicInteger();
    private final Admission admission = new Admission(
            2,
            3,
            () -> {
                looks.incrementAndGet();
                return load;
            },
            Duration.ofMillis(10));
    private final AtomicInteger inside = new AtomicInteger();

    @AfterEach
    void close() {
        admission.close();
    }

    @Test
    void on_a_busy_machine_only_those_are_let_in_that_always_are() {
        enter(3);
        await().atMost(PATIENCE).until(() -> inside.get() == 2);
        awaitLooks(looks.get() + 20);
        assertThat(inside).hasValue(2);
        leave();
        await().atMost(PATIENCE).until(() -> inside.get() == 2);
    }

    @Test
    void where_the_load_is_not_known_no_more_are_let_in_either() {
        load = -1;
        enter(3);
        await().atMost(PATIENCE).until(() -> inside.get() == 2);
        awaitLooks(looks.get() + 20);
        assertThat(inside).hasValue(2);
    }

    @Test
    void a_machine_with_time_to_spare_gets_more_but_never_more_than_the_most() {
        load = 0.5;
        enter(4);
        await().atMost(PATIENCE).until(() -> inside.get() == 3);
        awaitLooks(looks.get() + 20);
        assertThat(inside).hasValue(3);
    }

    @Test
    void whoever_comes_first_is_let_in_first() {
        enter(2);
        await().atMost(PATIENCE).until(() -> inside.get() == 2);
        List<Integer> letIn = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 5; i++) {
            int place = i;
            Thread waiting = start(() -> letIn.add(place));
            await().atMost(PATIENCE).until(() -> waiting.getState() == Thread.State.WAITING);
        }
        for (int i = 1; i <= 5; i++) {
            int soMany = i;
            leave();
            await().atMost(PATIENCE).until(() -> letIn.size() == soMany);
        }
        assertThat(letIn).containsExactly(0, 1, 2, 3, 4);
    }

    /** Twenty looks take 0.2 s where they are as frequent as was asked for. */
    private void awaitLooks(int count) {
        await().atMost(Duration.ofSeconds(4)).until(() -> looks.get() >= count);
    }

    private void leave() {
        inside.decrementAndGet();
        admission.leave();
    }

    private void enter(int count) {
        for (int i = 0; i < count; i++) {
            start(inside::incrementAndGet);
        }
    }

    private Thread start(Runnable onceInside) {
        Thread thread = new Thread(() -> {
            try {
                admission.enter();
                onceInside.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
