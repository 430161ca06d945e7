package coalmine.journal;

import coalmine.recipe.Traces;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampApi.Sent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * What a run does to a Vamp that others may use as well, written down before it does it, so that it can be undone when the run has ended in the middle: what it
 * is about to create, and whether that was there before; what it is about to take away, as it was; and afterwards, what is gone again.
 */
public final class Journal implements AutoCloseable {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final String id;
    private final Path path;
    private final JournalFile file;
    private final VampApi vamp;
    private final Belongings belongings = new Belongings();

    private Journal(String id, Path path, VampApi vamp) {
        this.id = id;
        this.path = path;
        this.vamp = vamp;
        this.file = JournalFile.create(path);
    }

    /** The folder of all journals: the system property {@code coalmine.journal}, or a folder that {@code mvn clean} leaves alone. */
    public static Path folder() {
        return Path.of(System.getProperty("coalmine.journal", ".coalmine/runs"));
    }

    /**
     * Begins the journal of a run.
     *
     * @param by what runs, for people
     * @param vamp is asked what is there already
     * @throws JournalException if it cannot be written
     */
    public static Journal begin(Path folder, String by, Place place, VampApi vamp) {
        String id = TIME.format(Instant.now())
                + String.format("-%04x", ThreadLocalRandom.current().nextInt(0x10000));
        Journal journal = new Journal(id, folder.resolve(id + ".jsonl"), vamp);
        ProcessHandle process = ProcessHandle.current();
        ObjectNode line = journal.line("begins")
                .put("run", id)
                .put("by", by)
                .put("host", host())
                .put("process", process.pid())
                .put(
                        "since",
                        process.info().startInstant().map(Instant::toString).orElse(""));
        place.tell(line);
        journal.file.write(line);
        return journal;
    }

    static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    public String id() {
        return id;
    }

    public Path file() {
        return path;
    }

    /** Hears of all documents before they are sent: {@link VampApi#VampApi(java.net.URI, Consumer)}. */
    public void before(Sent sent) {
        if (sent.method().equals("DELETE")) {
            Traces.deletedBy(sent.path(), sent.documents()).paths().forEach(this::takes);
        } else {
            expects(Traces.createdBy(sent.path(), sent.documents(), vamp).paths());
        }
    }

    /** What may be created without being sent from here: by a workflow, or by somebody on this run's behalf. */
    public synchronized void expects(Set<String> paths) {
        for (String created : paths) {
            if (!belongings.isTold(created) && !isInOwnDeployment(created)) {
                boolean existed = vamp.get(created).isPresent();
                write(line("creates").put("path", created).put("existed", existed));
            }
        }
    }

    private boolean isInOwnDeployment(String path) {
        return belongings.own().stream().anyMatch(own -> own.startsWith("deployments/") && path.startsWith(own + "/"));
    }

    /** A deployment cannot be put back as it was, and no recipe of ours takes one away. */
    private synchronized void takes(String taken) {
        if (!belongings.own().contains(taken)
                && !belongings.taken().containsKey(taken)
                && !taken.startsWith("deployments/")) {
            vamp.get(taken).ifPresent(was -> {
                ObjectNode line = line("takes").put("path", taken);
                line.set("was", was);
                write(line);
            });
        }
    }

    /** Looks what of all this is gone again, and what is back. */
    public synchronized void settle() {
        settle(belongings, vamp, this::write);
    }

    static void settle(Belongings belongings, VampApi vamp, Consumer<ObjectNode> write) {
        List<String> created = List.copyOf(belongings.own());
        List<String> others = List.copyOf(belongings.others());
        for (String one :
                List.of(created, others).stream().flatMap(List::stream).toList()) {
            if (vamp.get(one).isEmpty()) {
                write.accept(newLine("gone").put("path", one));
            }
        }
        for (String one : List.copyOf(belongings.taken().keySet())) {
            if (vamp.get(one).isPresent()) {
                write.accept(newLine("back").put("path", one));
            }
        }
    }

    /** What the run has created and was still there when it was last looked. */
    public synchronized Set<String> left() {
        return Set.copyOf(belongings.own());
    }

    private void write(ObjectNode line) {
        file.write(line);
        belongings.add(line);
    }

    private ObjectNode line(String does) {
        return newLine(does);
    }

    static ObjectNode newLine(String does) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("at", Instant.now().toString())
                .put("does", does);
    }

    /** Ends it; what it says stays. */
    @Override
    public synchronized void close() {
        file.write(line("ends"));
        file.close();
    }

    /** For a line that needs nothing but its kind. */
    static boolean isBeginning(JsonNode line) {
        return line.path("does").asText().equals("begins");
    }
}
