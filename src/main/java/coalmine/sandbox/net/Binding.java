package coalmine.sandbox.net;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;

/**
 * A port of an address, and whether it can be bound.
 *
 * @param vertx whose servers listen on it
 * @param host the address
 * @param port no stand-in such as 0
 */
public record Binding(Vertx vertx, String host, int port) {

    /** Wall-clock time, as it is this machine's business and not the platform's. */
    private static final Duration LONGEST_CLOSING = Duration.ofSeconds(1);

    /** Fails if anyone listens on the port: two servers of one Vert.x would share it without complaint. */
    public Future<Void> isFree() {
        try {
            bindWithoutListening();
            return Future.succeededFuture();
        } catch (IOException e) {
            return Future.failedFuture(cannotBind(e));
        }
    }

    /**
     * Waits for the port of a server that has been closed. Java closes a server socket a little later than it says: when the thread that accepts
     * connections next looks at its sockets.
     *
     * @return always succeeds, within about a second, even if someone else was quick to take the port
     */
    public Future<Void> whenFree() {
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

    /** What binding the port has failed with, as it is told to people: with the port, and who holds it. */
    public IOException cannotBind(Throwable failure) {
        String reason = String.valueOf(failure.getMessage());
        return new IOException(
                reason.toLowerCase(Locale.ROOT).contains("in use")
                        ? PortHolder.inUse(host, port)
                        : "port " + port + " of " + host + " cannot be bound: " + reason,
                failure);
    }
}
