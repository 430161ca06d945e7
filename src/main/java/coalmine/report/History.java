package coalmine.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What former runs left behind: a file with one line of JSON for each, to which several runs may add at the same time. */
public final class History {

    /** A file's lock keeps other processes out, this one keeps out other threads, for which a file's lock is an error. */
    private static final Object OWN_THREADS = new Object();

    private final Path file;

    /**
     * @param file which need not be there yet
     */
    public History(Path file) {
        this.file = file;
    }

    /**
     * What a history holds.
     *
     * @param runs the oldest first
     * @param damaged how many lines could not be read, and were left out
     */
    record Contents(List<PastRun> runs, int damaged) {}

    /**
     * Reads every run.
     *
     * @throws UncheckedIOException if the file is there but cannot be read
     */
    Contents read() {
        if (!Files.exists(file)) {
            return new Contents(List.of(), 0);
        }
        List<PastRun> runs = new ArrayList<>();
        int damaged = 0;
        try {
            // Not readAllLines: a damaged line may hold bytes that are no text.
            for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n")) {
                Optional<PastRun> run = PastRun.read(line);
                run.ifPresent(runs::add);
                damaged += run.isEmpty() && !line.isBlank() ? 1 : 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the history " + file + " cannot be read", e);
        }
        runs.sort(Comparator.comparing(PastRun::began));
        return new Contents(List.copyOf(runs), damaged);
    }

    /**
     * Finds out before a run whether it could be added afterwards.
     *
     * @throws UncheckedIOException if not
     */
    public void checkIsWritable() {
        try {
            open().close();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private FileChannel open() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private UncheckedIOException unwritable(IOException e) {
        return new UncheckedIOException(
                "the history " + file + " cannot be written; -Dcoalmine.history names another file", e);
    }

    /**
     * Adds a run, behind what others may be adding.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    void add(PastRun run) {
        synchronized (OWN_THREADS) {
            try {
                try (FileChannel channel = open();
                        FileLock lock = channel.lock()) {
                    channel.position(channel.size());
                    // Whoever died while writing must not take this line with it.
                    String line = (endsWithALine(channel) ? "" : "\n") + run.line() + "\n";
                    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    lock.release();
                }
            } catch (IOException e) {
                throw unwritable(e);
            }
        }
    }

    private static boolean endsWithALine(FileChannel channel) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return channel.size() == 0 || channel.read(last, channel.size() - 1) == 1 && last.get(0) == '\n';
    }
}
