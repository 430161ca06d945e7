package coalmine.sandbox.gateway;

/** What a gateway understands of its traffic. */
public enum Protocol {
    HTTP,
    TCP
}
