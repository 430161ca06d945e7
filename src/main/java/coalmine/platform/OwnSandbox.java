package coalmine.platform;

import coalmine.sandbox.Machine;
import coalmine.sandbox.Sandbox;
import coalmine.sandbox.vamp.VampVersion;
import coalmine.time.Pace;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One sandbox for somebody who works with it by hand: it is up as soon as it is opened, and lent to one at a time, always the same. */
public final class OwnSandbox implements Platform {

    private static final int WARM_WITHIN_SECONDS = 10;

    private final Machine machine;
    private final Sandbox sandbox;

    private OwnSandbox(Machine machine, Sandbox sandbox) {
        this.machine = machine;
        this.sandbox = sandbox;
    }

    /** Starts one on an address of its own, with free ports for the APIs. */
    public static OwnSandbox start(Pace pace) {
        return start(SandboxPlatform.loopbackAddresses().get(0), 0, 0, pace, "0.9.5");
    }

    /**
     * Starts one.
     *
     * @param host the loopback address that all of it listens on
     * @param vampPort of Vamp's API; 0 for a free one
     * @param marathonPort of Marathon's API; 0 for a free one
     * @param vamp the version of Vamp that it behaves like: {@code 0.9.2} or {@code 0.9.5}
     * @throws IllegalArgumentException if there is no such version
     * @throws IllegalStateException if it does not come up, such as when a port is in use
     */
    public static OwnSandbox start(String host, int vampPort, int marathonPort, Pace pace, String vamp) {
        Sandbox.Options options = Sandbox.Options.atPace(pace)
                .on(host)
                .withPorts(vampPort, marathonPort)
                .behavingLike(VampVersion.of(vamp));
        Machine machine = new Machine();
        try {
            Sandbox sandbox = Sandbox.start(machine, options);
            // Whoever uses it at once, as the suite does one in a container, would else wait for processes that a
            // platform has no part in.
            machine.warm()
                    .completeOnTimeout(null, WARM_WITHIN_SECONDS, TimeUnit.SECONDS)
                    .join();
            return new OwnSandbox(machine, sandbox);
        } catch (RuntimeException e) {
            machine.close();
            throw e;
        }
    }

    @Override
    public String description() {
        return SandboxPlatform.description(sandbox.pace(), sandbox.version().toString());
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
    public Optional<String> cannotBe(Set<String> vamps) {
        String version = sandbox.version().toString();
        return vamps.isEmpty() || vamps.contains(version)
                ? Optional.empty()
                : Optional.of("this sandbox behaves like Vamp " + version);
    }

    @Override
    public Environment lend(Set<String> vamps) {
        return new LentSandbox(sandbox, () -> {
            // It stays up for the next one.
        });
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
