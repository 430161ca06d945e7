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
import java.util.concurrent.RejectedExecutionException;

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
    public void line(Line line) {
        keep(line.at() + " " + workflow(line.appId()) + ": " + line.text());
    }

    @Override
    public void failed(Failure failure) {
        String workflow = workflow(failure.appId());
        keep(failure.at() + " " + workflow + " failed: " + failure.message());
        try {
            context.runOnContext(hop -> events.publish(Event.of(
                    List.of("workflows:" + workflow, "failed"), Optional.of(failure.message()), clock.now(), "event")));
        } catch (RejectedExecutionException closed) {
            // Said on the way out, when there is nobody left to hear of it.
        }
    }

    private static String workflow(String appId) {
        return appId.replace(WORKFLOW, "");
    }

    private synchronized void keep(String line) {
        lines.addLast(line);
        if (lines.size() > CAPACITY) {
            lines.removeFirst();
        }
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }
}
