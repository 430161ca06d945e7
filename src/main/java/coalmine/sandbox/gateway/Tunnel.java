package coalmine.sandbox.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetSocket;

/** Two connections of which each passes on what the other says, until one of them is closed. */
final class Tunnel {

    private Tunnel() {}

    /** Joins two connections; completes when both are closed. */
    static Future<Void> between(NetSocket one, NetSocket other) {
        Future<Void> first = closing(one, other);
        Future<Void> second = closing(other, one);
        one.pipeTo(other);
        other.pipeTo(one);
        return Future.join(first, second).mapEmpty();
    }

    private static Future<Void> closing(NetSocket socket, NetSocket other) {
        Promise<Void> closed = Promise.promise();
        // A connection that is reset is closed as well, and no news for the log.
        socket.exceptionHandler(reset -> {});
        socket.closeHandler(end -> {
            closed.tryComplete();
            other.close();
        });
        return closed.future();
    }
}
