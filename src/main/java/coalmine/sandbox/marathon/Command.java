package coalmine.sandbox.marathon;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A task without an image: any program of this machine, as Mesos runs an app's {@code cmd}. A small shell supervises it: it ends the program's whole
 * process group when it is told to, or when this JVM is gone, however that came about. It needs a POSIX shell, and {@code setsid} or Perl.
 *
 * <p>The program is told what Marathon tells (its ports as {@code PORT0}, {@code PORTS} and so on, {@code HOST}, the task's and the app's id), what the
 * app's environment says, and of this machine's environment only what programs cannot do without.
 */
final class Command implements Image {

    /** What the shell is to do with the program, which is its first argument: standard input is the line to the one who started it. */
    private static final String SUPERVISOR = """
            exec 3<&0
            if command -v setsid >/dev/null 2>&1
            then setsid sh -c "$1" 3<&- </dev/null &
            else perl -e 'setpgrp(0, 0); exec "sh", "-c", $ARGV[0]' "$1" 3<&- </dev/null &
            fi
            program=$!
            ( cat <&3 >/dev/null; kill -s KILL -- "-$program" 2>/dev/null ) &
            watcher=$!
            exec 3<&-
            wait "$program"
            code=$?
            kill -s KILL -- "-$program" 2>/dev/null
            kill -s KILL "$watcher" 2>/dev/null
            exit "$code"
            """;

    private static final Set<String> NEEDED = Set.of("PATH", "HOME", "LANG", "TMPDIR", "JAVA_HOME");

    private final String command;

    /**
     * @param command for {@code sh -c}
     */
    Command(String command) {
        this.command = command;
    }

    @Override
    public Container start(TaskSpec task, Container.Listener listener) {
        if (File.separatorChar == '\\') {
            listener.ended(1, "Failed to launch the command: the sandbox runs commands with a POSIX shell only");
            return () -> {};
        }
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", SUPERVISOR, "supervisor", command)
                .directory(new File(System.getProperty("java.io.tmpdir")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().retainAll(NEEDED);
        builder.environment().putAll(told(task));
        builder.environment().putAll(task.env());
        Process supervisor;
        try {
            supervisor = builder.start();
        } catch (IOException e) {
            listener.ended(1, "Failed to launch the command: " + e.getMessage());
            return () -> {};
        }
        listener.running();
        supervisor.onExit().thenAccept(ended -> {
            // Whoever killed the supervisor alone has left it to its watcher to end the program.
            hangUp(ended);
            listener.ended(ended.exitValue(), "the command exited with status " + ended.exitValue());
        });
        return () -> hangUp(supervisor);
    }

    private static void hangUp(Process supervisor) {
        try {
            supervisor.getOutputStream().close();
        } catch (IOException e) {
            // There is nobody at the other end any more.
            supervisor.destroyForcibly();
        }
    }

    private static Map<String, String> told(TaskSpec task) {
        List<String> ports = new ArrayList<>();
        task.ports().values().forEach(port -> ports.add(port.toString()));
        Map<String, String> env = new LinkedHashMap<>();
        for (int i = 0; i < ports.size(); i++) {
            env.put("PORT" + i, ports.get(i));
        }
        if (!ports.isEmpty()) {
            env.put("PORT", ports.get(0));
        }
        env.put("PORTS", ports.stream().collect(Collectors.joining(",")));
        env.put("HOST", task.host());
        env.put("MESOS_TASK_ID", task.taskId());
        env.put("MARATHON_APP_ID", task.appId());
        return env;
    }
}
