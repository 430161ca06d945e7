package coalmine.report;

import io.cucumber.gherkin.GherkinParser;
import io.cucumber.messages.Convertor;
import io.cucumber.messages.MessageToNdjsonWriter;
import io.cucumber.messages.ndjson.Serializer;
import io.cucumber.messages.types.Attachment;
import io.cucumber.messages.types.AttachmentContentEncoding;
import io.cucumber.messages.types.Envelope;
import io.cucumber.messages.types.Exception;
import io.cucumber.messages.types.Pickle;
import io.cucumber.messages.types.PickleStep;
import io.cucumber.messages.types.TestCase;
import io.cucumber.messages.types.TestCaseFinished;
import io.cucumber.messages.types.TestCaseStarted;
import io.cucumber.messages.types.TestRunFinished;
import io.cucumber.messages.types.TestRunStarted;
import io.cucumber.messages.types.TestStep;
import io.cucumber.messages.types.TestStepFinished;
import io.cucumber.messages.types.TestStepResult;
import io.cucumber.messages.types.TestStepResultStatus;
import io.cucumber.messages.types.TestStepStarted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The messages of a run that never was, made as Cucumber makes them. */
final class MadeUpRun {

    private final List<Envelope> messages = new ArrayList<>();
    private final List<Pickle> pickles = new ArrayList<>();
    private final Instant began;
    private Instant now;

    MadeUpRun(String began) {
        this.began = Instant.parse(began);
        this.now = this.began;
        messages.add(Envelope.of(new TestRunStarted(Convertor.toMessage(now), id())));
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    /**
     * Reads a feature.
     *
     * @param path below {@code features/}
     */
    MadeUpRun feature(String path, String gherkin) {
        GherkinParser.builder()
                .idGenerator(MadeUpRun::id)
                .build()
                .parse("file:///somewhere/features/" + path, gherkin.getBytes(StandardCharsets.UTF_8))
                .forEach(envelope -> {
                    messages.add(envelope);
                    envelope.getPickle().ifPresent(pickles::add);
                });
        return this;
    }

    MadeUpRun passes(String scenario, ScenarioRecord... records) {
        return ends(scenario, TestStepResultStatus.PASSED, "", records);
    }

    MadeUpRun fails(String scenario, String error, ScenarioRecord... records) {
        return ends(scenario, TestStepResultStatus.FAILED, error, records);
    }

    MadeUpRun isSkipped(String scenario, String reason) {
        return ends(scenario, TestStepResultStatus.SKIPPED, reason);
    }

    /** Lets a scenario end with its last step, after all others have passed. */
    private MadeUpRun ends(String name, TestStepResultStatus last, String error, ScenarioRecord... records) {
        Pickle pickle = pickles.stream()
                .filter(it -> it.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario " + name));
        List<TestStep> steps = new ArrayList<>();
        for (PickleStep step : pickle.getSteps()) {
            steps.add(new TestStep(null, id(), step.getId(), List.of(), List.of()));
        }
        TestCase testCase = new TestCase(id(), pickle.getId(), steps, null);
        TestCaseStarted started = new TestCaseStarted(0L, id(), testCase.getId(), "main", Convertor.toMessage(now));
        messages.add(Envelope.of(testCase));
        messages.add(Envelope.of(started));
        for (int i = 0; i < steps.size(); i++) {
            boolean isLast = i + 1 == steps.size();
            messages.add(Envelope.of(
                    new TestStepStarted(started.getId(), steps.get(i).getId(), Convertor.toMessage(now))));
            if (isLast) {
                for (ScenarioRecord record : records) {
                    attach(started, steps.get(i), record);
                }
            }
            now = now.plusMillis(500);
            Exception exception = isLast && !error.isEmpty() ? new Exception("Failure", error, null) : null;
            messages.add(Envelope.of(new TestStepFinished(
                    started.getId(),
                    steps.get(i).getId(),
                    new TestStepResult(
                            Convertor.toMessage(Duration.ofMillis(500)),
                            null,
                            isLast ? last : TestStepResultStatus.PASSED,
                            exception),
                    Convertor.toMessage(now))));
        }
        messages.add(Envelope.of(new TestCaseFinished(started.getId(), Convertor.toMessage(now), false)));
        return this;
    }

    private void attach(TestCaseStarted started, TestStep step, ScenarioRecord record) {
        messages.add(Envelope.of(new Attachment(
                record.json(),
                AttachmentContentEncoding.IDENTITY,
                "the release",
                ScenarioRecord.MEDIA_TYPE,
                null,
                started.getId(),
                step.getId(),
                null,
                null,
                null,
                null)));
    }

    MadeUpRun finished() {
        messages.add(Envelope.of(new TestRunFinished(null, true, Convertor.toMessage(now), null, null)));
        return this;
    }

    /** As a plugin hears them. */
    Messages messages() {
        Messages heard = new Messages();
        messages.forEach(heard);
        return heard;
    }

    /** As Cucumber's message plugin writes them. */
    Path writeTo(Path file) {
        try (MessageToNdjsonWriter writer =
                new MessageToNdjsonWriter(Files.newOutputStream(file), new Serializer()::writeValue)) {
            for (Envelope message : messages) {
                writer.write(message);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }
}
