package coalmine.sandbox.marathon;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.time.PlatformDuration;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps every app at its number of tasks: launches what is missing, kills what is too much, replaces what has ended (facts 7.3).
 *
 * <p>All of it happens on the sandbox's context. A kill is SIGKILL at once: the grace period that Marathon grants after SIGTERM is left out.
 */
final class Scheduler {

    /**
     * How long it takes from the wish for a task to its launch: Mesos offers resources about once a second. It comes on top of an app's
     * launch delay, during which offers are declined.
     */
    static final PlatformDuration LAUNCH_LATENCY = PlatformDuration.seconds(1);

    private static final int FIRST_SERVICE_PORT = 10000;

    private final Context context;
    private final SandboxClock clock;
    private final String host;
    private final Function<String, Optional<Image>> catalogue;
    private final Stamps stamps;
    private final EventStream events;
    private final String slaveId;
    private final PortRange ports;
    private final Map<String, App> apps = new TreeMap<>();
    private final List<App> leaving = new ArrayList<>();
    private final Promise<Void> ended = Promise.promise();
    private Runnable onChange = () -> {};
    private boolean closed;

    Scheduler(
            Context context,
            SandboxClock clock,
            String host,
            Function<String, Optional<Image>> catalogue,
            Stamps stamps,
            EventStream events,
            String slaveId) {
        this.context = context;
        this.clock = clock;
        this.host = host;
        this.catalogue = catalogue;
        this.stamps = stamps;
        this.events = events;
        this.slaveId = slaveId;
        this.ports = new PortRange(host);
    }

    /** Has an action run after every change of a task. */
    void onChange(Runnable action) {
        onChange = action;
    }

    Optional<App> find(String appId) {
        return Optional.ofNullable(apps.get(appId));
    }

    /** All apps, in the order of their ids. */
    Collection<App> apps() {
        return apps.values();
    }

    /** All tasks whose processes have not ended, also those of apps that are no more. */
    Stream<Task> tasks() {
        return Stream.concat(apps.values().stream(), leaving.stream()).flatMap(app -> app.tasks().stream());
    }

    /** Adds an app, which gets no tasks until it is {@linkplain #settle settled}. */
    void add(AppDefinition definition) {
        apps.put(definition.id(), new App(clock, definition));
    }

    /** Takes an app out of the list; its tasks live on until the app that this answers is {@linkplain #killAll killed}. */
    App remove(String appId) {
        App app = apps.remove(appId);
        app.callOffLaunches(app.launchesToCome());
        leaving.add(app);
        return app;
    }

    void killAll(App app) {
        List.copyOf(app.tasks()).forEach(Task::kill);
        forgetIfGone(app);
    }

    /** A service port that no app has. */
    int freeServicePort(Set<Integer> alsoTaken) {
        Set<Integer> taken = apps.values().stream()
                .flatMap(app -> app.definition().servicePorts().stream())
                .collect(Collectors.toSet());
        int port = FIRST_SERVICE_PORT;
        while (taken.contains(port) || alsoTaken.contains(port)) {
            port++;
        }
        return port;
    }

    /**
     * Brings an app nearer to what it is to be; what cannot be done at once follows as its tasks start and end. It has no more tasks at once than there
     * are host ports, even if it asks for none: this machine has an end too.
     */
    void settle(App app) {
        if (closed || leaving.contains(app)) {
            return;
        }
        if (app.isRestarting()) {
            makeWay(app);
        }
        List<Task> current = app.tasks().stream()
                .filter(task -> !task.isKilled() && !app.isOutdated(task))
                .toList();
        int wanted = app.definition().instances();
        int surplus = current.size() + app.launchesToCome() - wanted;
        if (surplus > 0) {
            int calledOff = Math.min(surplus, app.launchesToCome());
            app.callOffLaunches(calledOff);
            inOrderOfSacrifice(app, current).limit(surplus - calledOff).forEach(Task::kill);
        } else {
            int most = app.isRestarting() ? Math.min(app.definition().mostTasks(), PortRange.SIZE) : PortRange.SIZE;
            int room = most - app.tasks().size() - app.launchesToCome();
            for (int i = 0; i < Math.min(-surplus, room); i++) {
                launchLater(app);
            }
        }
    }

    /** Kills as many tasks of an older configuration as the app can do without. */
    private void makeWay(App app) {
        int running = (int) app.tasks().stream()
                .filter(task -> task.isRunning() && !task.isKilled())
                .count();
        for (Task task : app.tasks()) {
            if (app.isOutdated(task) && !task.isKilled()) {
                if (!task.isRunning()) {
                    task.kill();
                } else if (running > app.definition().leastRunning()) {
                    running--;
                    task.kill();
                }
            }
        }
    }

    /** Those that do not run yet go first, then the youngest, unless the app wants otherwise. */
    private static Stream<Task> inOrderOfSacrifice(App app, List<Task> tasks) {
        List<Task> ordered = new ArrayList<>(tasks);
        if (!app.definition().killsOldestFirst()) {
            Collections.reverse(ordered);
        }
        return ordered.stream().sorted(Comparator.comparing(Task::isRunning));
    }

