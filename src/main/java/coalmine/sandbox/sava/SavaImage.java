package coalmine.sandbox.sava;

import coalmine.sandbox.marathon.Container;
import coalmine.sandbox.marathon.Image;
import coalmine.sandbox.marathon.TaskSpec;
import coalmine.time.Pace;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * The image of the sample service and of programs like it: each container is an operating-system process of its own, which shows the name
 * and the version of its image. {@code magneticio/sava:1.0.0} shows {@code sava 1.0}, {@code magneticio/kiwi:7.3.0} shows {@code kiwi 7.3}.
 * Killing a container is a real SIGKILL.
 *
 * <p>May be used from any thread, and by several sandboxes.
 */
public final class SavaImage implements Image {

    private final SpareProcesses processes;
    private final Pace pace;

    /**
     * An image whose containers come from a pool.
     *
     * @param processes where its processes come from; closing it is up to the caller
     * @param pace the pace that its processes are told
     */
    public SavaImage(SpareProcesses processes, Pace pace) {
        this.processes = processes;
        this.pace = pace;
    }

    @Override
    public Container start(TaskSpec task, Container.Listener listener) {
        SavaContainer container = new SavaContainer(assignment(task), listener);
        processes.take().whenComplete((spare, failure) -> {
            if (failure == null) {
                container.begin(spare);
            } else {
                container.cannotBegin(failure);
            }
        });
        return container;
    }

    private Assignment assignment(TaskSpec task) {
        ImageName image = ImageName.parse(task.image());
        return new Assignment(
                task.host(),
                task.ports(),
                image.service(),
                image.version(),
                task.taskId(),
                Double.toString(pace.platformSecondsPerSecond()),
                task.env());
    }

    /**
     * An image's name in its two parts.
     *
     * @param repository all but the tag
     * @param tag {@code latest} if the name has none
     */
    private record ImageName(String repository, String tag) {

        static ImageName parse(String image) {
            // A colon before the last slash belongs to a registry's port.
            int colon = image.indexOf(':', image.lastIndexOf('/') + 1);
            return colon < 0
                    ? new ImageName(image, "latest")
                    : new ImageName(image.substring(0, colon), image.substring(colon + 1));
        }

        String service() {
            return repository.substring(repository.lastIndexOf('/') + 1);
        }

        /** The tag, without a third part that is 0: {@code 1.0.0} is 1.0, {@code 1.1} stays. */
        String version() {
            return tag.replaceFirst("^([^.]+\\.[^.]+)\\.0$", "$1");
        }
    }

    /** One instance's life, from waiting for a process to its exit. */
    private final class SavaContainer implements Container {

        private static final int KILLED = 137;

        private final Assignment assignment;
        private final Listener listener;
        private Process process;
        private boolean killed;
        private boolean ended;

        private SavaContainer(Assignment assignment, Listener listener) {
            this.assignment = assignment;
            this.listener = listener;
        }

        @Override
        public void kill() {
            boolean never;
            synchronized (this) {
                killed = true;
                never = process == null;
            }
            if (never) {
                end(KILLED, "killed before it had a process");
            } else {
                process.destroyForcibly();
            }
        }

        private void begin(SpareProcesses.Spare spare) {
            synchronized (this) {
                if (!killed) {
                    process = spare.process();
                }
            }
            if (process == null) {
                processes.giveBack(spare);
                return;
            }
            CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> assign(spare), processes.readers());
            process.onExit().thenCombine(said, this::exited);
        }

        private void cannotBegin(Throwable cause) {
            end(1, "no process could be started: " + cause.getMessage());
        }

        /** Tells the process what to be and hears what it says to that: nothing, if it has been killed. */
        private String assign(SpareProcesses.Spare spare) {
            try {
                Writer input = spare.process().outputWriter(StandardCharsets.UTF_8);
                input.write(assignment.toLine() + "\n");
                input.flush();
                String line = spare.output().readLine();
                if (Sava.READY.equals(line)) {
                    ready();
                }
                return line == null ? "" : line;
            } catch (IOException e) {
                // The process has ended, which its exit code tells better.
                return "";
            }
        }

        private synchronized void ready() {
            if (!ended) {
                listener.running();
            }
        }

        private Void exited(Process exited, String said) {
            int exitCode = exited.exitValue();
            end(
                    exitCode,
                    said.startsWith(Sava.FAILED)
                            ? said.substring(Sava.FAILED.length())
                            : "the process exited with status " + exitCode);
            return null;
        }

        private synchronized void end(int exitCode, String reason) {
            if (!ended) {
                ended = true;
                listener.ended(exitCode, reason);
            }
        }
    }
}
