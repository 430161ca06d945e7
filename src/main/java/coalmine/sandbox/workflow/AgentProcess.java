package coalmine.sandbox.workflow;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.marathon.Container;
import coalmine.sandbox.marathon.TaskSpec;
import coalmine.sandbox.workflow.agent.AgentMain;
import com.caoccao.javet.interop.NodeRuntime;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A process with Node.js in it, which runs the workflows of one sandbox after another. Node.js is kept out of the suite's JVM because a script
 * can bring down the process that it runs in, and because killing that process is one of the faults that a scenario may want.
 *
 * <p>When the process dies, all its containers end with exit code 137; the next container that is started starts a new process. It dies by
 * itself when the suite's JVM is gone, however that ended: its standard input ends then.
 *
 * <p>Safe for use by several threads.
 */
public final class AgentProcess implements AutoCloseable {

    /** System property: a folder of Node.js modules that scripts find before Coalmine's own {@code highland} and {@code vamp-node-client}. */
    public static final String MODULES_PROPERTY = "coalmine.workflow.modules";

    /** How many lines of what a dying process says are told; the reason comes first. */
    private static final int LAST_WORDS = 5;

    private final Optional<Path> modules;
    private final AtomicLong ids = new AtomicLong();
    /** All that starts processes or writes to them, in order and off the event loop. */
    private final ExecutorService orders = Executors.newSingleThreadExecutor(task -> daemon("workflow-agent", task));

    private volatile Optional<Life> life = Optional.empty();
    private volatile Optional<Loan> loan = Optional.empty();
    private volatile boolean closed;

    private AgentProcess(Optional<Path> modules) {
        this.modules = modules;
    }

    /**
     * Starts an agent. Returns at once; {@link #ready()} tells when it is warm.
     *
     * @return the agent, whose modules are found where the system property {@link #MODULES_PROPERTY} says, if it is set
     * @throws IllegalArgumentException if the property names no folder
     */
    public static AgentProcess start() {
        return start(Optional.ofNullable(System.getProperty(MODULES_PROPERTY))
                .filter(folder -> !folder.isBlank())
                .map(AgentProcess::modules));
    }

    private static Path modules(String folder) {
        Path modules = Path.of(folder);
        if (!Files.isDirectory(modules)) {
            throw new IllegalArgumentException("-D" + MODULES_PROPERTY + "=" + folder + " is wrong: "
                    + modules.toAbsolutePath()
                    + " is no folder; it should be the node_modules folder in which scripts find modules of your own");
        }
        return modules;
    }

    /**
     * Starts an agent with modules of the user's own.
     *
     * @param modules a folder of modules, or one with {@code node_modules} in it
     * @return the agent, which may still be starting
     */
    public static AgentProcess startWithModules(Path modules) {
        return start(Optional.of(modules));
    }

    private static AgentProcess start(Optional<Path> modules) {
        AgentProcess agent = new AgentProcess(modules.map(Path::toAbsolutePath));
        agent.orders.execute(() -> {
            try {
                agent.living();
            } catch (IOException notStarted) {
                // The first container hears of it: it tries again, and tells why it cannot start.
            }
        });
        return agent;
    }

    /**
     * Completes when the process has loaded Node.js and is warm.
     *
     * @return completes exceptionally if the process cannot be started or ended before it was warm
     */
    public CompletableFuture<Void> ready() {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        orders.execute(() -> {
            try {
                living().ready.whenComplete((nothing, failure) -> {
                    if (failure == null) {
                        ready.complete(null);
                    } else {
                        ready.completeExceptionally(failure);
                    }
                });
            } catch (IOException notStarted) {
                ready.completeExceptionally(notStarted);
            }
        });
        return ready;
    }

    /** The process's id, or empty while it does not live. */
    public OptionalLong pid() {
        return life.filter(current -> current.process.isAlive())
                .map(current -> OptionalLong.of(current.process.pid()))
                .orElse(OptionalLong.empty());
    }

    /** Ends the process and with it all its containers and what their scripts have started. */
    @Override
    public void close() {
        closed = true;
        orders.execute(() -> life.ifPresent(Life::destroy));
        orders.shutdown();
    }

    /** Takes the agent for one sandbox. */
    synchronized Loan lend(SandboxClock clock, AgentLog log) {
        if (closed) {
            throw new IllegalStateException("the workflow agent was closed");
        }
        if (loan.isPresent()) {
            throw new IllegalStateException("the workflow agent serves another sandbox");
        }
        Loan lent = new Loan(clock, log);
        loan = Optional.of(lent);
        clock.follow(lent);
        return lent;
    }

    private synchronized void giveBack() {
        loan = Optional.empty();
    }

