package coalmine.sandbox.marathon;

import io.vertx.core.Context;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Turns changes of apps into deployments and sees them through, step by step (facts 7.2): a new app is started, then scaled; a change of the
 * number of instances scales; any other change restarts, rolling; an app that is to go is stopped. A deployment locks its apps until it has
 * reached its aim.
 */
final class Deployments {

    /** What to do when another deployment has one of the apps. */
    enum Locks {
        /** Refuse. */
        RESPECTED,
        /** Cancel the other deployment. */
        BROKEN
    }

    private enum Kind {
        StartApplication,
        StopApplication,
        ScaleApplication,
        RestartApplication
    }

    private record Action(Kind kind, App app) {

        /** Marathon 0.15.6 says {@code type}, later ones {@code action}; Vamp reads only the app. */
        JsonObject toJson() {
            return new JsonObject()
                    .put("action", kind.name())
                    .put("type", kind.name())
                    .put("app", app.id());
        }

        void begin(Scheduler scheduler) {
            switch (kind) {
                case StopApplication -> scheduler.killAll(app);
                case RestartApplication -> {
                    app.restart();
                    scheduler.settle(app);
                }
                case ScaleApplication -> scheduler.settle(app);
                case StartApplication -> {
                    // With no tasks yet; scaling it is the next step.
                }
            }
        }

        boolean isDone() {
            return switch (kind) {
                case StartApplication -> true;
                case StopApplication -> app.tasks().isEmpty();
                case ScaleApplication, RestartApplication -> app.isSettled();
            };
        }
    }

    private static final class Deployment {
        private final String id = UUID.randomUUID().toString();
        private final String version;
        private final Set<String> affected;
        private final List<List<Action>> steps;
        private final Map<String, Optional<AppDefinition>> before;
        private final JsonObject plan;
        private int current = -1;

        private Deployment(
                String version,
                Set<String> affected,
                List<List<Action>> steps,
                Map<String, Optional<AppDefinition>> before,
                JsonObject original,
                JsonObject target) {
            this.version = version;
            this.affected = affected;
            this.steps = steps;
            this.before = before;
            this.plan = new JsonObject()
                    .put("id", id)
                    .put("original", original)
                    .put("target", target)
                    .put("steps", steps())
                    .put("version", version);
        }

        private JsonArray steps() {
            JsonArray all = new JsonArray();
            steps.forEach(step -> all.add(new JsonObject().put("actions", actions(step))));
            return all;
        }

        private static JsonArray actions(List<Action> step) {
            JsonArray actions = new JsonArray();
            step.forEach(action -> actions.add(action.toJson()));
            return actions;
        }

        private List<Action> step() {
            return current < 0 ? List.of() : steps.get(current);
        }

        private JsonObject event() {
            return new JsonObject()
                    .put("plan", plan)
                    .put("currentStep", new JsonObject().put("actions", actions(step())));
        }

        private JsonObject toJson() {
            JsonArray actions = actions(step());
            for (int i = 0; i < actions.size(); i++) {
                actions.getJsonObject(i).put("readinessCheckResults", new JsonArray());
            }
            return new JsonObject()
                    .put("id", id)
                    .put("version", version)
                    .put("affectedApps", new JsonArray(new ArrayList<>(affected)))
                    .put("steps", steps())
                    .put("currentActions", actions)
                    .put("currentStep", current + 1)
                    .put("totalSteps", steps.size());
        }
    }

    /** What a client is told of a change that has begun. */
    record Receipt(String version, String deploymentId) {

        JsonObject toJson() {
            return new JsonObject().put("version", version).put("deploymentId", deploymentId);
        }
    }

    private final Context context;
    private final Scheduler scheduler;
    private final Stamps stamps;
    private final EventStream events;
    private final Map<String, Deployment> running = new LinkedHashMap<>();
    private String groupVersion;

    Deployments(Context context, Scheduler scheduler, Stamps stamps, EventStream events) {
        this.context = context;
        this.scheduler = scheduler;
        this.stamps = stamps;
        this.events = events;
        this.groupVersion = stamps.nextVersion();
        scheduler.onChange(this::advance);
    }

    /**
     * Begins to change apps. The list of apps is as wanted when this returns; the tasks follow.
     *
     * @param wanted what each app is to be, by id; empty for an app that is to go
     * @throws Refusal if locks are respected and another deployment has one of the apps
     */
    Receipt begin(Map<String, Optional<AppDefinition>> wanted, Locks locks) {
        return begin(wanted, Set.of(), locks);
    }

