package coalmine.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much of the sandbox was compared with a running Vamp, as the ledger of the recordings counts it. */
final class Fidelity {

    private static final String LEDGER = "/recordings/LEDGER.md";
    /** A line of a list that begins with a number: {@code - 214 answers are equal}. */
    private static final Pattern COUNT = Pattern.compile("[-*] (\\**\\d.*)");

    private static final int MOST = 6;

    private Fidelity() {}

    /** The ledger's counts, a sentence each; none where there is no ledger. */
    static List<String> counts() {
        try (InputStream ledger = Fidelity.class.getResourceAsStream(LEDGER)) {
            return ledger == null ? List.of() : counts(new String(ledger.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(LEDGER + " cannot be read", e);
        }
    }

    static List<String> counts(String ledger) {
        return ledger.lines()
                .map(COUNT::matcher)
                .filter(Matcher::matches)
                .map(count -> count.group(1).replace("*", "").replace("`", ""))
                .limit(MOST)
                .toList();
    }
}
