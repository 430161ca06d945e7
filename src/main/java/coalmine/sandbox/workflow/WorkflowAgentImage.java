package coalmine.sandbox.workflow;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.marathon.Container;
import coalmine.sandbox.marathon.Image;
import coalmine.sandbox.marathon.TaskSpec;

/**
 * The image of Vamp's workflow agent, {@code magneticio/vamp-workflow-agent}. A container fetches its script from the key-value store that its
 * environment names and runs it in a real Node.js: once, or in every period (facts, 6.2 and 6.3). Each container is an isolate in the
 * {@link AgentProcess} that the sandbox was lent; a script sees nothing of the others.
 *
 * <p>What a script takes for time is the sandbox's: {@code Date}, timers and the periods follow its clock, and stand still with it.
 */
public final class WorkflowAgentImage implements Image, AutoCloseable {

    private final AgentProcess.Loan loan;

    /**
     * The image for one sandbox. Until it is closed the agent serves no other.
     *
     * @param clock the sandbox's clock
     * @param agent the process that the containers live in
     * @param log hears what the containers print
     * @throws IllegalStateException if the agent serves another sandbox or was closed
     */
    public WorkflowAgentImage(SandboxClock clock, AgentProcess agent, AgentLog log) {
        this.loan = agent.lend(clock, log);
    }

    @Override
    public Container start(TaskSpec task, Container.Listener listener) {
        return loan.start(task, listener);
    }

    /** Kills the containers that are left and gives the agent back. */
    @Override
    public void close() {
        loan.close();
    }
}
