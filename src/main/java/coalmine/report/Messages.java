package coalmine.report;

import static io.cucumber.query.Repository.RepositoryFeature.INCLUDE_ATTACHMENTS;
import static io.cucumber.query.Repository.RepositoryFeature.INCLUDE_GHERKIN_DOCUMENTS;
import static io.cucumber.query.Repository.RepositoryFeature.INCLUDE_HOOKS;

import coalmine.report.Documentation.Run;
import io.cucumber.messages.Convertor;
import io.cucumber.messages.ndjson.Deserializer;
import io.cucumber.messages.types.Envelope;
import io.cucumber.query.Query;
import io.cucumber.query.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** What Cucumber told of one run, message by message. */
public final class Messages implements Consumer<Envelope> {

    private static final Deserializer DESERIALIZER = new Deserializer();

    private final Repository repository = Repository.builder()
            .feature(INCLUDE_ATTACHMENTS, true)
            .feature(INCLUDE_GHERKIN_DOCUMENTS, true)
            .feature(INCLUDE_HOOKS, true)
            .build();
    private final Query query = new Query(repository);

    /**
     * Reads the messages of one run. A run that was killed may have left the last line without its end: it is left out then.
     *
     * @param ndjson as Cucumber's {@code message} plugin writes them
     * @throws IllegalArgumentException if there is no such file, a line of it is no message, or it tells of no scenario
     */
    public static Messages read(Path ndjson) {
        String text = text(ndjson);
        int end = text.lastIndexOf('\n') + 1;
        Messages messages = new Messages();
        int number = 1;
        for (String line : text.substring(0, end).lines().toList()) {
            if (!line.isBlank()) {
                messages.accept(deserialized(line, ndjson + ":" + number));
            }
            number++;
        }
        ifWhole(text.substring(end)).ifPresent(messages);
        if (messages.query.findAllPickles().isEmpty()) {
            throw new IllegalArgumentException(ndjson + (text.isBlank() ? " is empty" : " tells of no scenario")
                    + "; give the messages.ndjson of a run of the suite");
        }
        return messages;
    }

    private static String text(Path ndjson) {
        try {
            // Not readString: a run may have been killed in the middle of a letter.
            return new String(Files.readAllBytes(ndjson), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    ndjson + " cannot be read; give the messages.ndjson of a run of the suite", e);
        }
    }

    private static Envelope deserialized(String line, String place) {
        try {
            return DESERIALIZER.readValue(line);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    place + " is no message of Cucumber's; give the messages.ndjson of a run of the suite", e);
        }
    }

    private static Optional<Envelope> ifWhole(String line) {
        try {
            return Optional.of(DESERIALIZER.readValue(line));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public synchronized void accept(Envelope envelope) {
        repository.update(envelope);
    }

    /** Whether any scenario was begun. */
    public synchronized boolean tellOfAScenario() {
        return !query.findAllTestCaseStarted().isEmpty();
    }

    Query query() {
        return query;
    }

    Run run() {
        return new Run(
                query.findTestRunStarted()
                        .map(started -> Convertor.toInstant(started.getTimestamp()))
                        .orElse(Instant.EPOCH),
                query.findTestRunDuration().orElse(Duration.ZERO),
                query.findTestRunFinished().isPresent());
    }
}
