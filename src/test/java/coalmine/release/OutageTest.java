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

    @Test
    void users_who_are_served_see_none() {
        sends(20, 200, 1);
        assertThat(Outage.in(answers, SLOW)).isEmpty();
    }

    @Test
    void it_lasts_from_the_first_that_waited_or_failed_to_the_end_of_the_last() {
        sends(3, 200, 1);
        sends(2, 200, 150);
        sends(4, 200, 2);
        sends(1, 503, 1);
        sends(20, 200, 1);
        assertThat(Outage.in(answers, SLOW)).contains(new Outage(30, 190, 3));
    }

    @Test
    void a_slow_answer_long_after_users_were_served_again_has_another_reason() {
        sends(1, 503, 5);
        sends(10, 200, 1);
        sends(1, 200, 150);
        assertThat(Outage.in(answers, SLOW)).contains(new Outage(0, 5, 1));
    }

    @Test
    void an_error_belongs_to_it_whenever_it_comes() {
        sends(1, 503, 5);
        sends(30, 200, 1);
        sends(1, 503, 5);
        assertThat(Outage.in(answers, SLOW)).contains(new Outage(0, 315, 2));
    }

    @Test
    void answers_count_in_the_order_of_their_requests() {
        answers.add(answer(20, 21, 200));
        answers.add(answer(10, 11, 503));
        answers.add(answer(0, 110, 200));
        assertThat(Outage.in(answers, SLOW)).contains(new Outage(0, 110, 2));
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
