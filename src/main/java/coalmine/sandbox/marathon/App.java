package coalmine.sandbox.marathon;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.time.PlatformDuration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An app as it stands: what it is to be, its tasks, and the launches that are still to come. */
final class App {

    private final SandboxClock clock;
    private final List<Task> tasks = new ArrayList<>();
    private final List<SandboxClock.Timer> launches = new ArrayList<>();
    private final LaunchDelay launchDelay = new LaunchDelay();
    private AppDefinition definition;
    private boolean restarting;
    private Optional<JsonObject> lastTaskFailure = Optional.empty();

    App(SandboxClock clock, AppDefinition definition) {
        this.clock = clock;
        this.definition = definition;
    }

    /** Starts a new task some time from now, unless that is called off. */
    void launchAfter(PlatformDuration delay, Runnable launch) {
        SandboxClock.Timer[] timer = new SandboxClock.Timer[1];
        timer[0] = clock.after(delay, () -> {
            launches.remove(timer[0]);
            launch.run();
        });
        launches.add(timer[0]);
    }

    /** Calls off launches that are still to come, the latest first. */
    void callOffLaunches(int count) {
        for (int i = 0; i < count; i++) {
            launches.remove(launches.size() - 1).cancel();
        }
    }

    void become(AppDefinition changed) {
        definition = changed;
    }

    /** From now on tasks of an older configuration are replaced. */
    void restart() {
        restarting = true;
        callOffLaunches(launches.size());
        launchDelay.forget();
    }

    /** Tasks of an older configuration may stay, because they are no more or because the restart was called off. */
    void restarted() {
        restarting = false;
    }

    void taskFailed(JsonObject failure) {
        lastTaskFailure = Optional.of(failure);
    }

    /** Whether it is what it is to be: as many tasks as wanted, all running, none that is to be replaced. */
    boolean isSettled() {
        return tasks.size() == definition.instances()
                && tasks.stream().allMatch(task -> task.isRunning() && !task.isKilled() && !isOutdated(task));
    }

    boolean isOutdated(Task task) {
        return restarting && !task.definition().configuration().equals(definition.configuration());
    }

    /** As Marathon shows an app, without its tasks (facts 7.2). */
    JsonObject toJson(List<String> deployments) {
        JsonArray ids = new JsonArray();
        deployments.forEach(id -> ids.add(new JsonObject().put("id", id)));
        return definition
                .toJson()
                .put(
                        "tasksStaged",
                        tasks.stream().filter(task -> !task.isRunning()).count())
                .put("tasksRunning", tasks.stream().filter(Task::isRunning).count())
                .put("tasksHealthy", 0)
                .put("tasksUnhealthy", 0)
                .put("deployments", ids);
    }

    JsonArray tasksAsJson() {
        JsonArray array = new JsonArray();
        tasks.forEach(task -> array.add(task.toJson()));
        return array;
    }

    String id() {
        return definition.id();
    }

    AppDefinition definition() {
        return definition;
    }

    /** All tasks whose processes have not ended, the oldest first. */
    List<Task> tasks() {
        return tasks;
    }

    boolean isRestarting() {
        return restarting;
    }

    int launchesToCome() {
        return launches.size();
    }

    LaunchDelay launchDelay() {
        return launchDelay;
    }

    Optional<JsonObject> lastTaskFailure() {
        return lastTaskFailure;
    }

    /**
     * How long the app's next launch is put off after tasks that ended by themselves: 1 s, and 1.15 times as long after each further one,
     * with the app's own values (facts 7.3). A delay that has been over for {@link #MEMORY} is forgotten, as Marathon does now and then.
     */
    final class LaunchDelay {

        private static final PlatformDuration MEMORY = PlatformDuration.seconds(10);

        private PlatformDuration length = PlatformDuration.ZERO;
        private PlatformDuration over = PlatformDuration.ZERO;

        void grow() {
            PlatformDuration now = clock.elapsed();
            boolean first =
                    length.equals(PlatformDuration.ZERO) || now.minus(over).compareTo(MEMORY) > 0;
            PlatformDuration longer = first ? definition.backoff() : length.times(definition.backoffFactor());
            length = longer.compareTo(definition.maxLaunchDelay()) > 0 ? definition.maxLaunchDelay() : longer;
            over = now.plus(length);
        }

        void forget() {
            length = PlatformDuration.ZERO;
            over = PlatformDuration.ZERO;
        }

        /** The time until the app may be launched again; zero if it may be now. */
        PlatformDuration left() {
            PlatformDuration left = over.minus(clock.elapsed());
            return left.compareTo(PlatformDuration.ZERO) > 0 ? left : PlatformDuration.ZERO;
        }
    }
}
