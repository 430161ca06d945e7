package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.recipe.RecipeRunner.Outcome;
import coalmine.recipe.RecipeRunner.StepResult;
import coalmine.recipe.Step.Method;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream;
import coalmine.vamp.FakeVamp;
import coalmine.vamp.FakeVamp.Reply;
import coalmine.vamp.FakeVamp.Request;
import coalmine.vamp.VampApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A clean-up on a Vamp that does not answer as it should. */
class CleanUpTest {

    private final FakeVamp fake = new FakeVamp("127.6.3.5");
    private final VampApi vamp = new VampApi(fake.uri());
    private final EventStream events = EventStream.open(vamp);
    private final List<StepResult> progress = new ArrayList<>();
    private final RecipeRunner runner = new RecipeRunner(vamp, events, new Pace(20), Duration.ZERO, progress::add);

    @AfterEach
    void close() {
        events.close();
        fake.close();
    }

    static Stream<Named<Function<Request, Reply>>> troubles() {
        return Stream.of(
                Named.of("an error of the server's", asked -> Reply.of(500, "{\"message\":\"Out of order.\"}")),
                Named.of("something that is no JSON", asked -> Reply.of(200, "<html>")),
                Named.of(
                        "something in no known character set",
                        asked -> Reply.of(200, "{}").with("Content-Type", "application/json; charset=unheard-of")),
                Named.of("a connection that is dropped", asked -> {
                    throw new IllegalStateException("drops the connection");
                }));
    }

    private static Step step(Method method, String path, Optional<String> condition, String... await) {
        return new Step("step for " + path, method, "", path, condition, Set.of(await), PlatformDuration.seconds(5));
    }

    private static Step deletion(String path) {
        return step(Method.DELETE, path, Optional.of(path));
    }

    private static Recipe recipe(Step... cleanUp) {
        return new Recipe(Path.of(""), "r", "", Map.of(), List.of(), List.of(cleanUp));
    }

    private List<String> deleted() {
        return fake.requests("DELETE").stream()
                .map(request -> request.line().replaceAll("^DELETE /api/v1/", ""))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void a_step_that_failed_is_told_with_its_own_reason_when_it_cannot_be_looked_at(Function<Request, Reply> trouble) {
        fake.when("GET /api/v1/things/a", trouble);
        fake.when("DELETE /api/v1/things/a", asked -> Reply.of(400, "{\"message\":\"Not today.\"}"));
        fake.when("DELETE /api/v1/things/b", asked -> Reply.of(202, ""));

        List<StepResult> results = runner.cleanUp(recipe(
                step(Method.DELETE, "things/a", Optional.empty()), step(Method.DELETE, "things/b", Optional.empty())));

        assertThat(results).extracting(StepResult::outcome).containsExactly(Outcome.FAILED, Outcome.DONE);
        assertThat(results.get(0).message()).contains("step for things/a", "Not today.");
        assertThat(deleted()).containsExactly("things/a", "things/b");
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void a_condition_that_cannot_be_looked_at_fails_its_step_alone(Function<Request, Reply> trouble) {
        fake.when("GET /api/v1/things/a", trouble);
        fake.when("GET /api/v1/things/b", "{}");
        fake.when("DELETE /api/v1/things/b", asked -> Reply.of(202, ""));

        List<StepResult> results = runner.cleanUp(recipe(deletion("things/a"), deletion("things/b")));

        assertThat(results).extracting(StepResult::outcome).containsExactly(Outcome.FAILED, Outcome.DONE);
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void what_cannot_be_looked_at_when_no_event_came_is_not_gone(Function<Request, Reply> trouble) {
        fake.when("GET /api/v1/things/a", trouble);
        fake.when("DELETE /api/v1/things/a", asked -> Reply.of(202, ""));

        List<StepResult> results =
                runner.cleanUp(recipe(step(Method.DELETE, "things/a", Optional.empty(), "things:a", "gone")));

        assertThat(results).singleElement().satisfies(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(result.message())
                    .contains("no event with the tags", "within 5 s, and what is still there cannot be seen: ");
        });
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void what_cannot_be_looked_at_is_deleted_all_the_same_when_it_is_to_be_quick(Function<Request, Reply> trouble) {
        int[] looks = {0};
        fake.when("GET /api/v1/workflows/w", asked -> ++looks[0] < 3 ? trouble.apply(asked) : Reply.of(404, ""));
        fake.when("DELETE /api/v1/workflows/w", asked -> Reply.of(202, ""));
        fake.when("GET /api/v1/things/a", trouble);
        fake.when("DELETE /api/v1/things/a", trouble);
        fake.when("GET /api/v1/things/b", "{}");
        fake.when("DELETE /api/v1/things/b", asked -> Reply.of(202, ""));

        runner.cleanUpAtOnce(recipe(deletion("things/a"), deletion("workflows/w"), deletion("things/b")));

        assertThat(deleted()).containsExactly("workflows/w", "things/a", "things/b");
        assertThat(looks[0]).as("looks at the workflow until it is gone").isEqualTo(3);
    }

    @Test
    void nothing_is_created_for_a_condition_that_cannot_be_looked_at() {
        fake.when("GET /api/v1/deployments/a", asked -> Reply.of(500, "{\"message\":\"Out of order.\"}"));

        runner.cleanUpAtOnce(recipe(step(Method.CREATE, "deployments/a", Optional.of("deployments/a"))));

        assertThat(fake.requests("PUT")).isEmpty();
        assertThat(progress)
                .singleElement()
                .satisfies(it -> assertThat(it.message()).contains("Out of order."));
    }
}
