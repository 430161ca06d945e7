package coalmine.sandbox.gateway;

/** A gateway that listens on its port. */
interface Listener {

    /** The port, how it is opened and closed, and who came in by it. */
    Entrance<?> entrance();

    /** Whether this serves a gateway of that port and protocol, so that new routes and the like are all it needs. */
    boolean serves(Frontend frontend);

    /** Divides what comes from now on as the gateway says. */
    void replace(Frontend frontend);
}
