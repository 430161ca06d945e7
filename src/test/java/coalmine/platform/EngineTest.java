package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EngineTest {

    @Test
    void an_engine_that_does_not_answer_is_told_with_what_was_asked_and_what_mends_it() {
        assertThat(Engine.told(Optional.of("tcp://build:2375"), new IOException("Connection refused")))
                .isEqualTo(
                        "-Dcoalmine.platform=container needs a Docker engine, and none answers at DOCKER_HOST=tcp://build:2375"
                                + " (Connection refused): start it there, set DOCKER_HOST to one that runs, or unset it");
    }

    @Test
    void without_docker_it_is_told_how_to_get_one() {
        assertThat(Engine.told(Optional.empty(), new IOException("No such file or directory")))
                .contains("/var/run/docker.sock", "install and start Docker", "DOCKER_HOST")
                .doesNotContain("\n");
    }

    @Test
    void a_helper_of_testcontainers_that_cannot_be_fetched_is_told_apart() {
        assertThat(Engine.told(
                        Optional.empty(),
                        new IllegalStateException(
                                "Can't get Docker image: testcontainers/ryuk:0.12.0", new IOException("denied"))))
                .contains("TESTCONTAINERS_RYUK_DISABLED=true");
    }

    @Test
    void of_nested_failures_the_innermost_is_told_on_one_line() {
        assertThat(Engine.rootMessage(new IllegalStateException(
                        "outer", new RuntimeException("middle", new IOException("in\n  ner")))))
                .isEqualTo("in ner");
        assertThat(Engine.rootMessage(new StackOverflowError())).isEqualTo("StackOverflowError");
    }

    @Test
    void tests_that_need_docker_are_skipped_with_the_reason_unless_it_is_required() {
        Optional<String> problem = Optional.of("no Docker");

        assertThat(NeedsDocker.Condition.evaluate(problem, Optional.empty()))
                .satisfies(result -> assertThat(result.isDisabled()).isTrue())
                .satisfies(result -> assertThat(result.getReason()).contains("no Docker"));
        assertThat(NeedsDocker.Condition.evaluate(problem, Optional.of("true")).isDisabled())
                .isFalse();
        assertThat(NeedsDocker.Condition.evaluate(Optional.empty(), Optional.empty())
                        .isDisabled())
                .isFalse();
    }
}
