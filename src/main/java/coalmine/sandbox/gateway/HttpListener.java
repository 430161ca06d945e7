package coalmine.sandbox.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A gateway for HTTP. */
final class HttpListener implements Listener {

    /** HAProxy waits without limit for the requests of a configuration that was replaced; a year comes near enough. */
    private static final long DAYS_FOR_REQUESTS_IN_FLIGHT = 365;

    private static final int LARGEST_HEADERS = 64 * 1024;

    private final Binding binding;
    private final HttpServer server;
    private final Routes routes;
    private Cookie cookie;
    private final Set<HttpConnection> connections = new HashSet<>();
    private final Promise<Void> notListening = Promise.promise();
    private boolean withdrawn;

    /** A gateway's listener that does not listen yet. */
    HttpListener(Vertx vertx, String host, Frontend frontend, Forwarder forwarder) {
        this.binding = new Binding(vertx, host, frontend.port());
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setMaxInitialLineLength(LARGEST_HEADERS)
                .setMaxHeaderSize(LARGEST_HEADERS)
                // Clients such as Java's own ask to go on with HTTP/2, which HAProxy 1.6 does not know.
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false));
        String lookupName = frontend.lookupName();
        this.routes = new Routes(lookupName);
        this.cookie = new Cookie(lookupName, frontend.sticky());
        server.requestHandler(request -> forwarder.forward(request, lookupName, routes, cookie));
        server.connectionHandler(this::connected);
        routes.replace(frontend.backends());
    }

    @Override
    public int port() {
        return binding.port();
    }

    @Override
    public boolean serves(Frontend frontend) {
        return frontend.port() == port() && frontend.protocol() == Protocol.HTTP;
    }

    @Override
    public void replace(Frontend frontend) {
        cookie = new Cookie(frontend.lookupName(), frontend.sticky());
        routes.replace(frontend.backends());
    }

    @Override
    public Future<Void> listen() {
        return binding.isFree()
                .compose(free -> server.listen(binding.port(), binding.host())
                        .<Void>mapEmpty()
                        .recover(failure -> Future.failedFuture(binding.cannotBind(failure))));
    }

    @Override
    public Future<Void> withdraw() {
        withdrawn = true;
        server.shutdown(DAYS_FOR_REQUESTS_IN_FLIGHT, TimeUnit.DAYS).onComplete(done -> notListening.tryComplete());
        return notListening.future().compose(closed -> binding.whenFree());
    }

    @Override
    public Future<Void> cut() {
        List.copyOf(connections).forEach(HttpConnection::close);
        if (withdrawn) {
            return Future.succeededFuture();
        }
        withdrawn = true;
        return server.close().eventually(binding::whenFree);
    }

    @Override
    public boolean hasConnections() {
        return !connections.isEmpty();
    }

    private void connected(HttpConnection connection) {
        if (withdrawn) {
            // It was accepted in the moment in which the port was closed.
            connection.close();
            return;
        }
        connections.add(connection);
        connection.closeHandler(closed -> connections.remove(connection));
        // A client that resets its connection is no news for the log.
        connection.exceptionHandler(failure -> {});
        // Vert.x says nowhere else that the port is closed before the last request has ended.
        connection.shutdownHandler(shutdown -> notListening.tryComplete());
    }
}
