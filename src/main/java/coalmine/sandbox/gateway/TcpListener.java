package coalmine.sandbox.gateway;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.gateway.Routes.Route;
import coalmine.sandbox.net.Binding;
import coalmine.sandbox.pulse.AccessLogEntry;
import coalmine.time.PlatformDuration;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A gateway for TCP: each connection takes a route by weight, and of it a target. What is refused is tried again as for HTTP; where nobody answers, the
 * client's connection is closed.
 */
final class TcpListener implements Listener {

    private final Entrance<NetSocket> entrance;
    private final SandboxClock clock;
    private final NetClient client;
    private final String frontend;
    private final Routes routes;
    private final Consumer<AccessLogEntry> accessLog;

    /** A gateway's listener that does not listen yet. */
    TcpListener(
            Vertx vertx,
            SandboxClock clock,
            String host,
            Frontend frontend,
            NetClient client,
            Consumer<AccessLogEntry> accessLog) {
        this.clock = clock;
        this.client = client;
        this.frontend = frontend.lookupName();
        this.accessLog = accessLog;
        this.routes = new Routes(this.frontend);
        NetServer server = vertx.createNetServer();
        server.connectHandler(this::connected);
        this.entrance =
                new Entrance<>(new Binding(vertx, host, frontend.port()), Entrance.Server.of(server), NetSocket::close);
        routes.replace(frontend.backends());
    }

    @Override
    public Entrance<NetSocket> entrance() {
        return entrance;
    }

    @Override
    public boolean serves(Frontend other) {
        return other.port() == entrance.port() && other.protocol() == Protocol.TCP;
    }

    @Override
    public void replace(Frontend other) {
        routes.replace(other.backends());
    }

    private void connected(NetSocket socket) {
        if (!entrance.lets(socket)) {
            return;
        }
        socket.pause();
        socket.exceptionHandler(reset -> {});
        socket.shutdownHandler(shutdown -> entrance.isClosed());
        new Connection(socket, routes.next().route()).begin();
    }

    /** One client's connection from its beginning to the access log. */
    private final class Connection {
        private final NetSocket socket;
        private final Optional<Route> route;
        private final PlatformDuration began = clock.elapsed();
        private int triesLeft = 1 + Forwarder.RETRIES;
        private Optional<Target> tried = Optional.empty();
        private Optional<SandboxClock.Timer> retry = Optional.empty();
        private boolean ended;

        private Connection(NetSocket socket, Optional<Route> route) {
            this.socket = socket;
            this.route = route;
        }

        private void begin() {
            socket.closeHandler(closed -> end());
            route.flatMap(chosen -> chosen.targets().next(socket.remoteAddress().hostAddress()))
                    .ifPresentOrElse(this::tryOn, socket::close);
        }

        private void tryOn(Target target) {
            triesLeft--;
            isOn(Optional.of(target));
            client.connect(target.port(), target.host()).onComplete(this::join, failure -> refused(target));
        }

        private void isOn(Optional<Target> target) {
            route.ifPresent(chosen -> {
                tried.ifPresent(chosen.targets()::end);
                target.ifPresent(chosen.targets()::begin);
            });
            tried = target;
        }

        private void join(NetSocket other) {
            if (ended) {
                other.close();
                return;
            }
            Tunnel.between(socket, other).onComplete(closed -> end());
            socket.resume();
        }

        private void refused(Target target) {
            if (ended) {
                return;
            }
            if (triesLeft == 0) {
                socket.close();
                return;
            }
            retry = Optional.of(clock.after(
                    Forwarder.RETRY_INTERVAL,
                    () -> tryOn(triesLeft == 1 ? route.orElseThrow().targets().nextOtherThan(target) : target)));
        }

        private void end() {
            if (ended) {
                return;
            }
            ended = true;
            retry.ifPresent(SandboxClock.Timer::cancel);
            isOn(Optional.empty());
            entrance.left(socket);
            long totalMillis = clock.elapsed().minus(began).toMillis();
            accessLog.accept(new AccessLogEntry(frontend, Forwarder.NO_STATUS, totalMillis, clock.now()));
            route.ifPresent(chosen -> accessLog.accept(
                    new AccessLogEntry(chosen.lookupName(), Forwarder.NO_STATUS, totalMillis, clock.now())));
        }
    }
}
