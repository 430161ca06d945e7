package coalmine.sandbox.workflow;

/** A process that starts an agent, says which one, and waits to be killed. */
final class AgentOwner {

    private AgentOwner() {}

    public static void main(String[] arguments) throws Exception {
        AgentProcess agent = AgentProcess.start();
        agent.ready().join();
        System.out.println(agent.pid().orElseThrow());
        System.in.read();
        agent.close();
    }
}
