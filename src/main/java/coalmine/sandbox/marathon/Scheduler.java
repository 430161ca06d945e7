package coalmine.sandbox.marathon;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.time.PlatformDuration;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Keeps as many tasks of every app as it wants, each a container with host ports of its own, and replaces what ends (facts 7.3). All of it happens
 * on the sandbox's event-loop context.
 */
final class Scheduler {

    /** From a task's being staged to its container's start: what Docker took in the recordings, whose containers started in about 1 s. */
    private static final PlatformDuration CONTAINER_START = PlatformDuration.seconds(1);

    private final Context context;
    private final SandboxClock clock;
    private final String host;
    private final Function<String, Optional<Image>> catalogue;
    private final HostPorts ports;
    private final Events events;
    private final Map<String, App> apps = new LinkedHashMap<>();
    /** Tasks of apps that were destroyed, until their containers have ended. */
    private final List<Task> leaving = new ArrayList<>();

    private final Map<String, Deployment> deployments = new LinkedHashMap<>();
    private final TimeBasedIds ids;
    private Optional<Promise<Void>> closing = Optional.empty();

    Scheduler(
            Context context,
            SandboxClock clock,
            String host,
            Function<String, Optional<Image>> catalogue,
            Events events) {
        this.context = context;
        this.clock = clock;
        this.host = host;
        this.catalogue = catalogue;
        this.ports = new HostPorts(host);
        this.events = events;
        this.ids = new TimeBasedIds(clock);
    }

    List<App> apps() {
        return List.copyOf(apps.values());
    }

    /**
     * An app.
     *
     * @throws MarathonError 404 if there is none
     */
    App app(String id) {
        return find(id).orElseThrow(() -> MarathonError.unknownApp(id));
    }

    Optional<App> find(String id) {
        return Optional.ofNullable(apps.get(id));
    }

    List<Deployment> deployments() {
        return List.copyOf(deployments.values());
    }

    List<String> deploymentsOf(String appId) {
        return deployments.values().stream()
                .filter(deployment -> deployment.appId().equals(appId))
                .map(Deployment::id)
                .toList();
    }

    /** Creates an app. */
    Deployment create(String id, JsonNode definition) {
        if (apps.containsKey(id)) {
            throw new MarathonError(409, Json.message("An app with id [" + id + "] already exists."));
        }
        App app = App.of(id, definition, now());
        apps.put(id, app);
        Deployment deployment = deploy(app, List.of("StartApplication", "ScaleApplication"));
        adjust(id);
        return deployment;
    }

    /** Changes some fields of an app; anything but its scale replaces its tasks. */
    Deployment update(String id, JsonNode fields, Force force) {
        App before = app(id);
        App after = before.changed(fields, now());
        lock(id, force);
        apps.put(id, after);
        Deployment deployment =
                deploy(after, List.of(before.differsInScaleOnly(after) ? "ScaleApplication" : "RestartApplication"));
        adjust(id);
        return deployment;
    }

    /** Replaces all tasks of an app. */
    Deployment restart(String id, Force force) {
        App after = app(id).restarted(now());
        lock(id, force);
        apps.put(id, after);
        Deployment deployment = deploy(after, List.of("RestartApplication"));
        adjust(id);
        return deployment;
    }

    /** Destroys an app with its tasks. */
    Deployment destroy(String id, Force force) {
        App app = app(id);
        lock(id, force);
        apps.remove(id);
        leaving.addAll(app.tasks);
        Deployment deployment = deploy(
                app, List.of("StopApplication"), () -> leaving.stream().noneMatch(task -> task.appId.equals(id)));
        List.copyOf(app.tasks).forEach(this::kill);
        events.publish("app_terminated_event", Json.object().put("appId", id));
        settle();
        return deployment;
    }

    /** Whether a request may interfere with a deployment that is under way. */
    enum Force {
        YES,
        NO
    }

    private void lock(String appId, Force force) {
        List<String> locking = deploymentsOf(appId);
        if (locking.isEmpty()) {
            return;
        }
        if (force == Force.NO) {
            ObjectNode body = Json.message("App is locked by one or more deployments. Override with the option"
                    + " '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.");
            locking.forEach(
                    id -> body.withArray("deployments").add(Json.object().put("id", id)));
            throw new MarathonError(409, body);
        }
        locking.forEach(id -> cancel(deployments.get(id)));
    }

    /** Ends a deployment before its goal is reached. */
    void cancel(Deployment deployment) {
        deployments.remove(deployment.id());
        ObjectNode event = Json.object().put("id", deployment.id());
        event.set("plan", deployment.plan());
        events.publish("deployment_failed", event);
    }

    private Deployment deploy(App app, List<String> actions) {
        return deploy(app, actions, () -> isReached(app.id()));
    }

    private Deployment deploy(App app, List<String> actions, BooleanSupplier reached) {
        Deployment deployment = new Deployment(ids.uuid(), app.version(), app.id(), actions, reached);
        deployments.put(deployment.id(), deployment);
        ObjectNode event = Json.object();
        event.set("plan", deployment.plan());
        events.publish("group_change_success", Json.object().put("groupId", "/").put("version", app.version()));
        events.publish("deployment_info", event);
        return deployment;
    }

    private boolean isReached(String appId) {
        return find(appId)
                .map(app -> app.tasks.size() == app.instances()
                        && app.tasks.stream().allMatch(task -> task.isRunning() && isCurrent(app, task)))
                .orElse(false);
    }

