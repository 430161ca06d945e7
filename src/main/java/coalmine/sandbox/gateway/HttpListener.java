package coalmine.sandbox.gateway;

import coalmine.sandbox.net.Binding;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

/** A gateway for HTTP. */
final class HttpListener implements Listener {

    private static final int LARGEST_HEADERS = 64 * 1024;

    private final Entrance<HttpConnection> entrance;
    private final Routes routes;
    private Cookie cookie;

    /** A gateway's listener that does not listen yet. */
    HttpListener(Vertx vertx, String host, Frontend frontend, Forwarder forwarder) {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
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
        this.entrance = new Entrance<>(
                new Binding(vertx, host, frontend.port()), Entrance.Server.of(server), HttpConnection::close);
        routes.replace(frontend.backends());
    }

    @Override
    public Entrance<HttpConnection> entrance() {
        return entrance;
    }

    @Override
    public boolean serves(Frontend frontend) {
        return frontend.port() == entrance.port() && frontend.protocol() == Protocol.HTTP;
    }

    @Override
    public void replace(Frontend frontend) {
        cookie = new Cookie(frontend.lookupName(), frontend.sticky());
        routes.replace(frontend.backends());
    }

    private void connected(HttpConnection connection) {
        if (!entrance.lets(connection)) {
            return;
        }
        connection.closeHandler(closed -> entrance.left(connection));
        // A client that resets its connection is no news for the log.
        connection.exceptionHandler(failure -> {});
        connection.shutdownHandler(shutdown -> entrance.isClosed());
    }
}
