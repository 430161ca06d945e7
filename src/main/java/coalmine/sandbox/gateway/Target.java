package coalmine.sandbox.gateway;

import java.util.Objects;

/**
 * Where a route's requests can go: an instance of a service, or another gateway.
 *
 * @param name the instance's or gateway's name
 * @param host its address
 * @param port the TCP port it listens on
 */
public record Target(String name, String host, int port) {

    public Target {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(host, "host");
        Ports.check(port);
    }
}
