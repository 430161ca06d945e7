package coalmine.sandbox.workflow;

import java.time.Instant;

/**
 * Hears what workflows print and why their runs fail: what the log of Vamp's workflow agent shows. Called from any thread, one call at a time;
 * it must return quickly.
 *
 * <p>Bounded at the source: each of a container's two streams has at most 400 lines in a second on the wall, of at most 2000 characters each, and one line says how
 * many were left out.
 */
public interface AgentLog {

    /** Where a line was written to. */
    enum Stream {
        OUT,
        ERR
    }

    /**
     * A line that a workflow printed.
     *
     * @param appId the app whose task printed it, such as {@code /vamp/workflow-health}
     * @param taskId Marathon's id of the task
     * @param at when, in the platform's time
     * @param stream where it was printed to
     * @param text the line, without its end
     */
    record Line(String appId, String taskId, Instant at, Stream stream, String text) {}

    /**
     * The failure of one run of a script. It may not have ended the run: a rejected promise that nobody handles is only warned of, as on
     * Node.js 6 (facts, 6.4).
     *
     * @param appId the app whose task it was
     * @param taskId Marathon's id of the task
     * @param at when, in the platform's time
     * @param message one line for people, such as {@code Error: Cannot find module 'x'}
     */
    record Failure(String appId, String taskId, Instant at, String message) {}

    /** A workflow printed a line. */
    void line(Line line);

    /** A run of a workflow's script failed. */
    void failed(Failure failure);
}