    /** Begins to start all tasks of an app anew, as if its configuration had changed. */
    Receipt restart(AppDefinition definition, Locks locks) {
        return begin(Map.of(definition.id(), Optional.of(definition)), Set.of(definition.id()), locks);
    }

    private Receipt begin(Map<String, Optional<AppDefinition>> wanted, Set<String> anew, Locks locks) {
        Map<String, Optional<AppDefinition>> changes = changes(wanted, anew);
        free(changes.keySet(), locks);
        String version = stamps.nextVersion();
        JsonObject original = rootGroup();
        Map<String, Optional<AppDefinition>> before = new LinkedHashMap<>();
        changes.keySet().forEach(id -> before.put(id, scheduler.find(id).map(App::definition)));
        groupVersion = version;
        List<List<Action>> steps = apply(changes, anew, version);
        Deployment deployment =
                new Deployment(version, Set.copyOf(changes.keySet()), steps, before, original, rootGroup());
        running.put(deployment.id, deployment);
        events.publish(
                "group_change_success",
                new JsonObject().put("groupId", groupOf(wanted.keySet())).put("version", version));
        // The client hears first that its change was taken.
        context.runOnContext(now -> nextStep(deployment));
        return new Receipt(version, deployment.id);
    }

    /** What of the wishes is a change. */
    private Map<String, Optional<AppDefinition>> changes(
            Map<String, Optional<AppDefinition>> wanted, Set<String> anew) {
        Map<String, Optional<AppDefinition>> changes = new TreeMap<>();
        Set<Integer> servicePorts = new HashSet<>();
        wanted.forEach((id, definition) -> {
            Optional<AppDefinition> present = scheduler.find(id).map(App::definition);
            Optional<AppDefinition> whole = definition.map(app -> app.withServicePorts(
                    present.map(AppDefinition::servicePorts).orElse(List.of()), () -> {
                        int port = scheduler.freeServicePort(servicePorts);
                        servicePorts.add(port);
                        return port;
                    }));
            boolean same = whole.isPresent()
                    && present.isPresent()
                    && whole.get().hasConfigurationOf(present.get())
                    && whole.get().instances() == present.get().instances();
            if (!same || anew.contains(id)) {
                changes.put(id, whole);
            }
        });
        return changes;
    }

    private List<List<Action>> apply(Map<String, Optional<AppDefinition>> changes, Set<String> anew, String version) {
        List<Action> stops = new ArrayList<>();
        List<Action> starts = new ArrayList<>();
        List<Action> moves = new ArrayList<>();
        changes.forEach((id, wanted) -> {
            Optional<App> present = scheduler.find(id);
            if (wanted.isEmpty()) {
                stops.add(new Action(Kind.StopApplication, scheduler.remove(id)));
            } else if (present.isEmpty()) {
                scheduler.add(wanted.get().anew(version));
                App app = scheduler.find(id).orElseThrow();
                starts.add(new Action(Kind.StartApplication, app));
                moves.add(new Action(Kind.ScaleApplication, app));
            } else {
                App app = present.get();
                AppDefinition old = app.definition();
                app.become(
                        anew.contains(id)
                                ? wanted.get().anew(version)
                                : wanted.get().changedFrom(old, version));
                boolean scaled = app.definition().configuration().equals(old.configuration());
                moves.add(new Action(scaled ? Kind.ScaleApplication : Kind.RestartApplication, app));
            }
        });
        List<List<Action>> steps = new ArrayList<>(List.of(stops, starts));
        steps.addAll(byDependency(moves));
        steps.removeIf(List::isEmpty);
        return steps;
    }

    /** Steps in which an app comes after those that it depends on. */
    private static List<List<Action>> byDependency(List<Action> actions) {
        List<List<Action>> steps = new ArrayList<>();
        List<Action> left = new ArrayList<>(actions);
        while (!left.isEmpty()) {
            Set<String> waiting = new HashSet<>();
            left.forEach(action -> waiting.add(action.app().id()));
            List<Action> step = left.stream()
                    .filter(action ->
                            action.app().definition().dependencies().stream().noneMatch(waiting::contains))
                    .toList();
            // Those that depend on each other have to go together.
            steps.add(step.isEmpty() ? List.copyOf(left) : step);
            left.removeAll(steps.get(steps.size() - 1));
        }
        return steps;
    }

