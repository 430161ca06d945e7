package coalmine.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The file of a journal: an object of JSON on each line, the first of which says what run it is. A line is on the disk when it has been written, and counts
 * once its end is there: what somebody was writing when the machine went down is left out.
 */
final class JournalFile implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    /** Not a channel: that would be closed by the interruption of a thread, which then has the more to write. */
    private final RandomAccessFile content;

    private JournalFile(Path file) throws IOException {
        this.file = file;
        this.content = new RandomAccessFile(file.toFile(), "rwd");
    }

    /** A new file, for its owner alone to read: it may hold what somebody else's workflow was told. */
    static JournalFile create(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.createFile(file);
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return new JournalFile(file);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** A file that was written before, to be gone on with behind its last whole line. */
    static JournalFile goOn(Path file) {
        try {
            byte[] written = Files.readAllBytes(file);
            int end = written.length;
            while (end > 0 && written[end - 1] != '\n') {
                end--;
            }
            JournalFile journal = new JournalFile(file);
            journal.content.setLength(end);
            journal.content.seek(end);
            return journal;
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static JournalException unwritable(Path file, IOException e) {
        return new JournalException(
                "the journal " + file + " cannot be written (" + e + "), and without it nothing is created;"
                        + " -Dcoalmine.journal, or --journal on the command line, names another folder",
                e);
    }

    void write(ObjectNode line) {
        try {
            content.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** The whole lines of a file. */
    static List<JsonNode> read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new JournalException("the journal " + file + " cannot be read: " + e, e);
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            try {
                lines.add(JSON.readTree(line));
            } catch (JsonProcessingException e) {
                throw new JournalException(
                        file + ":" + (lines.size() + 1) + " is no line of a journal: " + e.getOriginalMessage(), e);
            }
        }
        return lines;
    }

    @Override
    public void close() {
        try {
            content.close();
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }
}
