package coalmine.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import coalmine.time.Pace;
import coalmine.vamp.FakeVamp;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProbeTest {

    private final FakeVamp service = new FakeVamp("127.6.5.1");
    private final Probe probe = new Probe(URI.create(service.uri() + "/"), new Pace(50));

    @AfterEach
    void close() {
        probe.close();
        service.close();
    }

    @Test
    void it_sees_which_version_answered() {
        service.when("GET /", "<html><h1>sava 1.1</h1></html>");

        List<Answer> answers = probe.ask(3);

        assertThat(answers).extracting(Answer::version).containsOnly(Optional.of("sava 1.1"));
        assertThat(answers).noneMatch(Answer::isError);
    }

    @Test
    void a_server_error_is_an_error_and_a_missing_page_is_none() {
        service.when("GET /", request -> FakeVamp.Reply.of(503, "Service Unavailable"));
        assertThat(probe.ask(1)).allMatch(Answer::isError);
        service.when("GET /", request -> FakeVamp.Reply.of(404, "nothing here"));
        assertThat(probe.ask(1)).noneMatch(Answer::isError);
    }

    @Test
    void no_answer_at_all_is_an_error() {
        try (Probe nowhere = new Probe(URI.create("http://127.6.5.1:1/"), new Pace(50))) {
            assertThat(nowhere.ask(1)).allMatch(Answer::isError);
        }
    }

    @Test
    void it_goes_on_asking_until_it_is_stopped() {
        service.when("GET /", "sava 1.0");
        probe.start();
        await().until(() -> probe.answers().size() > 5);
        probe.stop();
        await().until(() -> probe.underWay() == 0);

        int asked = probe.answers().size();
        assertThat(service.requests("GET /")).hasSize(asked);
    }
}
