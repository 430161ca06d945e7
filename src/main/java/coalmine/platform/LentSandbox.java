package coalmine.platform;

import coalmine.access.Server;
import coalmine.sandbox.Sandbox;
import coalmine.time.Pace;
import java.time.Duration;
import java.util.List;

/** A sandbox in somebody's hands. What becomes of it when it is given back is up to the lender. */
final class LentSandbox implements Environment {

    /** What scenarios may count on top of a deadline for this machine, which has other things to do as well. */
    static final Duration ALLOWANCE = Duration.ofSeconds(1);

    private final Sandbox sandbox;
    private final Runnable back;

    LentSandbox(Sandbox sandbox, Runnable back) {
        this.sandbox = sandbox;
        this.back = back;
    }

    @Override
    public Server vamp() {
        return Server.at(sandbox.vampUrl());
    }

    @Override
    public Server marathon() {
        return Server.at(sandbox.marathonUrl());
    }

    @Override
    public String gatewayHost() {
        return sandbox.gatewayHost();
    }

    @Override
    public Pace pace() {
        return sandbox.pace();
    }

    @Override
    public Duration allowance() {
        return ALLOWANCE;
    }

    @Override
    public List<String> workflowOutput() {
        return sandbox.workflowOutput();
    }

    @Override
    public void close() {
        back.run();
    }
}
