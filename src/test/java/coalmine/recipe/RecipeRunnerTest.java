package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.recipe.RecipeRunner.Outcome;
import coalmine.recipe.RecipeRunner.StepResult;
import coalmine.recipe.Step.Method;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream;
import coalmine.vamp.FakeVamp;
import coalmine.vamp.VampApi;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecipeRunnerTest {

    private final FakeVamp fake = new FakeVamp("127.6.3.1");
    private final VampApi vamp = new VampApi(fake.uri());
    private final EventStream events = EventStream.open(vamp);
    private final List<StepResult> progress = new ArrayList<>();
    private final RecipeRunner runner = new RecipeRunner(vamp, events, new Pace(20), Duration.ZERO, progress::add);

    @AfterEach
    void close() {
        events.close();
        fake.close();
    }

    private static Step step(Method method, String condition, String... await) {
        return new Step(
                "the step",
                method,
                "name: a",
                "things/a",
                Optional.ofNullable(condition),
                Set.of(await),
                PlatformDuration.seconds(10));
    }

    private void answerWithEvent(String request, String tags) {
        fake.when(request, asked -> {
            // As fast as an event can come: before the answer to the request itself.
            int mark = events.mark();
            fake.publish("{\"tags\":[" + tags + "],\"timestamp\":\"2026-11-24T00:00:00Z\",\"type\":\"event\"}");
            await().until(() -> events.mark() > mark);
            return FakeVamp.Reply.of(202, "[]");
        });
    }

    @Test
    void an_event_that_comes_before_the_answer_counts() {
        answerWithEvent("PUT /api/v1/things/a", "\"things:a\",\"done\"");

        runner.run(step(Method.CREATE, null, "things:a", "done"));

        assertThat(progress).extracting(StepResult::outcome).containsExactly(Outcome.DONE);
    }

    @Test
    void an_event_that_comes_while_the_stream_is_connected_anew_counts() {
        fake.when("PUT /api/v1/things/a", asked -> {
            fake.when(
                    "GET /api/v1/events?per_page=30&page=1",
                    "[{\"tags\":[\"done\"],\"value\":\"\",\"timestamp\":\"2026-11-24T00:00:00Z\",\"type\":\"event\"}]");
            fake.dropStreams();
            await().until(() -> fake.openStreams() == 1);
            return FakeVamp.Reply.of(202, "[]");
        });

        runner.run(step(Method.CREATE, null, "done"));

        assertThat(progress).extracting(StepResult::outcome).containsExactly(Outcome.DONE);
    }

    @Test
    void all_tags_must_come_with_one_event() {
        answerWithEvent("PUT /api/v1/things/a", "\"things:a\"");

        assertThatThrownBy(() -> runner.run(step(Method.CREATE, null, "things:a", "done")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("the step", "within 10 s", "done", "the last events were: things:a");
    }

    private void publish(String value, String... tags) {
        fake.publish("{\"tags\":[\"" + String.join("\",\"", tags) + "\"],\"value\":\"" + value
                + "\",\"timestamp\":\"2026-11-24T00:00:00Z\",\"type\":\"event\"}");
    }

    @Test
    void what_failed_is_told_before_the_last_events_however_many_have_come_since() {
        String cause = "gateway sava does not listen: port 9050 of 127.0.0.1 is in use by process 4711 (python3 -m"
                + " http.server 9050)";
        publish("an older one", "workflows:traffic", "failed");
        await().until(() -> events.mark() == 1);
        fake.when("PUT /api/v1/things/a", asked -> {
            publish(cause, "gateways:sava", "failed");
            publish("Cannot find module 'x'", "workflows:traffic", "failed");
            publish("Cannot find module 'x'", "workflows:traffic", "failed");
            for (int i = 0; i < 20; i++) {
                publish("refused", "workflows:traffic", "response:error");
            }
            await().until(() -> events.mark() == 24);
            return FakeVamp.Reply.of(202, "[]");
        });

        assertThatThrownBy(() -> runner.run(step(Method.CREATE, null, "never")))
                .hasMessageEndingWith("; what failed meanwhile: failed gateways:sava = " + cause
                        + "; failed workflows:traffic = Cannot find module 'x'"
                        + "; the last events were: response:error workflows:traffic = refused"
                        + "; response:error workflows:traffic = refused".repeat(4));
    }

    @Test
    void what_failed_is_told_with_an_end_state_that_is_not_reached() {
        fake.when("GET /api/v1/things/a", "{\"deployed\":false}");
        fake.when("PUT /api/v1/things/a", asked -> {
            publish("the port is in use", "gateways:sava", "failed");
            publish("", "done");
            await().until(() -> events.mark() == 2);
            return FakeVamp.Reply.of(202, "[]");
        });

        assertThatThrownBy(() -> runner.run(demanding(10, "{\"deployed\":true}")))
                .hasMessageEndingWith("things/a deployed is false and not true; what failed meanwhile: failed"
                        + " gateways:sava = the port is in use");
    }

    @Test
    void a_step_whose_condition_is_not_met_is_skipped_and_sends_nothing() {
        runner.run(step(Method.CREATE, "things/none", "done"));

        assertThat(progress).extracting(StepResult::outcome).containsExactly(Outcome.SKIPPED);
        assertThat(fake.requests("PUT")).isEmpty();
    }

    @Test
    void a_refusal_fails_the_step_with_vamps_message() {
        fake.when("PUT /api/v1/things/a", asked -> FakeVamp.Reply.of(400, "{\"message\":\"No things today.\"}"));

        assertThatThrownBy(() -> runner.run(step(Method.CREATE, null)))
                .hasMessageContainingAll("the step", "No things today.");
    }

    @Test
    void a_clean_up_goes_on_after_a_step_that_failed() {
        fake.when("GET /api/v1/things/a", "{\"name\":\"a\"}");
        fake.when("DELETE /api/v1/things/a", asked -> FakeVamp.Reply.of(400, "{\"message\":\"No.\"}"));
        Step refused = step(Method.DELETE, "things/a", "gone");
        Step skipped = step(Method.DELETE, "things/none", "gone");

        List<StepResult> results =
                runner.cleanUp(new Recipe(Path.of(""), "r", "", Map.of(), List.of(), List.of(refused, skipped)));

        assertThat(results).extracting(StepResult::outcome).containsExactly(Outcome.FAILED, Outcome.SKIPPED);
    }

    @Test
    void what_went_away_by_itself_is_no_failure() {
        boolean[] there = {true};
        fake.when(
                "GET /api/v1/things/a",
                asked -> there[0] ? FakeVamp.Reply.json("{\"name\":\"a\"}") : FakeVamp.Reply.of(404, ""));
        fake.when("DELETE /api/v1/things/a", asked -> {
            there[0] = false;
            return FakeVamp.Reply.of(400, "{\"message\":\"Artifact cannot be found: 'a'.\"}");
        });

        runner.run(step(Method.DELETE, "things/a", "gone"));

        assertThat(progress).extracting(StepResult::outcome).containsExactly(Outcome.SKIPPED);
    }

    @Test
    void what_is_gone_without_its_event_is_a_warning_that_names_the_tags() {
        boolean[] there = {true};
        fake.when(
                "GET /api/v1/things/a",
                asked -> there[0] ? FakeVamp.Reply.json("{\"name\":\"a\"}") : FakeVamp.Reply.of(404, ""));
        fake.when("DELETE /api/v1/things/a", asked -> {
            there[0] = false;
            return FakeVamp.Reply.of(202, "");
        });

        runner.run(step(Method.DELETE, "things/a", "other"));

        assertThat(progress).extracting(StepResult::outcome).containsExactly(Outcome.WARNED);
        assertThat(progress.get(0).message()).contains("other");
    }

    @Test
    void what_is_still_there_when_no_event_comes_is_a_failure_that_names_it() {
        fake.when("GET /api/v1/things/a", "{\"name\":\"a\"}");
        fake.when("DELETE /api/v1/things/a", asked -> FakeVamp.Reply.of(202, ""));

        assertThatThrownBy(() -> runner.run(step(Method.DELETE, "things/a", "other")))
                .hasMessageContainingAll("there is still things/a", "other");
    }

    @Test
    void a_step_is_done_when_its_end_state_is_reached_after_its_event() {
        int[] looks = {0};
        fake.when(
                "GET /api/v1/things/a",
                asked -> FakeVamp.Reply.json("{\"name\":\"a\",\"parts\":[{\"n\":1.0},{\"n\":" + ++looks[0] + "}]}"));
        answerWithEvent("PUT /api/v1/things/a", "\"done\"");

        runner.run(demanding(300, "{\"parts\":[{\"n\":3},{\"n\":1}]}"));

        assertThat(looks[0]).isEqualTo(3);
    }

    @Test
    void an_end_state_that_is_not_reached_fails_the_step_with_what_differs() {
        fake.when("GET /api/v1/things/a", "{\"weights\":{\"a\":\"55%\"}}");
        answerWithEvent("PUT /api/v1/things/a", "\"done\"");

        assertThatThrownBy(() -> runner.run(demanding(10, "{\"weights\":{\"a\":\"100%\"}}")))
                .hasMessageContainingAll(
                        "did not reach its end state within 10 s", "things/a weights.a is \"55%\" and not \"100%\"");
    }

    private static Step demanding(int seconds, String matches) {
        try {
            return new Step(
                    "the step",
                    Method.CREATE,
                    "name: a",
                    "things/a",
                    Optional.empty(),
                    Set.of("done"),
                    PlatformDuration.seconds(seconds),
                    List.of(new Expectation("things/a", Optional.of(new ObjectMapper().readTree(matches)))));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(matches, e);
        }
    }

    @Test
    void a_run_ends_with_the_step_that_fails() {
        fake.when("PUT /api/v1/things/a", asked -> FakeVamp.Reply.of(400, "{\"message\":\"No.\"}"));

        List<StepResult> results = runner.runAll(List.of(step(Method.CREATE, null), step(Method.CREATE, null)));

        assertThat(results).extracting(StepResult::outcome).containsExactly(Outcome.FAILED);
    }

    @Test
    void an_interrupted_step_fails_at_once_and_the_clean_up_can_follow() {
        fake.when("DELETE /api/v1/things/a", asked -> FakeVamp.Reply.of(202, ""));
        Thread self = Thread.currentThread();
        fake.when("PUT /api/v1/things/a", asked -> {
            self.interrupt();
            return FakeVamp.Reply.of(202, "[]");
        });

        List<StepResult> results =
                runner.runAll(List.of(step(Method.CREATE, null, "never"), step(Method.CREATE, null, "never")));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(results)
                .singleElement()
                .satisfies(it -> assertThat(it.message()).contains("was interrupted"));
        assertThat(runner.cleanUp(
                        new Recipe(Path.of(""), "r", "", Map.of(), List.of(), List.of(step(Method.DELETE, null)))))
                .extracting(StepResult::outcome)
                .containsExactly(Outcome.DONE);
    }
}
