package coalmine.journal;

import coalmine.vamp.VampApi;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A run as its journal tells it.
 *
 * @param by what ran
 */
public record PastRun(String id, Path file, String by, Place place, List<JsonNode> lines) {

    private static final String ENDING = ".jsonl";

    /**
     * Reads the journal of a run.
     *
     * @param folder of all journals
     * @throws JournalException if there is none of that id, with the runs that there are
     */
    public static PastRun read(Path folder, String id) {
        Path file = folder.resolve(id + ENDING);
        if (!id.matches("[A-Za-z0-9-]+") || !Files.isRegularFile(file)) {
            List<String> ids = ids(folder);
            throw new JournalException("there is no journal of a run \"" + id + "\" in " + folder + "; "
                    + (ids.isEmpty() ? "there is none at all" : "there are " + String.join(", ", ids))
                    + ". -Dcoalmine.journal, or --journal, names another folder");
        }
        return of(file);
    }

    /** The runs that have left something, as far as their journals know; the oldest first. */
    public static List<PastRun> unfinished(Path folder) {
        return ids(folder).stream()
                .map(id -> folder.resolve(id + ENDING))
                .flatMap(file -> begun(file).stream())
                .filter(PastRun::isUnfinished)
                .toList();
    }

    private static List<String> ids(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new JournalException("the folder of the journals cannot be read: " + e, e);
        }
    }

    private static PastRun of(Path file) {
        return begun(file).orElseThrow(() -> noBeginning(file));
    }

    /** Empty if the run was ended before its first line: it had created nothing then. */
    private static Optional<PastRun> begun(Path file) {
        List<JsonNode> lines = JournalFile.read(file);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        JsonNode begin = lines.get(0);
        if (!Journal.isBeginning(begin)) {
            throw noBeginning(file);
        }
        return Optional.of(
                new PastRun(begin.path("run").asText(), file, begin.path("by").asText(), Place.in(begin), lines));
    }

    private static JournalException noBeginning(Path file) {
        return new JournalException(
                file + " does not begin as a journal does; nothing was created before its first line");
    }

    Belongings belongings() {
        return Belongings.of(lines);
    }

    /** Paths below {@code /api/v1} of what the run has created and what may still be there. */
    public Set<String> created() {
        return belongings().own();
    }

    /** Paths below {@code /api/v1} of what the run has taken away and what may still be missing. */
    public Set<String> taken() {
        return belongings().taken().keySet();
    }

    /** Whether anything may still be there, or missing. */
    public boolean isUnfinished() {
        Belongings belongings = belongings();
        return !belongings.own().isEmpty() || !belongings.taken().isEmpty();
    }

    /** Looks what of all this is gone and what is back by another way than {@link Undoing}, so that nobody's later work is taken for the run's. */
    public void settle(VampApi vamp) {
        try (JournalFile journal = JournalFile.goOn(file)) {
            Journal.settle(belongings(), vamp, journal::write);
        }
    }

    /** The process that is still at it, if it can be seen from here. */
    public Optional<Long> process() {
        JsonNode begin = lines.get(0);
        boolean hasEnded =
                lines.stream().anyMatch(line -> line.path("does").asText().equals("ends"));
        if (hasEnded || !begin.path("host").asText().equals(Journal.host())) {
            return Optional.empty();
        }
        return ProcessHandle.of(begin.path("process").asLong())
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .startInstant()
                        .map(Instant::toString)
                        .orElse("")
                        .equals(begin.path("since").asText()))
                .map(ProcessHandle::pid);
    }
}
