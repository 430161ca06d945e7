package coalmine.sandbox.marathon;

import coalmine.sandbox.clock.SandboxClock;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** Marathon's event stream (facts 7.4): whoever listens hears of everything from then on. */
final class Events {

    private final SandboxClock clock;
    private final Set<BiConsumer<String, ObjectNode>> listeners = new LinkedHashSet<>();

    Events(SandboxClock clock) {
        this.clock = clock;
    }

    void publish(String type, ObjectNode fields) {
        ObjectNode event = fields.deepCopy().put("eventType", type).put("timestamp", Json.stamp(clock.now()));
        List.copyOf(listeners).forEach(listener -> listener.accept(type, event));
    }

    void status(Task task, String status, String message) {
        ObjectNode event = Json.object()
                .put("slaveId", Json.SLAVE_ID)
                .put("taskId", task.id)
                .put("taskStatus", status)
                .put("message", message)
                .put("appId", task.appId)
                .put("host", task.host)
                .put("version", task.version);
        event.putArray("ipAddresses");
        task.ports.forEach(event.withArray("ports")::add);
        publish("status_update_event", event);
    }

    /** Has the listener told of every event's type and content, until the returned action is run. */
    Runnable listen(BiConsumer<String, ObjectNode> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
