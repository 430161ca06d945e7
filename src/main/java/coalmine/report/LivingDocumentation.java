package coalmine.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The site that a product owner reads. */
public final class LivingDocumentation {

    private LivingDocumentation() {}

    /**
     * Makes the site out of the messages of one or more runs; of several, each scenario's last result counts.
     *
     * @param messages files of Cucumber's {@code message} plugin, in any order
     * @param target the folder of the site, which is created if it is missing; its front page is {@code index.html}
     * @return the documentation that was written
     * @throws IllegalArgumentException if a file cannot be read, holds something else, or tells of no scenario; the message names the file, and
     *     the line that is wrong
     * @throws java.io.UncheckedIOException if the site cannot be written
     */
    public static Documentation build(List<Path> messages, Path target) {
        Documentation documentation =
                Reader.documentation(messages.stream().map(Messages::read).toList());
        new Site(documentation, Optional.empty(), target).write();
        return documentation;
    }

    /**
     * Makes the site of a run that has just ended.
     *
     * @param target the folder of the site
     * @param history to compare the run with, and to add it to; empty if there is none
     * @return why the run must fail although its scenarios may have passed; empty if it need not
     * @throws java.io.UncheckedIOException if the site or the history cannot be read or written
     */
    public static Optional<String> build(Messages run, Path target, Optional<History> history) {
        Documentation documentation = Reader.documentation(List.of(run));
        Optional<Trends> trends = history.map(it -> Trends.of(it.read(), documentation));
        new Site(documentation, trends, target).write();
        history.ifPresent(it -> it.add(PastRun.of(documentation)));
        return trends.flatMap(Trends::regression);
    }
}
