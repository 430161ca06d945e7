package coalmine.sandbox.sava;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * Blank {@link Sava} processes, started ahead and warm, so that an instance answers within milliseconds of its start. One pool serves all
 * sandboxes of this JVM.
 *
 * <p>Spares are replaced in the background, one at a time, so that they leave the machine to those who wait; when someone waits, up to
 * {@value #AT_ONCE} are started together. All of them end by themselves when this JVM does, however it ends.
 *
 * <p>May be used from any thread.
 */
public final class SpareProcesses implements AutoCloseable {

    private static final int AT_ONCE = 4;

    /** A small heap, a simple collector and the quick compiler: made for starting fast and for being many. */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx32m", "-Xss256k", "-XX:-UsePerfData");

    /** A warm process that waits for its assignment. */
    record Spare(Process process, BufferedReader output) {}

    /** What starts a blank process. */
    interface Starter {
        Process start() throws IOException;
    }

    private final int spares;
    private final Starter starter;
    private final Executor readers = Executors.newCachedThreadPool(daemons());
    private final Deque<Spare> idle = new ArrayDeque<>();
    private final Deque<CompletableFuture<Spare>> waiting = new ArrayDeque<>();
    private final CompletableFuture<Void> filled = new CompletableFuture<>();
    private int starting;
    private boolean filling;
    private boolean closed;

    /**
     * A pool that is filled later.
     *
     * @param spares how many blank processes are kept ready; 0 to start each only when it is needed
     * @param start when it is over, however that may be, the pool is filled; what is taken before is started at once
     */
    public SpareProcesses(int spares, CompletableFuture<Void> start) {
        this(spares, start, javaProcesses());
    }

    /** A pool that is filled later, with what a starter starts. */
    SpareProcesses(int spares, CompletableFuture<Void> start, Starter starter) {
        if (spares < 0) {
            throw new IllegalArgumentException("there cannot be " + spares + " spare processes");
        }
        this.spares = spares;
        this.starter = starter;
        start.whenComplete((done, failure) -> fill());
    }

    /** Completes when the pool has been full for the first time; never if that is not to be. */
    public CompletableFuture<Void> filled() {
        return filled;
    }

    private void fill() {
        synchronized (this) {
            filling = true;
        }
        refill();
    }

    /** Ends the spares. Processes that were taken belong to their takers and go on; those who still wait for one are told that they wait in vain. */
    @Override
    public void close() {
        List<Spare> ending;
        List<CompletableFuture<Spare>> disappointed;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(idle);
            disappointed = List.copyOf(waiting);
            idle.clear();
            waiting.clear();
        }
        ending.forEach(spare -> spare.process().destroyForcibly());
        disappointed.forEach(
                taker -> taker.completeExceptionally(new IllegalStateException("the pool of processes is closed")));
    }

    /** A warm process: a spare if there is one, else one that is started now. Fails if none can be started. */
    CompletableFuture<Spare> take() {
        CompletableFuture<Spare> taker = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new IllegalStateException("the pool of processes is closed"));
            }
            Spare spare = idle.poll();
            while (spare != null && !spare.process().isAlive()) {
                // It has just died and will be missed in a moment.
                spare = idle.poll();
            }
            if (spare == null) {
                waiting.add(taker);
            } else {
                taker.complete(spare);
            }
        }
        refill();
        return taker;
    }

    /** Takes a process back that was taken, and was told nothing. */
    void giveBack(Spare spare) {
        warm(spare);
    }

    /** Runs what blocks until a process says something. */
    Executor readers() {
        return readers;
    }

    private void refill() {
        int wanted;
        synchronized (this) {
            if (closed) {
                return;
            }
            int inBackground = filling && idle.size() < spares && starting == 0 ? 1 : 0;
            wanted = Math.max(inBackground, Math.min(waiting.size(), AT_ONCE) - starting);
            starting += Math.max(0, wanted);
        }
        for (int i = 0; i < wanted; i++) {
            try {
                readers.execute(this::start);
            } catch (Throwable noThread) {
                cannotStart(noThread);
            }
        }
    }

    private void start() {
        Spare spare;
        try {
            spare = started();
        } catch (Throwable e) {
            // An Error as well, such as that of a machine without a thread to spare: who waits would wait for ever.
            cannotStart(e);
            return;
        }
        synchronized (this) {
            starting--;
        }
        warm(spare);
    }

    private Spare started() throws IOException {
        Process process = starter.start();
        try {
            Spare spare = new Spare(
                    process,
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
            String line = spare.output().readLine();
            if (!Sava.WARM.equals(line)) {
                throw new IOException("a blank sava process did not start but said: " + line);
            }
            return spare;
        } catch (Throwable e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** No refill here: what failed once would fail again and again. The next taker tries again. */
    private void cannotStart(Throwable cause) {
        CompletableFuture<Spare> taker;
        synchronized (this) {
            starting--;
            taker = waiting.poll();
        }
        if (taker != null) {
            taker.completeExceptionally(cause);
            refill();
        }
    }

    private void warm(Spare spare) {
        CompletableFuture<Spare> taker;
        boolean unwanted;
        boolean full;
        synchronized (this) {
            unwanted = closed;
            taker = closed ? null : waiting.poll();
            if (!unwanted && taker == null) {
                idle.add(spare);
            }
            full = idle.size() >= spares;
        }
        if (full) {
            filled.complete(null);
        }
        if (unwanted) {
            spare.process().destroyForcibly();
            return;
        }
        if (taker == null) {
            spare.process().onExit().thenRun(() -> lost(spare));
        } else {
            taker.complete(spare);
        }
        refill();
    }

    private void lost(Spare spare) {
        boolean wasIdle;
        synchronized (this) {
            wasIdle = idle.remove(spare);
        }
        if (wasIdle) {
            refill();
        }
    }

    private static Starter javaProcesses() {
        List<String> command = command();
        return () -> {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
            // Each would make the process slow to start and talkative.
            builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
            return builder.start();
        };
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", File.separatorChar == '\\' ? "java.exe" : "java")
                .toString());
        command.addAll(FLAGS);
        command.add("-cp");
        command.add(ownCode().toString());
        command.add(Sava.class.getName());
        return List.copyOf(command);
    }

    /** Where this code was loaded from: a folder of classes, or a jar. */
    private static Path ownCode() {
        try {
            return Path.of(Sava.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new UncheckedIOException(new IOException("the place of the sample service's code is unclear", e));
        }
    }

    private static ThreadFactory daemons() {
        return task -> {
            Thread thread = new Thread(task, "sava-reader");
            thread.setDaemon(true);
            return thread;
        };
    }
}
