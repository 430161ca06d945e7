package coalmine.sandbox.gateway;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A gateway's routes and whose turn it is among them and among each one's targets. */
final class Routes {

    /**
     * A route as a request sees it that chose it; later configurations do not change it.
     *
     * @param lookupName the route's lookup name
     * @param targets the route's targets in turn
     */
    record Route(String lookupName, WeightedRoundRobin<Target> targets) {}

    private WeightedRoundRobin<String> shares = new WeightedRoundRobin<>(Map.of());
    private Map<String, Route> routes = Map.of();

    /** Replaces the routes. What stays as it was keeps its turn: the shares as long as no weight changed, a route's targets likewise. */
    void replace(List<Backend> backends) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        Map<String, Route> replaced = new HashMap<>();
        for (Backend backend : backends) {
            weights.put(backend.lookupName(), backend.weight());
            replaced.put(backend.lookupName(), new Route(backend.lookupName(), turns(backend)));
        }
        // Compared without regard to order, because Vamp's order of routes varies.
        if (!weights.equals(shares.weights())) {
            shares = new WeightedRoundRobin<>(weights);
        }
        routes = replaced;
    }

    /** The route whose turn it is; empty if none has any weight. */
    Optional<Route> next() {
        return shares.next().map(routes::get);
    }

    private WeightedRoundRobin<Target> turns(Backend backend) {
        Map<Target, Integer> equal = new LinkedHashMap<>();
        backend.targets().forEach(target -> equal.put(target, 1));
        Route present = routes.get(backend.lookupName());
        return present != null && present.targets.weights().equals(equal)
                ? present.targets
                : new WeightedRoundRobin<>(equal);
    }
}
