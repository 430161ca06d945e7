package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
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
        awaitLooks(20);
        assertThat(inside).hasValue(2);
        leave();
        await().atMost(PATIENCE).until(() -> inside.get() == 2);
    }

    @Test
    void where_the_load_is_not_known_no_more_are_let_in_either() {
        load = -1;
        enter(3);
        awaitLooks(20);
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

    /** Twenty looks take 0.2 s where they are as frequent as was asked for. */
    private void awaitLooks(int count) {
        await().atMost(Duration.ofSeconds(4)).until(() -> looks.get() >= count);
    }

    private void leave() {
        inside.decrementAndGet();
        admission.leave();
    }

    private void enter(int count) {
        CountDownLatch begun = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {
                begun.countDown();
                try {
                    admission.enter();
                    inside.incrementAndGet();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        await().atMost(PATIENCE).until(() -> begun.getCount() == 0);
    }
}
