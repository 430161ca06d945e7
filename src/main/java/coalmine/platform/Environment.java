package coalmine.platform;

import coalmine.access.Server;
import coalmine.time.Pace;
import java.time.Duration;
import java.util.List;

/** A Vamp with its Marathon, lent to one scenario. */
public interface Environment extends AutoCloseable {

    /** Vamp's API. */
    Server vamp();

    /** Marathon's API. */
    Server marathon();

    /** The host on which gateways take the users' requests. */
    String gatewayHost();

    Pace pace();

    /** Time on the wall that a deadline gets on top, for the platform's own machine; none on a real Vamp. */
    Duration allowance();

    /** What the workflows have printed lately, where the platform knows it. */
    List<String> workflowOutput();

    /**
     * Kills all of it at once, as a power cut would, and starts it again; returns when it works.
     *
     * @throws UnsupportedOperationException unless the platform can do so, which it tells
     */
    default void killAndStart() {
        throw new UnsupportedOperationException("this platform cannot kill a whole Vamp");
    }

    /** Gives it back. */
    @Override
    void close();
}
