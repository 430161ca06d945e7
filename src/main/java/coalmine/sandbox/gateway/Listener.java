package coalmine.sandbox.gateway;

import io.vertx.core.Future;

/** A gateway that listens on its port. */
interface Listener {

    int port();

    /** Whether this serves a gateway of that port and protocol, so that new routes and the like are all it needs. */
    boolean serves(Frontend frontend);

    /** Divides what comes from now on as the gateway says. */
    void replace(Frontend frontend);

    /** Binds the port. Fails with a message that names the port, and who holds it. */
    Future<Void> listen();

    /**
     * Stops listening and closes the connections that wait for a request; what is in flight is completed.
     *
     * @return completes when nothing listens on the port any more
     */
    Future<Void> withdraw();

    /** Closes all connections, and stops listening if it has not been withdrawn before. */
    Future<Void> cut();

    /** Whether any client is still connected. */
    boolean hasConnections();
}
