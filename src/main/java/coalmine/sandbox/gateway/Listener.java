package coalmine.sandbox.gateway;

import coalmine.sandbox.net.PortHolder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A gateway that listens on its port. */
final class Listener {

    /** HAProxy waits without limit for the requests of a configuration that was replaced; a year comes near enough. */
    private static final long DAYS_FOR_REQUESTS_IN_FLIGHT = 365;

    /** Wall-clock time, as it is this machine's business and not the platform's. */
    private static final Duration LONGEST_CLOSING = Duration.ofSeconds(1);

    private static final int LARGEST_HEADERS = 64 * 1024;

    private final Vertx vertx;
    private final String host;
    private final int port;
    private final HttpServer server;
    private final Routes routes = new Routes();
    private final Set<HttpConnection> connections = new HashSet<>();
    private final Promise<Void> notListening = Promise.promise();
    private boolean withdrawn;

    /** A gateway's listener that does not listen yet. */
    Listener(Vertx vertx, String host, Frontend frontend, Forwarder forwarder) {
        this.vertx = vertx;
        this.host = host;
        this.port = frontend.port();
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setMaxInitialLineLength(LARGEST_HEADERS)
                .setMaxHeaderSize(LARGEST_HEADERS)
                // Clients such as Java's own ask to go on with HTTP/2, which HAProxy 1.6 does not know.
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false));
        String lookupName = frontend.lookupName();
        server.requestHandler(request -> forwarder.forward(request, lookupName, routes.next()));
        server.connectionHandler(this::connected);
        routes.replace(frontend.backends());
    }

    int port() {
        return port;
    }

    /** Divides what comes from now on between these routes. */
    void replaceRoutes(List<Backend> backends) {
        routes.replace(backends);
    }

    /** Binds the port. Fails with a message that names the port, and who holds it. */
    Future<Void> listen() {
        // Two servers of one Vert.x would share a port without complaint.
        try {
            bindWithoutListening();
        } catch (IOException e) {
            return Future.failedFuture(cannotBind(e));
        }
        return server.listen(port, host).<Void>mapEmpty().recover(failure -> Future.failedFuture(cannotBind(failure)));
    }

    /**
     * Stops listening and closes the connections that wait for a request; requests in flight are completed.
     *
     * @return completes when nothing listens on the port any more
     */
    Future<Void> withdraw() {
        withdrawn = true;
        server.shutdown(DAYS_FOR_REQUESTS_IN_FLIGHT, TimeUnit.DAYS).onComplete(done -> notListening.tryComplete());
        return notListening.future().compose(closed -> portIsFree());
    }

    /** Closes all connections, and stops listening if it has not been withdrawn before. */
    Future<Void> cut() {
        List.copyOf(connections).forEach(HttpConnection::close);
        if (withdrawn) {
            return Future.succeededFuture();
        }
        withdrawn = true;
        return server.close().eventually(this::portIsFree);
    }

    /** Whether any client is still connected. */
    boolean hasConnections() {
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

    /** Java closes a server socket a little later than it says: when the thread that accepts connections next looks at its sockets. */
    private Future<Void> portIsFree() {
        Promise<Void> free = Promise.promise();
        completeWhenFree(free, System.nanoTime());
        return free.future();
    }

    private void completeWhenFree(Promise<Void> free, long sinceNanos) {
        try {
            bindWithoutListening();
            free.complete();
        } catch (IOException e) {
            if (System.nanoTime() - sinceNanos > LONGEST_CLOSING.toNanos()) {
                // Someone else was quick to take it.
                free.complete();
            } else {
                vertx.setTimer(1, again -> completeWhenFree(free, sinceNanos));
            }
        }
    }

    /** Fails if anyone listens on the port. A socket that does not listen itself leaves clients in no doubt meanwhile. */
    private void bindWithoutListening() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        }
    }

    private IOException cannotBind(Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        return new IOException(
                reason.toLowerCase(Locale.ROOT).contains("in use")
                        ? PortHolder.inUse(host, port)
                        : "port " + port + " of " + host + " cannot be bound: " + reason,
                failure);
    }
}
