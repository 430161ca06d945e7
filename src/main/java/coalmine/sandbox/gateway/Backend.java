package coalmine.sandbox.gateway;

import java.util.List;
import java.util.Objects;

/**
 * A route of a gateway, as the data plane sees it. In HAProxy's terms a backend of its own.
 *
 * @param lookupName the route's lookup name, which the access log carries as {@code ft}
 * @param path the route's path, such as {@code sava/sava/sava:1.0.0/webport}
 * @param weight its share of the gateway's requests in whole percent, 0 to 100
 * @param targets the instances that share the route's requests equally; none if there is no instance (yet)
 */
public record Backend(String lookupName, String path, int weight, List<Target> targets) {

    public Backend {
        Objects.requireNonNull(lookupName, "lookupName");
        Objects.requireNonNull(path, "path");
        if (weight < 0 || weight > 100) {
            throw new IllegalArgumentException("a weight is a whole percentage from 0 to 100, but was " + weight);
        }
        targets = List.copyOf(targets);
    }
}
