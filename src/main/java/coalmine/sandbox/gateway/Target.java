package coalmine.sandbox.gateway;

/**
 * An address that requests are sent to: an instance, or another gateway.
 *
 * @param name for people
 */
public record Target(String name, String host, int port) {}
