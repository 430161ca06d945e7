package coalmine.sandbox.workflow;

import coalmine.time.Pace;

/** A process that starts an agent, says which one, has it run the script that it is given, and waits to be killed. */
final class AgentOwner {

    private AgentOwner() {}

    public static void main(String[] arguments) throws Exception {
        AgentProcess agent = AgentProcess.start();
        agent.ready().join();
        new Workflows(agent, Pace.REAL).start("owned", arguments[0]);
        System.out.println(agent.pid().orElseThrow());
        System.in.read();
        agent.close();
    }
}
