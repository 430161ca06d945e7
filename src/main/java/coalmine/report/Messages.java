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
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
     * Reads the messages of one run.
     *
     * @param ndjson as Cucumber's {@code message} plugin writes them
     * @throws IllegalArgumentException if there is no such file, or a line of it is no message
     */
    public static Messages read(Path ndjson) {
        Messages messages = new Messages();
        try (BufferedReader lines = Files.newBufferedReader(ndjson)) {
            int number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    messages.accept(deserialized(line, ndjson + ":" + number));
                }
                number++;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    ndjson + " cannot be read; give the messages.ndjson of a run of the suite", e);
        }
        return messages;
    }

    private static Envelope deserialized(String line, String place) {
        try {
            return DESERIALIZER.readValue(line);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    place + " is no message of Cucumber's; give the messages.ndjson of a run of the suite", e);
        }
    }

    @Override
    public synchronized void accept(Envelope envelope) {
        repository.update(envelope);
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
