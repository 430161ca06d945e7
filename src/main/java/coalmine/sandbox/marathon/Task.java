package coalmine.sandbox.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A task of an app, from when it is staged until its container has ended. */
final class Task {

    final String id;
    final String appId;
    final String host;
    final List<Integer> ports;
    final String version;
    final Instant stagedAt;
    Optional<Instant> startedAt = Optional.empty();
    Optional<Container> container = Optional.empty();
    /** Whether somebody has decided that it must end. */
    boolean killed;

    Task(String id, String appId, String host, List<Integer> ports, String version, Instant stagedAt) {
        this.id = id;
        this.appId = appId;
        this.host = host;
        this.ports = List.copyOf(ports);
        this.version = version;
        this.stagedAt = stagedAt;
    }

    boolean isRunning() {
        return startedAt.isPresent();
    }

    /** The form of a task in answers (facts 7.2). */
    ObjectNode json() {
        ObjectNode json = Json.object().put("id", id).put("appId", appId).put("host", host);
        json.putArray("ipAddresses");
        ports.forEach(json.withArray("ports")::add);
        json.put("startedAt", startedAt.map(Json::stamp).orElse(null));
        json.put("stagedAt", Json.stamp(stagedAt));
        json.put("version", version);
        json.put("state", isRunning() ? "TASK_RUNNING" : "TASK_STAGING");
        return json.put("slaveId", Json.SLAVE_ID);
    }
}