    /** The process that lives, started if none does. On the orders' thread only. */
    private Life living() throws IOException {
        if (closed) {
            throw new IOException("the workflow agent was closed");
        }
        if (life.isEmpty() || !life.get().process.isAlive()) {
            Life started = new Life(spawn());
            life = Optional.of(started);
            loan.ifPresent(current -> started.send(current.clockOrder()));
        }
        return life.get();
    }

    private Process spawn() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms4m",
                "-Xmx24m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ReservedCodeCacheSize=8m",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+ErrorFileToStderr",
                "-Xshare:auto",
                "-D" + AgentMain.LIBRARY_PROPERTY + "=" + NativeLibrary.folder(),
                "-cp",
                classPath()));
        command.add(AgentMain.class.getName());
        modules.ifPresent(folder -> command.add(folder.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(new File(System.getProperty("java.io.tmpdir")));
        // NODE_OPTIONS, JAVA_TOOL_OPTIONS and the like are not for this process.
        builder.environment().keySet().retainAll(Set.of("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot"));
        // glibc would else keep an arena for each of the many threads.
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        return builder.start();
    }

    /** Only where the two needed classes come from: the suite's own class path may be a jar that surefire made up. */
    private static String classPath() throws IOException {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> needed : List.of(AgentMain.class, NodeRuntime.class)) {
            try {
                places.add(Path.of(needed.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString());
            } catch (URISyntaxException strange) {
                throw new IOException("the workflow agent's classes lie at a strange place", strange);
            }
        }
        return String.join(File.pathSeparator, places);
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** The time in which one sandbox has the agent. */
    final class Loan implements SandboxClock.Follower, AutoCloseable {
        private final SandboxClock clock;
        private final AgentLog log;
        private final Set<Isolate> isolates = ConcurrentHashMap.newKeySet();
        private volatile boolean over;

        private Loan(SandboxClock clock, AgentLog log) {
            this.clock = clock;
            this.log = log;
        }

        Container start(TaskSpec task, Container.Listener listener) {
            Isolate isolate = new Isolate(ids.incrementAndGet(), task, listener, this);
            if (over) {
                isolate.ended(137, "the sandbox was closed");
                return isolate;
            }
            isolates.add(isolate);
            order(isolate::startIn, isolate);
            return isolate;
        }

        @Override
        public void clockChanged(Instant now, boolean running) {
            ifOpen(() -> life.ifPresent(current -> current.send(clockOrder())));
        }

        /** How the clock stands when the order is written, not when it was asked for. */
        private JsonObject clockOrder() {
            JsonObject order = new JsonObject()
                    .put("do", "clock")
                    .put("now", millis(clock.now()))
                    .put("running", clock.isRunning())
                    .put("pace", clock.pace().platformSecondsPerSecond());
            clock.until().ifPresent(end -> order.put("until", millis(end)));
            return order;
        }

        private void order(LifeOrder order, Isolate isolate) {
            boolean taken = ifOpen(() -> {
                try {
                    order.to(living());
                } catch (IOException notStarted) {
                    isolate.ended(1, "the workflow agent could not be started: " + notStarted.getMessage());
                }
            });
            if (!taken) {
                isolate.ended(137, "the workflow agent was closed");
            }
        }

        @Override
        public void close() {
            if (over) {
                return;
            }
            over = true;
            clock.unfollow(this);
            isolates.forEach(Isolate::kill);
            giveBack();
        }
    }

    private interface LifeOrder {
        void to(Life life);
    }

    private boolean ifOpen(Runnable order) {
        try {
            orders.execute(order);
            return true;
        } catch (RejectedExecutionException shutDown) {
            return false;
        }
    }

    /** One container. */
    private final class Isolate implements Container {
        private final long id;
        private final TaskSpec task;
        private final Listener listener;
        private final Loan loan;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Isolate(long id, TaskSpec task, Listener listener, Loan loan) {
            this.id = id;
            this.task = task;
            this.listener = listener;
            this.loan = loan;
        }

        private void startIn(Life life) {
            if (ended.get()) {
                return;
            }
            life.isolates.put(id, this);
            JsonObject order = new JsonObject()
                    .put("do", "start")
                    .put("id", id)
                    .put("version", task.image().replaceAll(".*:", ""))
                    .put("env", task.env());
            life.send(order);
            if (life.over) {
                life.bury();
            }
        }

        @Override
        public void kill() {
            boolean taken = ifOpen(() -> {
                JsonObject order = new JsonObject().put("do", "kill").put("id", id);
                boolean there = life.isPresent() && life.get().isolates.containsKey(id);
                if (there) {
                    life.get().send(order);
                } else {
                    ended(137, "killed");
                }
            });
            if (!taken) {
                ended(137, "the workflow agent was closed");
            }
        }

        private void running() {
            if (!ended.get()) {
                listener.running();
            }
        }

        private void ended(int exitCode, String reason) {
            if (ended.compareAndSet(false, true)) {
                loan.isolates.remove(this);
                listener.ended(exitCode, reason);
            }
        }
    }

    /** One process of the operating system, of which the agent has one after another. */
    private final class Life {
        private final Process process;
        private final OutputStream toProcess;
        private final Map<Long, Isolate> isolates = new ConcurrentHashMap<>();
        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        private final List<String> lastWords = new ArrayList<>();
        private volatile boolean over;

        private Life(Process process) {
            this.process = process;
            this.toProcess = process.getOutputStream();
            String name = "workflow-agent-" + process.pid();
            daemon(name + "-reports", this::hear).start();
            daemon(name + "-errors", this::hearErrors).start();
        }

        private void send(JsonObject order) {
            try {
                toProcess.write((order.encode() + "\n").getBytes(StandardCharsets.UTF_8));
                toProcess.flush();
            } catch (IOException gone) {
                // It has died; its containers hear of it from the thread that reads what it says.
                destroy();
            }
        }

        /** Ends the process and the programs that scripts have started in it. */
        private void destroy() {
            List<ProcessHandle> programs = process.descendants().toList();
            process.destroyForcibly();
            programs.forEach(ProcessHandle::destroyForcibly);
        }

        private void hear() {
            read(process.getInputStream(), this::report);
            // A script can have closed what it reports on; one that nobody hears any more is as good as dead.
            destroy();
            try {
                process.waitFor();
            } catch (InterruptedException interrupted) {
                process.destroyForcibly();
            }
            over = true;
            bury();
        }

        private void hearErrors() {
            read(process.getErrorStream(), line -> {
                synchronized (lastWords) {
                    if (lastWords.size() < LAST_WORDS && !line.isBlank()) {
                        lastWords.add(line);
                    }
                }
            });
        }

        private void read(InputStream stream, Consumer<String> line) {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                    line.accept(text);
                }
            } catch (IOException closed) {
                // The process has died; what follows from that is done where its end is waited for.
            }
        }

        private void report(String text) {
            if (!text.startsWith("{\"is\":")) {
                // A script that writes to the file descriptor itself gets here.
                return;
            }
            try {
                report(new JsonObject(text));
            } catch (DecodeException garbled) {
                // As above.
            }
        }

        private void report(JsonObject report) {
            String is = text(report, "is");
            if (is.equals("ready")) {
                ready.complete(null);
                return;
            }
            Isolate isolate = isolates.get((long) number(report, "id"));
            if (isolate == null) {
                return;
            }
            TaskSpec task = isolate.task;
            Instant at = instant(number(report, "at"));
            switch (is) {
                case "running" -> isolate.running();
                case "line" ->
                    isolate.loan.log.line(new AgentLog.Line(
                            task.appId(),
                            task.taskId(),
                            at,
                            text(report, "stream").equals("err") ? AgentLog.Stream.ERR : AgentLog.Stream.OUT,
                            text(report, "text")));
                case "failed" ->
                    isolate.loan.log.failed(
                            new AgentLog.Failure(task.appId(), task.taskId(), at, text(report, "message")));
                case "ended" -> {
                    isolates.remove(isolate.id);
                    isolate.ended((int) number(report, "code"), text(report, "reason"));
                }
                default -> {
                    // A script that writes what looks like a report.
                }
            }
        }

        /** Nothing for whatever else: a script can write what it likes. */
        private static String text(JsonObject report, String key) {
            return report.getValue(key) instanceof String text ? text : "";
        }

        /** Nothing for whatever else, as above. */
        private static double number(JsonObject report, String key) {
            return report.getValue(key) instanceof Number number ? number.doubleValue() : 0;
        }

        private void bury() {
            String why = "the workflow agent, process " + process.pid() + ", has died" + lastWordsInBrackets();
            ready.completeExceptionally(new IOException(why));
            isolates.values().forEach(isolate -> isolate.ended(137, why));
            isolates.clear();
        }

        private String lastWordsInBrackets() {
            synchronized (lastWords) {
                return lastWords.isEmpty() ? "" : " (" + String.join(" | ", lastWords) + ")";
            }
        }
    }

    private static double millis(Instant instant) {
        return instant.getEpochSecond() * 1e3 + instant.getNano() / 1e6;
    }

    private static Instant instant(double millis) {
        long whole = (long) Math.floor(millis);
        return Instant.ofEpochMilli(whole).plusNanos(Math.round((millis - whole) * 1e6));
    }
}