    private void free(Set<String> apps, Locks locks) {
        List<Deployment> inTheWay = running.values().stream()
                .filter(deployment -> deployment.affected.stream().anyMatch(apps::contains))
                .toList();
        if (!inTheWay.isEmpty() && locks == Locks.RESPECTED) {
            throw Refusal.locked(
                    inTheWay.stream().map(deployment -> deployment.id).toList());
        }
        inTheWay.forEach(this::cancel);
    }

    /**
     * Cancels a deployment and leaves its apps as they are.
     *
     * @throws Refusal if there is no such deployment
     */
    void cancel(String deploymentId) {
        cancel(find(deploymentId));
    }

    /**
     * Cancels a deployment and begins another that takes its apps back to what they were.
     *
     * @throws Refusal if there is no such deployment
     */
    Receipt revert(String deploymentId) {
        return begin(find(deploymentId).before, Locks.BROKEN);
    }

    private Deployment find(String deploymentId) {
        return Optional.ofNullable(running.get(deploymentId))
                .orElseThrow(() -> Refusal.because(404, "DeploymentPlan " + deploymentId + " does not exist"));
    }

    private void cancel(Deployment deployment) {
        running.remove(deployment.id);
        for (List<Action> step : deployment.steps) {
            for (Action action : step) {
                action.app().restarted();
                if (action.kind() == Kind.StopApplication) {
                    // It is no longer in the list, so nobody else would.
                    scheduler.killAll(action.app());
                }
            }
        }
        events.publish(
                "deployment_failed", new JsonObject().put("id", deployment.id).put("plan", deployment.plan));
    }

    private void advance() {
        List.copyOf(running.values()).forEach(this::advance);
    }

    private void advance(Deployment deployment) {
        boolean begun = deployment.current >= 0;
        if (begun
                && running.containsKey(deployment.id)
                && deployment.step().stream().allMatch(Action::isDone)) {
            deployment.step().forEach(this::done);
            events.publish("deployment_step_success", deployment.event());
            nextStep(deployment);
        }
    }

    private void done(Action action) {
        action.app().restarted();
        if (action.kind() == Kind.StopApplication) {
            events.publish(
                    "app_terminated_event",
                    new JsonObject().put("appId", action.app().id()));
        }
    }

    private void nextStep(Deployment deployment) {
        if (!running.containsKey(deployment.id)) {
            return;
        }
        if (deployment.current + 1 < deployment.steps.size()) {
            deployment.current++;
            events.publish("deployment_info", deployment.event());
            deployment.step().forEach(action -> action.begin(scheduler));
            advance(deployment);
        } else {
            running.remove(deployment.id);
            events.publish(
                    "deployment_success",
                    new JsonObject().put("id", deployment.id).put("plan", deployment.plan));
        }
    }

    /** The ids of the deployments that have an app. */
    List<String> of(String appId) {
        return running.values().stream()
                .filter(deployment -> deployment.affected.contains(appId))
                .map(deployment -> deployment.id)
                .toList();
    }

    JsonArray toJson() {
        JsonArray all = new JsonArray();
        running.values().forEach(deployment -> all.add(deployment.toJson()));
        return all;
    }

    /** The group that holds all apps, with its groups within groups. */
    JsonObject rootGroup() {
        return group("/", scheduler.apps().stream().map(App::definition).toList());
    }

    private JsonObject group(String id, Collection<AppDefinition> members) {
        JsonArray apps = new JsonArray();
        Map<String, List<AppDefinition>> below = new TreeMap<>();
        String prefix = id.equals("/") ? id : id + "/";
        for (AppDefinition member : members) {
            int end = member.id().indexOf('/', prefix.length());
            if (end < 0) {
                apps.add(member.toJson());
            } else {
                below.computeIfAbsent(member.id().substring(0, end), group -> new ArrayList<>())
                        .add(member);
            }
        }
        JsonArray groups = new JsonArray();
        below.forEach((group, its) -> groups.add(group(group, its)));
        return new JsonObject()
                .put("id", id)
                .put("apps", apps)
                .put("groups", groups)
                .put("dependencies", new JsonArray())
                .put("version", groupVersion);
    }

    /** The group whose change a change of apps is: their own if there is one app, else the root. */
    private static String groupOf(Set<String> apps) {
        Set<String> groups = new LinkedHashSet<>();
        apps.forEach(id -> groups.add(id.substring(0, Math.max(1, id.lastIndexOf('/')))));
        return groups.size() == 1 ? groups.iterator().next() : "/";
    }
}
