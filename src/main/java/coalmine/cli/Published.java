package coalmine.cli;

import coalmine.access.Server;
import coalmine.platform.Environment;
import coalmine.time.Pace;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** A Vamp in a container as it is seen from outside, where its ports are published on {@code localhost}. */
record Published(Environment inside) implements Environment {

    private static final String OUTSIDE = "localhost";

    @Override
    public Server vamp() {
        return outside(inside.vamp());
    }

    @Override
    public Server marathon() {
        return outside(inside.marathon());
    }

    private static Server outside(Server server) {
        return Server.at(URI.create(
                server.url().getScheme() + "://" + OUTSIDE + ":" + server.url().getPort()));
    }

    @Override
    public String gatewayHost() {
        return OUTSIDE;
    }

    @Override
    public Pace pace() {
        return inside.pace();
    }

    @Override
    public Duration allowance() {
        return inside.allowance();
    }

    @Override
    public List<String> workflowOutput() {
        return inside.workflowOutput();
    }

    @Override
    public void close() {
        inside.close();
    }
}
