package coalmine.sandbox.gateway;

import coalmine.sandbox.net.Binding;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetServer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * A gateway's port with the connections that came in by it: how it opens, and how it closes gently or at once.
 *
 * @param <C> a connection
 */
final class Entrance<C> {

    /** HAProxy waits without limit for what is under way when a configuration is replaced; a year comes near enough. */
    private static final long DAYS_FOR_WHAT_IS_UNDER_WAY = 365;

    /**
     * A server of Vert.x, of whichever protocol.
     *
     * @param listen by port and host
     * @param shutdown by how many days it is to wait
     */
    record Server(
            BiFunction<Integer, String, Future<?>> listen,
            LongFunction<Future<Void>> shutdown,
            Supplier<Future<Void>> close) {

        static Server of(HttpServer server) {
            return new Server(server::listen, days -> server.shutdown(days, TimeUnit.DAYS), server::close);
        }

        static Server of(NetServer server) {
            return new Server(server::listen, days -> server.shutdown(days, TimeUnit.DAYS), server::close);
        }
    }

    private final Binding binding;
    private final Server server;
    private final Consumer<C> close;
    private final Set<C> connections = new HashSet<>();
    private final Promise<Void> notListening = Promise.promise();
    private boolean withdrawn;

    /**
     * @param close closes a connection
     */
    Entrance(Binding binding, Server server, Consumer<C> close) {
        this.binding = binding;
        this.server = server;
        this.close = close;
    }

    int port() {
        return binding.port();
    }

    /** Binds the port. Fails with a message that names the port, and who holds it. */
    Future<Void> listen() {
        return binding.isFree()
                .compose(free -> server.listen
                        .apply(binding.port(), binding.host())
                        .<Void>mapEmpty()
                        .recover(failure -> Future.failedFuture(binding.cannotBind(failure))));
    }

    /**
     * Stops listening and closes the connections that wait for a request; what is in flight is completed.
     *
     * @return completes when nothing listens on the port any more
     */
    Future<Void> withdraw() {
        withdrawn = true;
        server.shutdown.apply(DAYS_FOR_WHAT_IS_UNDER_WAY).onComplete(done -> notListening.tryComplete());
        return notListening.future().compose(closed -> binding.whenFree());
    }

    /** Closes all connections, and stops listening if it has not been withdrawn before. */
    Future<Void> cut() {
        List.copyOf(connections).forEach(close);
        if (withdrawn) {
            return Future.succeededFuture();
        }
        withdrawn = true;
        return server.close.get().eventually(binding::whenFree);
    }

    /** Whether any client is still connected. */
    boolean hasConnections() {
        return !connections.isEmpty();
    }

    /** Whether a connection may come in; one that was accepted in the moment in which the port was closed may not, and is closed. */
    boolean lets(C connection) {
        if (withdrawn) {
            close.accept(connection);
            return false;
        }
        connections.add(connection);
        return true;
    }

    /** A connection has ended. */
    void left(C connection) {
        connections.remove(connection);
    }

    /** The port is closed, although connections go on: only they tell, as Vert.x says nothing before the last of them has ended. */
    void isClosed() {
        notListening.tryComplete();
    }
}
