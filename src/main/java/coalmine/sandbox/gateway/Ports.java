package coalmine.sandbox.gateway;

/** What is a port that can be listened on. */
final class Ports {

    private Ports() {}

    static void check(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 1 to 65535, but was " + port);
        }
    }
}
