package coalmine.sandbox.sava;

import coalmine.sandbox.marathon.Container;
import coalmine.sandbox.marathon.Image;
import coalmine.sandbox.marathon.TaskSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * The images of the sample service, {@code magneticio/sava:TAG} and those that are said to be like it: each container is a process that serves a
 * page of its image's name and version. A version's third part is not shown if it is 0: {@code sava:1.1.0} is {@code sava 1.1}.
 */
public final class SavaImage implements Image {

    private static final int KILLED = 128 + 9;

    private final Set<String> repositories;
    private final SpareProcesses processes;
    private final ExecutorService readers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(null, work, "sava output", 128 * 1024);
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param repositories the images' names without their tags, such as {@code magneticio/sava}
     */
    public SavaImage(Collection<String> repositories, SpareProcesses processes) {
        this.repositories = Set.copyOf(repositories);
        this.processes = processes;
    }

    /** Whether an image is one of these. */
    public boolean is(String image) {
        int colon = image.lastIndexOf(':');
        return colon > 0 && repositories.contains(image.substring(0, colon));
    }

    @Override
    public Container start(TaskSpec task, Container.Listener listener) {
        Process process = processes.take();
        readers.execute(() -> follow(process, task, listener));
        return process::destroyForcibly;
    }

    /** Gives a process its assignment, and tells the listener what becomes of it. */
    private static void follow(Process process, TaskSpec task, Container.Listener listener) {
        String last = "";
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            assign(process.getOutputStream(), task);
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                last = line;
                if (line.equals(Sava.READY)) {
                    listener.running();
                }
            }
        } catch (IOException e) {
            last = e.getMessage();
        }
        int exitCode = process.onExit().join().exitValue();
        String reason = exitCode == KILLED ? "Container was killed" : "Container exited with status " + exitCode;
        boolean explained = !last.isEmpty() && !last.equals(Sava.READY) && !last.equals(Sava.WAITING);
        listener.ended(exitCode, explained ? reason + ": " + last : reason);
    }

    private static void assign(OutputStream input, TaskSpec task) throws IOException {
        String image = task.image().substring(task.image().lastIndexOf('/') + 1);
        String name = image.substring(0, image.indexOf(':'));
        String version = image.substring(image.indexOf(':') + 1).replaceAll("^(\\d+\\.\\d+)\\.0$", "$1");
        String ports = task.ports().values().stream().map(String::valueOf).collect(Collectors.joining(","));
        String assignment = String.join("\t", name, version, task.taskId(), task.host(), ports) + "\n";
        input.write(assignment.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }
}
