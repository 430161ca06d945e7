package coalmine.sandbox.marathon;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An image whose containers are no processes: they run and end when told. */
final class FakeImage implements Image {

    /** What its containers do by themselves. */
    enum Manner {
        /** They run at once, and end at once when killed. */
        OBLIGING,
        /** They start and end only when the test says so. */
        PASSIVE
    }

    private final Manner manner;
    private final Map<String, FakeContainer> containers = new ConcurrentHashMap<>();
    private final List<TaskSpec> started = new CopyOnWriteArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();

    FakeImage(Manner manner) {
        this.manner = manner;
    }

    @Override
    public Container start(TaskSpec task, Container.Listener listener) {
        FakeContainer container = new FakeContainer(listener);
        containers.put(task.taskId(), container);
        started.add(task);
        if (manner == Manner.OBLIGING) {
            container.run();
        }
        return container;
    }

    /** All tasks that were ever started, in that order. */
    List<TaskSpec> started() {
        return started;
    }

    int running() {
        return running.get();
    }

    int mostRunning() {
        return mostRunning.get();
    }

    FakeContainer of(String taskId) {
        FakeContainer container = containers.get(taskId);
        if (container == null) {
            throw new NoSuchElementException("no container of task " + taskId + ", only of " + containers.keySet());
        }
        return container;
    }

    final class FakeContainer implements Container {

        private final Listener listener;
        private boolean runs;
        private boolean ended;
        private volatile boolean killed;

        private FakeContainer(Listener listener) {
            this.listener = listener;
        }

        void run() {
            runs = true;
            mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
            listener.running();
        }

        synchronized void exit(int exitCode) {
            if (!ended) {
                ended = true;
                if (runs) {
                    running.decrementAndGet();
                }
                listener.ended(exitCode, "the fake exited with status " + exitCode);
            }
        }

        boolean wasKilled() {
            return killed;
        }

        @Override
        public void kill() {
            killed = true;
            if (manner == Manner.OBLIGING) {
                exit(137);
            }
        }
    }
}
