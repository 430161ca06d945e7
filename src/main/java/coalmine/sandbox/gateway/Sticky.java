package coalmine.sandbox.gateway;

/** What a user who was answered once comes back to, as long as it is there and has traffic. */
public enum Sticky {
    NONE,
    /** The same route. */
    ROUTE,
    /** The same route, and of it the same target. */
    INSTANCE
}
