package coalmine.sandbox.workflow;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.marathon.Container;
import coalmine.sandbox.marathon.Image;
import coalmine.sandbox.marathon.TaskSpec;

/** The image of Vamp's workflow agent: each of its containers is a Node.js of its own in an agent process (facts 6.2, 6.3). */
public final class WorkflowAgentImage implements Image {

    private static final String REPOSITORY = "magneticio/vamp-workflow-agent:";

    private final SandboxClock clock;
    private final AgentProcess agent;
    private final AgentLog log;

    /**
     * The image for one sandbox.
     *
     * @param agent lent to this sandbox alone
     */
    public WorkflowAgentImage(SandboxClock clock, AgentProcess agent, AgentLog log) {
        this.clock = clock;
        this.agent = agent;
        this.log = log;
        clock.follow(agent::clock);
    }

    /** Whether an image is this one, in whatever version. */
    public boolean is(String image) {
        return image.startsWith(REPOSITORY);
    }

    @Override
    public Container start(TaskSpec task, Container.Listener listener) {
        agent.start(task.taskId(), task.appId(), clock.pace(), clock.now(), task.env(), listener, log);
        return () -> agent.kill(task.taskId());
    }
}
