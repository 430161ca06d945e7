package coalmine.sandbox.workflow;

import coalmine.sandbox.marathon.Container;
import coalmine.time.Pace;
import com.caoccao.javet.interop.V8Host;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A process in which workflows run, each in a Node.js of its own. It serves one sandbox at a time, and may serve another one when all of its
 * containers have ended. It ends by itself when this JVM does. If it is killed, all its containers have ended, and the next one starts a new process.
 */
public final class AgentProcess implements AutoCloseable {

    private static final int KILLED = 128 + 9;

    private record Running(String appId, Container.Listener listener, AgentLog log) {}

    private final Map<String, Running> containers = new ConcurrentHashMap<>();
    private Process process;
    private PrintStream commands;
    private boolean closed;

    /** Starts the process, so that it is warm when it is needed. */
    public AgentProcess() {
        start();
    }

    private synchronized void start() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-Djavet.folder=" + UnpackedFiles.nativeLibraryFolder(),
                "-Dmodules=" + modules(),
                "-cp",
                classPath(),
                Agent.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the workflow agent cannot be started with " + java, e);
        }
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Process started = process;
        Thread reader = new Thread(() -> follow(started), "workflow agent " + started.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** The user's own modules first, if there are any, then ours. */
    private static String modules() {
        String own = System.getProperty("coalmine.workflow.modules", "");
        String ours = UnpackedFiles.modules().toString();
        return own.isEmpty() ? ours : Path.of(own).toAbsolutePath() + System.getProperty("path.separator") + ours;
    }

    private static String classPath() {
        return location(Agent.class) + System.getProperty("path.separator") + location(V8Host.class);
    }

    private static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of " + type + " is not a path", e);
        }
    }

    /** The process's id, or empty if it has ended. */
    public synchronized OptionalLong pid() {
        return process.isAlive() ? OptionalLong.of(process.pid()) : OptionalLong.empty();
    }

    /**
     * Starts a container.
     *
     * @param now the platform's time
     */
    synchronized void start(
            String taskId,
            String appId,
            Pace pace,
            Instant now,
            Map<String, String> env,
            Container.Listener listener,
            AgentLog log) {
        if (!process.isAlive() && !closed) {
            start();
        }
        containers.put(taskId, new Running(appId, listener, log));
        List<String> texts = new ArrayList<>(
                List.of(taskId, Double.toString(pace.platformSecondsPerSecond()), Long.toString(now.toEpochMilli())));
        env.forEach((name, value) -> {
            texts.add(name);
            texts.add(value);
        });
        send(new Message("start", texts));
    }

    synchronized void kill(String taskId) {
        send(Message.of("kill", taskId));
    }

    /** Tells the process how the sandbox's clock stands. */
    synchronized void clock(Instant now, boolean running) {
        send(Message.of(running ? "go-on" : "hold", Long.toString(now.toEpochMilli())));
    }

    private void send(Message message) {
        commands.println(message.line());
    }

    private void follow(Process followed) {
        try (BufferedReader output = followed.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (Message.is(line)) {
                    hear(Message.read(line));
                } else {
                    say(line);
                }
            }
        } catch (IOException e) {
            say("the agent's output cannot be read any more: " + e.getMessage());
        }
        followed.onExit().join();
        List.copyOf(containers.keySet()).forEach(taskId -> {
            Running container = containers.remove(taskId);
            if (container != null) {
                container.listener().ended(KILLED, "the workflow agent's process has ended");
            }
        });
    }

    private void say(String line) {
        containers.values().stream()
                .findFirst()
                .ifPresent(container -> container.log().line("agent", line));
    }

    private void hear(Message message) {
        Running container = containers.get(message.text(0));
        if (container == null) {
            return;
        }
        switch (message.word()) {
            case "running" -> container.listener().running();
            case "line" -> container.log().line(container.appId(), message.text(1));
            case "failed" -> container.log().failed(container.appId(), message.text(1));
            case "ended" -> {
                containers.remove(message.text(0));
                container.listener().ended(Integer.parseInt(message.text(1)), message.text(2));
            }
            default -> container.log().line("agent", "an unknown message: " + message);
        }
    }

    /** Ends the process and with it all that runs there. */
    @Override
    public synchronized void close() {
        closed = true;
        process.destroyForcibly();
    }
}
