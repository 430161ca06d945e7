package coalmine.sandbox.workflow;

/** Hears what workflows say. Called from any thread. */
public interface AgentLog {

    /**
     * A workflow has printed a line, or its agent has something to say about it.
     *
     * @param appId the Marathon app of the workflow, or {@code agent} for what concerns them all
     */
    void line(String appId, String text);

    /**
     * A run of a workflow has failed: by an exception that nobody caught, an exit code other than 0, or by taking too long.
     *
     * @param message what went wrong, in one line
     */
    void failed(String appId, String message);
}
