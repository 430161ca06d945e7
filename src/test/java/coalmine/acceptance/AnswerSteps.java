package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.acceptance.Caller.Reply;
import coalmine.release.Moment;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import io.cucumber.java.en.Then;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Steps about who answers on a gateway, where runners answer, which say who they are and what they were asked. */
public final class AnswerSteps {

    private final Stage stage;
    private final Caller caller;

    public AnswerSteps(Stage stage) {
        this.stage = stage;
        this.caller = new Caller(stage.environment().gatewayHost());
    }

    @Then("within {seconds} {string} answers on {gateway}")
    public void answers(PlatformDuration limit, String id, int gateway) {
        await(
                limit,
                id + " answering",
                () -> caller.get(gateway, "/", Map.of()),
                reply -> reply.id().equals(id));
    }

    @Then("within {seconds} {string} answers on {gateway}, from its port {int}")
    public void answersFrom(PlatformDuration limit, String id, int gateway, int port) {
        await(
                limit,
                id + " answering",
                () -> caller.get(gateway, "/", Map.of()),
                reply -> reply.id().equals(id) && reply.json().path("port").asInt() == port);
    }

    @Then("within {seconds} a request for {string} on {gateway} is answered by {string}, which was asked for the same")
    public void isAnswered(PlatformDuration limit, String path, int gateway, String id) {
        await(
                limit,
                "answered by " + id,
                () -> caller.get(gateway, "/" + path, Map.of()),
                reply -> reply.id().equals(id)
                        && reply.json().path("path").asText().equals(path));
    }

    @Then("within {seconds} {string} written to {gateway} is answered by {string}, from its port {int}")
    public void writtenIsAnswered(PlatformDuration limit, String request, int gateway, String id, int port) {
        await(
                limit,
                "answered by " + id,
                () -> caller.write(gateway, request),
                reply -> reply.id().equals(id)
                        && reply.json().path("port").asInt() == port
                        && reply.json().path("request").asText().equals(request));
    }

    private void await(PlatformDuration limit, String goal, Supplier<Reply> ask, Predicate<Reply> wanted) {
        AtomicReference<String> last = new AtomicReference<>("nobody was asked");
        Await.state(
                stage,
                stage.deadline(limit),
                goal,
                () -> {
                    Reply reply = ask.get();
                    last.set(reply.text());
                    return wanted.test(reply);
                },
                () -> "the last answer was: " + last.get());
    }

    @Then("within {seconds} of {int} answers on {gateway} {int} come from {string} and {int} from {string}")
    public void shares(
            PlatformDuration limit, int count, int gateway, int first, String one, int second, String other) {
        sharesOf(limit, count, "", gateway, first, one, second, other);
    }

    @Then("within {seconds} of {int} answers to {string} on {gateway} {int} come from {string} and {int} from {string}")
    public void sharesOf(
            PlatformDuration limit,
            int count,
            String path,
            int gateway,
            int first,
            String one,
            int second,
            String other) {
        Map<String, Integer> wanted = new TreeMap<>(Map.of(one, first, other, second));
        Deadline deadline = stage.deadline(limit);
        Deque<String> last = new ArrayDeque<>();
        Supplier<String> ask = () -> caller.get(gateway, "/" + path, Map.of()).id();
        int late = 0;
        // Whoever is asked after the deadline counts in full, however long the asking itself may take.
        while (last.size() < count || !counts(last).equals(wanted) && late < count) {
            late += deadline.hasPassed() ? 1 : 0;
            last.addLast(ask.get());
            if (last.size() > count) {
                last.removeFirst();
            }
        }
        assertThat(counts(last)).as("who gave the last " + count + " answers").isEqualTo(wanted);
        // The first time may have been by chance, when the shares were not settled yet.
        List<String> again = IntStream.range(0, count).mapToObj(i -> ask.get()).toList();
        assertThat(counts(again)).as("who gave " + count + " answers").isEqualTo(wanted);
    }

    private static Map<String, Integer> counts(Iterable<String> ids) {
        Map<String, Integer> counts = new TreeMap<>();
        ids.forEach(id -> counts.merge(id, 1, Integer::sum));
        return counts;
    }

    @Then("within {seconds} {int} instance(s) answer(s) on {gateway}")
    public void instancesAnswer(PlatformDuration limit, int instances, int gateway) {
        AtomicReference<Set<String>> last = new AtomicReference<>(Set.of());
        Await.state(
                stage,
                stage.deadline(limit),
                "answered by " + instances + " instances",
                () -> {
                    last.set(IntStream.range(0, 3 * instances)
                            .mapToObj(i -> caller.get(gateway, "/", Map.of())
                                    .json()
                                    .path("runtime")
                                    .asText())
                            .collect(Collectors.toSet()));
                    return last.get().size() == instances && !last.get().contains("");
                },
                () -> "the last answers came from " + last.get());
    }

    @Then("the recipe's own check has found the same")
    public void ownCheckHasFound() {
        List<Moment<String>> found = stage.history().announced(stage.named("check"), "response:ok", stage.whenMark());
        assertThat(found).as("what the check has found").isNotEmpty();
        assertThat(stage.history()
                        .announced(
                                stage.named("check"),
                                "response:error",
                                found.get(0).index()))
                .as("what the check has found wrong since")
                .isEmpty();
    }

    @Then("the recipe's own check has found {string}")
    public void ownCheckHasFound(String shares) {
        assertThat(stage.history().announced(stage.named("check"), "response:ok", stage.whenMark()).stream()
                        .map(Moment::value))
                .as("what the check has found")
                .isNotEmpty()
                .containsOnly(shares);
    }
}
