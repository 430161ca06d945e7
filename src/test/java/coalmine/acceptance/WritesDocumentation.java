package coalmine.acceptance;

import coalmine.report.History;
import coalmine.report.LivingDocumentation;
import coalmine.report.Messages;
import io.cucumber.messages.types.Envelope;
import io.cucumber.plugin.ConcurrentEventListener;
import io.cucumber.plugin.event.EventPublisher;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes the living documentation when the last scenario has ended, however it ended, and says where it lies. A plugin of Cucumber's, to stand behind those
 * whose reports it links to. With {@code -Dcoalmine.history=FILE} it adds the run to the history, and fails where rollbacks have become slower.
 */
public final class WritesDocumentation implements ConcurrentEventListener {

    private final Path folder;
    private final Messages messages = new Messages();

    /**
     * @param folder of the site
     */
    public WritesDocumentation(File folder) {
        this.folder = folder.toPath();
    }

    @Override
    public void setEventPublisher(EventPublisher publisher) {
        publisher.registerHandlerFor(Envelope.class, this::told);
    }

    private void told(Envelope envelope) {
        messages.accept(envelope);
        if (envelope.getTestRunFinished().isPresent()) {
            Optional<String> slower = LivingDocumentation.build(messages, folder, history());
            System.out.println(
                    "Living documentation: " + folder.resolve("index.html").toUri());
            slower.ifPresent(why -> {
                throw new AssertionError(why);
            });
            if (!messages.tellOfAScenario()
                    && envelope.getTestRunFinished().get().getSuccess()) {
                throw new AssertionError("no scenario was run; a tag or a name that none has may have been asked for");
            }
        }
    }

    /** The file that remembers runs, if one is named. */
    static Optional<History> history() {
        return Optional.ofNullable(System.getProperty("coalmine.history"))
                .filter(file -> !file.isBlank())
                .map(file -> new History(Path.of(file)));
    }
}
