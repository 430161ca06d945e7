package coalmine.sandbox.gateway;

/** How a route's requests or connections are divided between its targets; HAProxy's words. */
public enum Balance {
    /** One after the other. */
    ROUNDROBIN,
    /** To the one with the fewest under way. */
    LEASTCONN,
    /** Those from one address always to the same one, as long as the targets stay. */
    SOURCE;

    /**
     * Reads what a route says (facts 1.6).
     *
     * @param text {@code default} is {@code roundrobin} for HTTP and {@code leastconn} for TCP
     * @throws IllegalArgumentException if this data plane has no such way
     */
    public static Balance of(String text, Protocol protocol) {
        return switch (text) {
            case "default" -> protocol == Protocol.TCP ? LEASTCONN : ROUNDROBIN;
            case "roundrobin", "static-rr" -> ROUNDROBIN;
            case "leastconn" -> LEASTCONN;
            case "source" -> SOURCE;
            default -> throw new IllegalArgumentException("the balance '" + text + "'");
        };
    }
}
