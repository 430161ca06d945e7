package coalmine.sandbox.marathon;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A task: one container of an app, from its launch until its process has ended. */
final class Task {

    /** Mesos' states of a task, as far as they occur here (facts 7.3). */
    enum State {
        TASK_STAGING,
        TASK_RUNNING,
        TASK_FINISHED,
        TASK_FAILED,
        TASK_KILLED
    }

    private final String id;
    private final AppDefinition definition;
    private final String host;
    private final List<Integer> ports;
    private final String slaveId;
    private final JsonObject json;
    private State state = State.TASK_STAGING;
    private boolean killed;
    private Container container = () -> {};

    Task(String id, AppDefinition definition, String host, List<Integer> ports, String slaveId, String stagedAt) {
        this.id = id;
        this.definition = definition;
        this.host = host;
        this.ports = ports;
        this.slaveId = slaveId;
        this.json = new JsonObject()
                .put("id", id)
                .put("host", host)
                .put("ipAddresses", new JsonArray())
                .put("ports", new JsonArray(new ArrayList<>(ports)))
                .put("servicePorts", new JsonArray(new ArrayList<>(definition.servicePorts())))
                .putNull("startedAt")
                .put("stagedAt", stagedAt)
                .put("state", state.name())
                .put("version", definition.version())
                .put("slaveId", slaveId)
                .put("appId", definition.id());
    }

    void hasContainer(Container container) {
        this.container = container;
    }

    void hasStarted(String at) {
        state = State.TASK_RUNNING;
        json.put("startedAt", at).put("state", state.name());
    }

    /** The container has ended: killed by us, or failed or finished by its exit code. */
    void hasEnded(int exitCode) {
        state = killed ? State.TASK_KILLED : exitCode == 0 ? State.TASK_FINISHED : State.TASK_FAILED;
        json.put("state", state.name());
    }

    /** Kills the container. The task lives on until its process has ended. */
    void kill() {
        if (!killed) {
            killed = true;
            container.kill();
        }
    }

    /** As Marathon shows a task; {@code startedAt} is null until it runs (facts 7.2). */
    JsonObject toJson() {
        return json.copy();
    }

    String id() {
        return id;
    }

    String appId() {
        return definition.id();
    }

    String host() {
        return host;
    }

    String slaveId() {
        return slaveId;
    }

    String version() {
        return definition.version();
    }

    /** What the app was when this task was launched. */
    AppDefinition definition() {
        return definition;
    }

    List<Integer> ports() {
        return ports;
    }

    State state() {
        return state;
    }

    boolean isRunning() {
        return state == State.TASK_RUNNING;
    }

    /** Whether it was killed by us, though its process may not have ended yet. */
    boolean isKilled() {
        return killed;
    }
}