    private void launchLater(App app) {
        app.launchAfter(app.launchDelay().left().plus(LAUNCH_LATENCY), () -> launch(app));
    }

    private void launch(App app) {
        AppDefinition definition = app.definition();
        List<AppDefinition.PortRequest> requests = definition.portRequests();
        Optional<List<Integer>> given = ports.take(
                requests.stream().map(AppDefinition.PortRequest::hostPort).toList());
        if (given.isEmpty()) {
            // No offer has what the app asks for; the next may.
            launchLater(app);
            return;
        }
        Task task = new Task(stamps.nextTaskId(app.id()), definition, host, given.get(), slaveId, stamps.now());
        app.tasks().add(task);
        start(app, task, spec(task, requests));
        onChange.run();
    }

    /** What an app's tasks run: its image from the catalogue, or its command if it names no image. */
    private Optional<Image> image(AppDefinition definition) {
        if (!definition.image().isEmpty()) {
            return catalogue.apply(definition.image());
        }
        return definition.cmd().isEmpty() ? Optional.empty() : Optional.of(new Command(definition.cmd()));
    }

    private TaskSpec spec(Task task, List<AppDefinition.PortRequest> requests) {
        Map<Integer, Integer> hostPorts = new LinkedHashMap<>();
        for (int i = 0; i < requests.size(); i++) {
            int hostPort = task.ports().get(i);
            int containerPort = requests.get(i).containerPort();
            hostPorts.putIfAbsent(containerPort == 0 ? hostPort : containerPort, hostPort);
        }
        AppDefinition definition = task.definition();
        return new TaskSpec(task.id(), definition.id(), definition.image(), host, hostPorts, definition.env());
    }

    private void start(App app, Task task, TaskSpec spec) {
        Container.Listener listener = new Container.Listener() {
            @Override
            public void running() {
                context.runOnContext(now -> started(app, task));
            }

            @Override
            public void ended(int exitCode, String reason) {
                context.runOnContext(now -> Scheduler.this.ended(app, task, exitCode, reason));
            }
        };
        Optional<Image> image = image(task.definition());
        if (image.isPresent()) {
            try {
                task.hasContainer(image.get().start(spec, listener));
            } catch (RuntimeException notMade) {
                listener.ended(1, "Failed to launch container: " + notMade.getMessage());
            }
        } else if (spec.image().isEmpty()) {
            listener.ended(1, "Failed to launch container: the app names neither an image nor a command");
        } else {
            listener.ended(
                    1, "Failed to launch container: image '" + spec.image() + "' is not in the sandbox's catalogue");
        }
    }

    private void started(App app, Task task) {
        task.hasStarted(stamps.now());
        publish(task, "");
        settle(app);
        onChange.run();
    }

    private void ended(App app, Task task, int exitCode, String reason) {
        task.hasEnded(exitCode);
        app.tasks().remove(task);
        ports.release(task.ports());
        // First, so that every delay counts from the event's time or later.
        publish(task, reason);
        switch (task.state()) {
            case TASK_FAILED -> {
                app.launchDelay().grow();
                app.taskFailed(failure(task, reason));
            }
            case TASK_FINISHED -> app.launchDelay().grow();
            default -> {
                // A task that was killed puts nothing off.
            }
        }
        settle(app);
        forgetIfGone(app);
        onChange.run();
        if (closed && tasks().findAny().isEmpty()) {
            ended.tryComplete();
        }
    }

    private void forgetIfGone(App app) {
        if (app.tasks().isEmpty()) {
            leaving.remove(app);
        }
    }

    private JsonObject failure(Task task, String message) {
        return new JsonObject()
                .put("appId", task.appId())
                .put("host", task.host())
                .put("message", message)
                .put("state", task.state().name())
                .put("taskId", task.id())
                .put("timestamp", stamps.now())
                .put("version", task.version())
                .put("slaveId", task.slaveId());
    }

    private void publish(Task task, String message) {
        events.publish(
                "status_update_event",
                new JsonObject()
                        .put("slaveId", task.slaveId())
                        .put("taskId", task.id())
                        .put("taskStatus", task.state().name())
                        .put("message", message)
                        .put("appId", task.appId())
                        .put("host", task.host())
                        .put("ipAddresses", new JsonArray())
                        .put("ports", new JsonArray(new ArrayList<>(task.ports())))
                        .put("version", task.version()));
    }

    /** Launches nothing more and kills every task. Completes when all have ended. */
    Future<Void> close() {
        closed = true;
        apps.values().forEach(app -> app.callOffLaunches(app.launchesToCome()));
        List<Task> last = tasks().toList();
        last.forEach(Task::kill);
        if (last.isEmpty()) {
            ended.tryComplete();
        }
        return ended.future();
    }
}
