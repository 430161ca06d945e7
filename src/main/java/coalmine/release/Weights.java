package coalmine.release;

import coalmine.vamp.Gateway;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a cluster's traffic is divided between its services.
 *
 * @param byBreed whole percentages by breed, such as {@code sava:1.0}
 */
public record Weights(Map<String, Integer> byBreed) {

    /** The weights of an internal gateway, whose routes name services (facts 1.6). */
    static Weights of(Map<String, Integer> byRoute) {
        Map<String, Integer> byBreed = new TreeMap<>();
        byRoute.forEach((route, weight) -> {
            String[] segments = route.split("/");
            byBreed.put(segments.length == 4 ? segments[2] : route, weight);
        });
        return new Weights(byBreed);
    }

    /** The weights of an internal gateway. */
    public static Weights of(Gateway gateway) {
        Map<String, Integer> byRoute = new TreeMap<>();
        gateway.routes().forEach((path, route) -> byRoute.put(path, route.weight()));
        return of(byRoute);
    }

    /** The share of a service, 0 if it has none. */
    public int of(String breed) {
        return byBreed.getOrDefault(breed, 0);
    }

    public int sum() {
        return byBreed.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        return byBreed.entrySet().stream()
                .map(share -> share.getKey().replace(':', ' ') + " had " + share.getValue() + "%")
                .collect(Collectors.joining(" and "));
    }
}
