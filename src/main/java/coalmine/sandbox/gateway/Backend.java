package coalmine.sandbox.gateway;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A route of a gateway, as the data plane sees it. In HAProxy's terms a backend of its own.
 *
 * @param lookupName the route's lookup name, which the access log carries as {@code ft}
 * @param path the route's path, such as {@code sava/sava/sava:1.0.0/webport}
 * @param weight its share of the gateway's requests in whole percent, 0 to 100
 * @param targets the instances that share the route's requests; none if there is no instance (yet)
 * @param claim the requests that take this route before weights are asked, if there are such
 * @param rewrites tried in turn; the first whose condition a request meets gives it another path
 */
public record Backend(
        String lookupName,
        String path,
        int weight,
        List<Target> targets,
        Balance balance,
        Optional<Claim> claim,
        List<Rewrite> rewrites) {

    /**
     * A condition, and how many of the requests that meet it take the route (facts 3.5).
     *
     * @param strength in whole percent; the others are divided by weight like those that do not meet it
     */
    public record Claim(Condition condition, int strength) {

        public Claim {
            checkPercentage("a strength", strength);
        }
    }

    public Backend {
        Objects.requireNonNull(lookupName, "lookupName");
        Objects.requireNonNull(path, "path");
        checkPercentage("a weight", weight);
        targets = List.copyOf(targets);
        rewrites = List.copyOf(rewrites);
    }

    private static void checkPercentage(String what, int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException(what + " is a whole percentage from 0 to 100, but was " + percent);
        }
    }
}
