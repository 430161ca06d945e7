package coalmine.platform;

import coalmine.sandbox.Machine;
import coalmine.sandbox.Sandbox;
import coalmine.time.Pace;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** One sandbox for somebody who works with it by hand: it is up as soon as it is opened, and lent to one at a time, always the same. */
public final class OwnSandbox implements Platform {

    private final Machine machine;
    private final Sandbox sandbox;

    private OwnSandbox(Machine machine, Sandbox sandbox) {
        this.machine = machine;
        this.sandbox = sandbox;
    }

    /** Starts one on an address of its own, with free ports for the APIs. */
    public static OwnSandbox start(Pace pace) {
        return start(SandboxPlatform.loopbackAddresses().get(0), 0, 0, pace);
    }

    /**
     * Starts one.
     *
     * @param host the loopback address that all of it listens on
     * @param vampPort of Vamp's API; 0 for a free one
     * @param marathonPort of Marathon's API; 0 for a free one
     * @throws IllegalStateException if it does not come up, such as when a port is in use
     */
    public static OwnSandbox start(String host, int vampPort, int marathonPort, Pace pace) {
        Machine machine = new Machine();
        try {
            return new OwnSandbox(
                    machine, Sandbox.start(machine, new Sandbox.Options(host, pace, vampPort, marathonPort)));
        } catch (RuntimeException e) {
            machine.close();
            throw e;
        }
    }

    @Override
    public String description() {
        return SandboxPlatform.description(sandbox.pace());
    }

    @Override
    public Pace pace() {
        return sandbox.pace();
    }

    @Override
    public int capacity() {
        return 1;
    }

    @Override
    public Environment lend() {
        return new Environment() {
            @Override
            public URI vamp() {
                return sandbox.vampUrl();
            }

            @Override
            public URI marathon() {
                return sandbox.marathonUrl();
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
                return SandboxPlatform.ALLOWANCE;
            }

            @Override
            public List<String> workflowOutput() {
                return sandbox.workflowOutput();
            }

            @Override
            public void close() {
                // the sandbox stays up for the next one
            }
        };
    }

    @Override
    public void close() {
        try {
            sandbox.close();
        } finally {
            machine.close();
        }
    }
}
