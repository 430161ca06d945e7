package coalmine.sandbox.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.sandbox.recorded.Recordings.Result;
import coalmine.sandbox.recorded.Replay.Outcome;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Replays what was sent to a running Vamp 0.9.2 on a fresh sandbox, and compares the answers, the events and what Vamp says to Marathon.
 * {@code mvn test -Drecordings=DIR} replays another folder of the same format instead.
 */
class RecordedExchangesSystemTest {

    /** Of the exchanges that are compared by value. */
    private static final double LEAST_SHARE_THAT_AGREES = 0.97;

    private static Result result;

    @BeforeAll
    static void replay() throws IOException, InterruptedException {
        Path folder = Path.of(System.getProperty("recordings", Recordings.FOLDER.toString()));
        result = Recordings.replay(folder, "127.5.1.1", Likeness.ofTheSameNames(), UnaryOperator.identity());
        List<Outcome> different =
                result.outcomes().stream().filter(outcome -> !outcome.agrees()).toList();
        different.forEach(System.out::println);
        System.out.println((result.outcomes().size() - different.size()) + " of "
                + result.outcomes().size() + " exchanges agree");
    }

    @Test
    void every_exchange_agrees_but_those_of_which_it_is_known_why_not() {
        assertThat(result.outcomes()).isNotEmpty();
        assertThat(result.outcomes().stream()
                        .filter(outcome -> !outcome.agrees())
                        .filter(outcome -> !Recordings.knownDifferences()
                                .containsKey(outcome.exchange().number())))
                .isEmpty();
    }

    @Test
    void nearly_all_that_can_be_compared_by_value_agrees() {
        List<Outcome> compared = result.outcomes().stream()
                .filter(outcome -> outcome.comparison() == Comparison.BY_VALUE)
                .toList();
        // A race may be lost on a busy machine; that is no difference between this Vamp and the recorded one.
        Map<String, String> known = Recordings.knownDifferences();
        assertThat((double) compared.stream()
                                .filter(outcome -> outcome.agrees()
                                        || known.getOrDefault(outcome.exchange().number(), "")
                                                .startsWith("a race"))
                                .count()
                        / compared.size())
                .as("the share of " + compared.size() + " exchanges that agree by value")
                .isGreaterThanOrEqualTo(LEAST_SHARE_THAT_AGREES);
    }

    @Test
    void no_recorded_answer_lies_in_the_code_that_answers() throws IOException {
        Set<String> answers = result.outcomes().stream()
                .map(outcome -> outcome.exchange().answer())
                .filter(RecordedExchangesSystemTest::isLong)
                .map(answer -> withoutSpace(answer.toString()))
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String code = withoutSpace(Files.readString(file));
                assertThat(answers).as("recorded answers in " + file).noneMatch(code::contains);
            }
        }
    }

    /** Short ones, such as an error's message, are no answers by themselves. */
    private static boolean isLong(JsonNode answer) {
        return answer.isContainerNode() && answer.findPath("name").isTextual();
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("[\\s\\\\]", "");
    }

    @Test
    @DisabledIfSystemProperty(
            named = "recordings",
            matches = ".+",
            disabledReason = "the events belong to Coalmine's own recordings")
    void the_events_come_in_the_recorded_order_of_every_emitter() {
        Set<String> emittersBefore =
                new TreeSet<>(EmittedEvents.of(result.events().get('A')).keySet());
        for (EmittedEvents.Recorded recorded : EmittedEvents.Recorded.values()) {
            Map<String, List<String>> wanted = recorded.events();
            Map<String, List<String>> given = EmittedEvents.of(result.events().get(recorded.part()));
            // The last ticks of what was deleted before.
            given.keySet().removeIf(emitter -> emittersBefore.contains(emitter) && !wanted.containsKey(emitter));
            assertThat(given.keySet()).as("the emitters of " + recorded.file()).isEqualTo(wanted.keySet());
            wanted.forEach((emitter, events) -> assertThat(asFarAsRecorded(emitter, events, given.get(emitter)))
                    .as("what " + emitter + " emitted, compared with " + recorded.file())
                    .isEqualTo(events));
            emittersBefore.addAll(given.keySet());
        }
    }

    /** The recording ended just before a health came back. */
    private static List<String> asFarAsRecorded(String emitter, List<String> recorded, List<String> given) {
        return emitter.endsWith("health") && given.size() == recorded.size() + 1
                ? given.subList(0, recorded.size())
                : given;
    }

    @Test
    @DisabledIfSystemProperty(
            named = "recordings",
            matches = ".+",
            disabledReason = "Vamp's requests belong to Coalmine's own recordings")
    void vamp_says_to_marathon_what_it_said_then() {
        assertThat(RequestsOfVamp.of(result.heard())).isEqualTo(RequestsOfVamp.recorded());
    }
}
