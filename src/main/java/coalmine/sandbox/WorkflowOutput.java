package coalmine.sandbox;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.Event;
import coalmine.sandbox.pulse.EventStore;
import coalmine.sandbox.workflow.AgentLog;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What the workflows have printed, the last lines of it; a run that failed is told as an event as well. */
final class WorkflowOutput implements AgentLog {

    private static final int CAPACITY = 1000;
    private static final String WORKFLOW = "/vamp/workflow-";

    private final Context context;
    private final SandboxClock clock;
    private final EventStore events;
    private final Deque<String> lines = new ArrayDeque<>();

    WorkflowOutput(Context context, SandboxClock clock, EventStore events) {
        this.context = context;
        this.clock = clock;
        this.events = events;
    }

    @Override
    public synchronized void line(String appId, String text) {
        lines.addLast(clock.now() + " " + appId.replace(WORKFLOW, "") + ": " + text);
        if (lines.size() > CAPACITY) {
            lines.removeFirst();
        }
    }

    @Override
    public void failed(String appId, String message) {
        line(appId, "failed: " + message);
        String workflow = appId.replace(WORKFLOW, "");
        context.runOnContext(hop -> events.publish(
                Event.of(List.of("workflows:" + workflow, "failed"), Optional.of(message), clock.now(), "event")));
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }
}