    /** Ends the deployments whose goal is reached. */
    private void settle() {
        for (Deployment deployment : deployments()) {
            if (deployment.reached().getAsBoolean()) {
                deployments.remove(deployment.id());
                ObjectNode event = Json.object();
                event.set("plan", deployment.plan());
                events.publish("deployment_step_success", event);
                events.publish("deployment_success", event.deepCopy().put("id", deployment.id()));
            }
        }
        closing.filter(promise -> apps.isEmpty() && leaving.isEmpty()).ifPresent(Promise::tryComplete);
    }

    private static boolean isCurrent(App app, Task task) {
        return task.version.compareTo(app.configVersion()) >= 0;
    }

    /** Launches what an app lacks and kills what it has too much of, the youngest first. */
    private void adjust(String appId) {
        Optional<App> found = find(appId);
        if (found.isEmpty() || closing.isPresent()) {
            settle();
            return;
        }
        App app = found.get();
        List<Task> current =
                app.living().stream().filter(task -> isCurrent(app, task)).toList();
        for (int missing = app.instances() - current.size() - app.delayed; missing > 0; missing--) {
            launch(app);
        }
        if (current.size() > app.instances()) {
            current.stream()
                    .sorted(Comparator.comparing((Task task) -> task.stagedAt).reversed())
                    .limit(current.size() - app.instances())
                    .forEach(this::kill);
        }
        // Old ones go only once the new ones run: a minimum health capacity of 1 (facts 7.2).
        boolean replaced = current.stream().filter(Task::isRunning).count() >= app.instances();
        app.living().stream().filter(task -> replaced && !isCurrent(app, task)).forEach(this::kill);
        settle();
    }

    private void launch(App app) {
        PlatformDuration delay = app.launchDelay();
        if (delay.equals(PlatformDuration.ZERO)) {
            stage(app);
            return;
        }
        app.delayed++;
        clock.after(
                delay,
                () -> find(app.id()).ifPresent(present -> {
                    present.delayed = Math.max(0, present.delayed - 1);
                    if (present.living().size() < present.instances()) {
                        stage(present);
                    }
                }));
    }

    private void stage(App app) {
        List<Integer> containerPorts = app.containerPorts();
        Task task = new Task(
                ids.taskId(app.id()), app.id(), host, ports.take(containerPorts.size()), app.version(), clock.now());
        app.tasks.add(task);
        Map<Integer, Integer> mapped = new LinkedHashMap<>();
        for (int i = 0; i < containerPorts.size(); i++) {
            mapped.put(containerPorts.get(i), task.ports.get(i));
        }
        TaskSpec spec = new TaskSpec(task.id, app.id(), app.image(), host, mapped, app.env());
        clock.after(CONTAINER_START, () -> start(task, spec));
    }

    private void start(Task task, TaskSpec spec) {
        if (task.killed) {
            ended(task, 137, "killed before it started");
            return;
        }
        Optional<Image> image = catalogue.apply(spec.image());
        if (image.isEmpty()) {
            ended(
                    task,
                    1,
                    "Failed to launch container: image '" + spec.image()
                            + "' cannot be pulled: it is not in the sandbox's catalogue");
            return;
        }
        task.container = Optional.of(image.get().start(spec, new Container.Listener() {
            @Override
            public void running() {
                context.runOnContext(hop -> Scheduler.this.running(task));
            }

            @Override
            public void ended(int exitCode, String reason) {
                context.runOnContext(hop -> Scheduler.this.ended(task, exitCode, reason));
            }
        }));
    }

    private void running(Task task) {
        if (task.isRunning() || !isKnown(task)) {
            return;
        }
        task.startedAt = Optional.of(clock.now());
        find(task.appId).ifPresent(app -> app.failures = 0);
        events.status(task, "TASK_RUNNING", "");
        adjust(task.appId);
    }

    private boolean isKnown(Task task) {
        return leaving.contains(task)
                || find(task.appId).filter(app -> app.tasks.contains(task)).isPresent();
    }

    private void ended(Task task, int exitCode, String reason) {
        if (!isKnown(task)) {
            return;
        }
        leaving.remove(task);
        ports.giveBack(task.ports);
        String status = task.killed ? "TASK_KILLED" : exitCode == 0 ? "TASK_FINISHED" : "TASK_FAILED";
        find(task.appId).ifPresent(app -> {
            app.tasks.remove(task);
            if (!task.killed) {
                app.failures++;
                app.lastTaskFailure = Optional.of(failure(task, status, reason));
            }
        });
        events.status(task, status, reason);
        adjust(task.appId);
    }

    private ObjectNode failure(Task task, String status, String reason) {
        return Json.object()
                .put("appId", task.appId)
                .put("host", task.host)
                .put("message", reason)
                .put("state", status)
                .put("taskId", task.id)
                .put("timestamp", Json.stamp(clock.now()))
                .put("version", task.version)
                .put("slaveId", Json.SLAVE_ID);
    }

    /** Kills a task for good or, as its app still wants as many, to be replaced. */
    void kill(Task task) {
        task.killed = true;
        task.container.ifPresent(Container::kill);
    }

    /** Kills tasks and lowers their app's instances by as many, so that they are not replaced. */
    Deployment killAndScale(String appId, List<Task> tasks, Force force) {
        int rest = Math.max(0, app(appId).instances() - tasks.size());
        lock(appId, force);
        tasks.forEach(this::kill);
        return update(appId, Json.object().put("instances", rest), force);
    }

    /** Kills everything; completes when every container has ended. */
    Future<Void> close() {
        Promise<Void> closed = Promise.promise();
        closing = Optional.of(closed);
        apps.values().forEach(app -> leaving.addAll(app.tasks));
        apps.clear();
        // A task whose container has not been started yet never will be.
        leaving.removeIf(task -> task.container.isEmpty());
        List.copyOf(leaving).forEach(this::kill);
        settle();
        return closed.future();
    }

    private String now() {
        return Json.stamp(clock.now());
    }
}
