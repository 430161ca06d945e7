package coalmine.sandbox.sava;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Processes of the sample service that were started ahead and wait for their assignment, so that a container starts in a moment. Shared by all the
 * sandboxes of a JVM.
 */
public final class SpareProcesses implements AutoCloseable {

    private final int wanted;
    private final BlockingQueue<Process> spare = new LinkedBlockingQueue<>();
    /** One at a time, so that starting them ahead never takes more than a part of the machine. */
    private final ExecutorService starting = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "spare sava processes");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    });

    private volatile boolean closed;

    /**
     * @param wanted how many are to be ready at any time
     */
    public SpareProcesses(int wanted) {
        this.wanted = wanted;
        for (int i = 0; i < wanted; i++) {
            starting.execute(this::startOne);
        }
    }

    /** A process that waits for its assignment, or is about to. */
    Process take() {
        Process process = spare.poll();
        if (!closed) {
            starting.execute(this::startOne);
        }
        return process != null && process.isAlive() ? process : start();
    }

    private void startOne() {
        if (closed || spare.size() >= wanted) {
            return;
        }
        Process process = start();
        try {
            // It is ready, and no burden any more, once it says so.
            process.getInputStream().mark(1);
            process.getInputStream().read();
            process.getInputStream().reset();
            spare.add(process);
        } catch (IOException e) {
            process.destroyForcibly();
        }
        if (closed) {
            process.destroyForcibly();
        }
    }

    private static Process start() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                java.toString(),
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx24m",
                "-Xss256k",
                "-cp",
                codeLocation(),
                Sava.class.getName()));
        builder.environment().clear();
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.directory(new File(System.getProperty("java.io.tmpdir")));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the sample service cannot be started with " + java, e);
        }
    }

    /** Where this class was loaded from: a folder of classes or a jar. */
    private static String codeLocation() {
        try {
            return Path.of(Sava.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of the sample service's code is not a path", e);
        }
    }

    /** Ends the processes that wait. */
    @Override
    public void close() {
        closed = true;
        starting.shutdown();
        for (Process process = spare.poll(); process != null; process = spare.poll()) {
            process.destroyForcibly();
        }
    }
}
