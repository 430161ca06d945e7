package coalmine.sandbox.recorded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known of how faithful the sandbox is: every kind of exchange and event that clients, recipes and features use, with where its behaviour comes from, and
 * every known difference.
 */
public final class Ledger {

    static final Path FILE = Recordings.FOLDER.resolve("LEDGER.md");
    /** Kinds that are in no recording, with where their behaviour comes from: {@code facts 7.1}, or {@code assumed: …}. */
    private static final Path BEYOND = Recordings.FOLDER.resolve("beyond.txt");

    /** Where the sandbox's code refuses something. */
    private static final Pattern REFUSAL =
            Pattern.compile("(VampError|Refusal|SearchFailure)\\.notBuilt\\((.*?)\\);", Pattern.DOTALL);

    private static final Pattern LITERAL = Pattern.compile("\"([^\"]*)\"");
    private static final Map<String, String> WHOSE =
            Map.of("VampError", "Vamp", "Refusal", "Marathon", "SearchFailure", "Elasticsearch");

    private final Map<String, String> exchanges = new TreeMap<>();
    private final Map<String, String> events = new TreeMap<>();
    private final List<Exchange> recorded = Exchange.readAll(Recordings.FOLDER, UnaryOperator.identity());

    private Ledger() {
        for (Exchange exchange : recorded) {
            if (!exchange.server().startsWith("gateway")) {
                exchanges.putIfAbsent(
                        Kinds.ofExchange(exchange.method(), exchange.path(), exchange.status()),
                        exchange.server().equals("marathon")
                                ? "from facts, 7 (" + exchange.number() + " was answered by an imitation)"
                                : "recorded, " + exchange.number());
            }
        }
        EmittedEvents.allRecorded()
                .forEach((file, told) ->
                        told.forEach(event -> events.putIfAbsent(Kinds.ofEvent(event), "recorded, events/" + file)));
        beyond().forEach((kind, origin) ->
                (kind.matches("(GET|POST|PUT|DELETE|HEAD) .*") ? exchanges : events).putIfAbsent(kind, origin));
    }

    /** The ledger as the recordings, and what is known beyond them, make it. */
    public static Ledger read() {
        return new Ledger();
    }

    /** Which of some kinds have no row. */
    public Set<String> without(Set<String> kinds) {
        Set<String> missing = new TreeSet<>(kinds);
        missing.removeAll(exchanges.keySet());
        missing.removeAll(events.keySet());
        return missing;
    }

    private static Map<String, String> beyond() {
        Map<String, String> beyond = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(BEYOND)) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(" = ", 2);
                    beyond.put(parts[0], parts[1]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return beyond;
    }

    /** The page, as it is committed. */
    String page() {
        long byValue = recorded.stream()
                .filter(exchange -> Comparison.of(exchange) == Comparison.BY_VALUE)
                .count();
        Map<String, String> known = Recordings.knownDifferences();
        long knownByValue = recorded.stream()
                .filter(exchange ->
                        Comparison.of(exchange) == Comparison.BY_VALUE && known.containsKey(exchange.number()))
                .count();
        long races = recorded.stream()
                .filter(exchange -> Comparison.of(exchange) == Comparison.BY_VALUE)
                .filter(exchange -> known.getOrDefault(exchange.number(), "").startsWith("a race"))
                .count();
        StringBuilder page = new StringBuilder("# How faithful the sandbox is\n\n")
                .append("Written by `LedgerTest` from the recordings of a running Vamp 0.9.2, `beyond.txt` and")
                .append(" `differences.properties`, all in this folder.\n\n")
                .append("- ")
                .append(recorded.size())
                .append(" recorded exchanges are replayed\n")
                .append("- ")
                .append(byValue)
                .append(" of them are compared by value, and ")
                .append(byValue - knownByValue)
                .append(" of these agree in every run, ")
                .append(races)
                .append(" unless a race goes another way than it went in the recording\n")
                .append("- ")
                .append(recorded.size() - byValue)
                .append(" are compared by status, shape or range, as their values are the recorded machine's own\n")
                .append("- ")
                .append(marked(exchanges, "recorded") + marked(events, "recorded"))
                .append(" kinds of exchanges and events behave as recorded, ")
                .append(marked(exchanges, "from facts") + marked(events, "from facts"))
                .append(" as facts tell, ")
                .append(marked(exchanges, "assumed") + marked(events, "assumed"))
                .append(" as assumed\n");
        page.append("\n## Exchanges\n\n| method, path, status | how it is known |\n|---|---|\n");
        exchanges.forEach((kind, origin) -> row(page, "`" + kind + "`", origin));
        page.append("\n## Events\n\n| type and tags | how it is known |\n|---|---|\n");
        events.forEach((kind, origin) -> row(page, "`" + kind + "`", origin));
        page.append("\n## Known differences\n\n| exchange | compared | why it differs, or may |\n|---|---|---|\n");
        recorded.stream()
                .filter(exchange -> known.containsKey(exchange.number()))
                .forEach(exchange -> page.append("| ")
                        .append(exchange.id())
                        .append(" | ")
                        .append(Comparison.of(exchange)
                                .name()
                                .toLowerCase(Locale.ROOT)
                                .replace('_', ' '))
                        .append(" | ")
                        .append(known.get(exchange.number()))
                        .append(" |\n"));
        page.append(
                        "\n## Known gaps\n\nEach is answered with 501 and a message that says so, never with something that only looks like an answer.\n\n")
                .append("| of | message |\n|---|---|\n");
        gaps().forEach((message, whose) -> row(page, whose, "`" + message.replace("|", "") + "`"));
        page.append("\n## Better than the original\n\n")
                .append(
                        "- A new configuration of gateways applies without losing a request; HAProxy's reload may lose a few.\n")
                .append("- A gateway that cannot listen says so with an event `failed`; Vamp says nothing.\n")
                .append("- A workflow's run that fails is told as an event `failed`; Vamp's agent only prints it.\n")
                .append("- Vamp waits for 5 s after its start; here nothing does.\n");
        return page.toString();
    }

    /** What the sandbox refuses because it is not built, as its code says it: messages, whose names are left out, and of what they tell. */
    private static Map<String, String> gaps() {
        Map<String, String> gaps = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/coalmine/sandbox"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
                Matcher refusal = REFUSAL.matcher(Files.readString(file));
                while (refusal.find()) {
                    String text = refusal.group(2).trim();
                    if (LITERAL.matcher(text)
                            .results()
                            .anyMatch(literal -> literal.group(1).matches(".*\\w{3}.*"))) {
                        gaps.put(withoutNames(text), WHOSE.get(refusal.group(1)));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return gaps;
    }

    /** A message without the names in it: what Java puts together of literals and other things. */
    private static String withoutNames(String expression) {
        String message = LITERAL.matcher(expression)
                .results()
                .map(literal -> literal.group(1))
                .collect(Collectors.joining("…"));
        return (expression.startsWith("\"") ? "" : "…") + message + (expression.endsWith("\"") ? "" : "…");
    }

    private static long marked(Map<String, String> kinds, String mark) {
        return kinds.values().stream().filter(origin -> origin.startsWith(mark)).count();
    }

    private static void row(StringBuilder page, String first, String second) {
        page.append("| ").append(first).append(" | ").append(second).append(" |\n");
    }
}
