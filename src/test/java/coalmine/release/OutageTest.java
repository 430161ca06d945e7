package coalmine.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutageTest {

    private static final Duration SLOW = Duration.ofNanos(100);

    private final List<Answer> answers = new ArrayList<>();
    private long now;
    private long gone = Long.MAX_VALUE;

    @Test
    void users_who_are_served_see_none() {
        sends(20, 200, 1);
        assertThat(Outage.in(answers, SLOW, gone)).isEmpty();
    }

    @Test
    void it_lasts_from_the_first_that_waited_or_failed_to_the_end_of_the_last() {
        sends(3, 200, 1);
        sends(2, 200, 150);
        sends(4, 200, 2);
        sends(1, 503, 1);
        sends(20, 200, 1);
        assertThat(Outage.in(answers, SLOW, gone)).contains(new Outage(30, 190, 3));
    }

    @Test
    void a_slow_answer_that_was_asked_for_when_the_cause_was_gone_has_another_reason() {
        sends(1, 503, 5);
        sends(1, 200, 150);
        gone = now;
        sends(1, 200, 200);
        assertThat(Outage.in(answers, SLOW, gone)).contains(new Outage(0, 160, 2));
    }

    @Test
    void an_error_belongs_to_it_whenever_it_comes() {
        sends(1, 503, 5);
        gone = now;
        sends(30, 200, 1);
        sends(1, 503, 5);
        assertThat(Outage.in(answers, SLOW, gone)).contains(new Outage(0, 315, 2));
    }

    @Test
    void answers_count_in_the_order_of_their_requests() {
        answers.add(answer(20, 21, 200));
        answers.add(answer(10, 11, 503));
        answers.add(answer(0, 110, 200));
        assertThat(Outage.in(answers, SLOW, gone)).contains(new Outage(0, 110, 2));
    }

    /** Requests ten nanoseconds apart. */
    private void sends(int count, int status, int took) {
        for (int i = 0; i < count; i++) {
            answers.add(answer(now, now + took, status));
            now += 10;
        }
    }

    private static Answer answer(long sent, long ended, int status) {
        return new Answer(sent, ended, Optional.of(status), Optional.empty());
    }
}
