package coalmine.sandbox.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** An open port of a frontend, with the turns that its backends and their targets take. */
final class Listener {

    private final Proxy proxy;
    private final WeightedRoundRobin turns = new WeightedRoundRobin();
    private final Map<String, Integer> targetTurns = new HashMap<>();
    private Frontend frontend;
    private HttpServer server;

    Listener(Frontend frontend, Proxy proxy) {
        this.frontend = frontend;
        this.proxy = proxy;
    }

    Frontend frontend() {
        return frontend;
    }

    /** Requests that come from now on go by the new configuration. */
    void reconfigure(Frontend changed) {
        frontend = changed;
    }

    Future<Void> listen(Vertx vertx, String host) {
        server = vertx.createHttpServer(new HttpServerOptions().setHost(host).setPort(frontend.port()));
        return server.requestHandler(request -> proxy.handle(request, this))
                .listen()
                .mapEmpty();
    }

    Future<Void> close() {
        return server.close();
    }

    Optional<Backend> nextBackend() {
        return turns.next(frontend.backends());
    }

    /** The backend's next target in turn, or empty if it has none. */
    Optional<Target> nextTarget(Backend backend) {
        if (backend.targets().isEmpty()) {
            return Optional.empty();
        }
        int turn = targetTurns.merge(backend.lookupName(), 1, Integer::sum) - 1;
        return Optional.of(
                backend.targets().get(Math.floorMod(turn, backend.targets().size())));
    }
}
