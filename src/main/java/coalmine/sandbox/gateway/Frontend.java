package coalmine.sandbox.gateway;

import java.util.List;
import java.util.Objects;

/**
 * A gateway, as the data plane sees it: a port, and what is behind it.
 *
 * @param lookupName the gateway's lookup name, which identifies it and which the access log carries as {@code ft}
 * @param name the gateway's name, such as {@code sava} or {@code sava/sava/webport}; it serves messages only
 * @param port the TCP port to listen on
 * @param backends the gateway's routes; conditions are tried in their order, which carries no other meaning
 */
public record Frontend(
        String lookupName, String name, int port, Protocol protocol, Sticky sticky, List<Backend> backends) {

    public Frontend {
        Objects.requireNonNull(lookupName, "lookupName");
        Objects.requireNonNull(name, "name");
        Ports.check(port);
        backends = List.copyOf(backends);
    }
}
