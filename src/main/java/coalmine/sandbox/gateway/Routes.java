package coalmine.sandbox.gateway;

import coalmine.sandbox.gateway.Backend.Claim;
import coalmine.sandbox.gateway.Condition.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A gateway's routes and whose turn it is among them.
 *
 * <p>Conditions are tried first, in the routes' order: a request that meets one takes its route, or, as far as the strength is below 100%, is divided
 * by weight with all others (facts 3.5). Both in turn rather than by chance, as HAProxy's round robin does: of 50 requests that meet a condition of
 * strength 50% on a route of 20%, exactly 30 take it.
 */
final class Routes {

    /** Facts 5.1: in Vamp's configuration a hop of its own divides what no condition has claimed, and logs it under this prefix. */
    private static final String OTHERS = "o_";

    /**
     * A route as a request sees it that chose it; later configurations do not change it.
     *
     * @param lookupName the route's lookup name
     * @param weight its share in percent
     */
    record Route(String lookupName, int weight, Targets targets, Optional<Claim> claim, List<Rewrite> rewrites) {

        /** Where a request goes that takes this route: its own path, or the one of the first rewrite that applies. */
        String uri(Request request) {
            return rewrites.stream()
                    .filter(rewrite -> rewrite.condition().matches(request))
                    .findFirst()
                    .map(rewrite -> rewrite.uri(request))
                    .orElse(request.uri());
        }
    }

    /**
     * Where a request goes.
     *
     * @param route empty if no route has any weight
     * @param pinned the target that the user is to come back to, if it is still there
     * @param hops what the access log has of it besides the gateway and the route
     */
    record Choice(Optional<Route> route, Optional<Target> pinned, List<String> hops) {}

    private WeightedRoundRobin<String> shares = new WeightedRoundRobin<>(Map.of());
    private final Map<String, WeightedRoundRobin<Boolean>> claims = new LinkedHashMap<>();
    private Map<String, Route> routes = Map.of();
    private final String frontend;

    /**
     * @param frontend the gateway's lookup name
     */
    Routes(String frontend) {
        this.frontend = frontend;
    }

    /** Replaces the routes. What stays as it was keeps its turn: the shares as long as no weight changed, a route's targets likewise. */
    void replace(List<Backend> backends) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        Map<String, Route> replaced = new LinkedHashMap<>();
        for (Backend backend : backends) {
            weights.put(backend.lookupName(), backend.weight());
            replaced.put(
                    backend.lookupName(),
                    new Route(
                            backend.lookupName(),
                            backend.weight(),
                            targets(backend),
                            backend.claim(),
                            backend.rewrites()));
        }
        // Compared without regard to order, because Vamp's order of routes varies.
        if (!weights.equals(shares.weights())) {
            shares = new WeightedRoundRobin<>(weights);
        }
        claims.keySet().removeIf(name -> !isClaimedAsBefore(name, replaced));
        routes = replaced;
    }

    private boolean isClaimedAsBefore(String name, Map<String, Route> replaced) {
        return replaced.containsKey(name)
                && replaced.get(name).claim().equals(routes.get(name).claim());
    }

    private Targets targets(Backend backend) {
        Route present = routes.get(backend.lookupName());
        return present != null && present.targets.are(backend.targets(), backend.balance())
                ? present.targets
                : new Targets(backend.targets(), backend.balance());
    }

    /** The route for a connection of which nothing is known. */
    Choice next() {
        return new Choice(shares.next().map(routes::get), Optional.empty(), List.of());
    }

    /** The route for a request, and for a user who was given a cookie before the one that it names. */
    Choice next(Request request, Optional<Cookie.Place> kept) {
        for (Route route : routes.values()) {
            if (route.claim().filter(it -> it.condition().matches(request)).isPresent() && isTaken(route)) {
                return new Choice(Optional.of(route), pinned(route, kept), List.of());
            }
        }
        Optional<Route> same = kept.flatMap(place -> Optional.ofNullable(routes.get(place.route())))
                .filter(route -> route.weight() > 0);
        Optional<Route> route = same.or(() -> shares.next().map(routes::get));
        List<String> hops = new ArrayList<>();
        if (routes.values().stream().anyMatch(it -> it.claim().isPresent())) {
            hops.add(OTHERS + frontend);
        }
        return new Choice(route, route.flatMap(it -> pinned(it, kept)), hops);
    }

    private boolean isTaken(Route route) {
        int strength = route.claim().orElseThrow().strength();
        return claims.computeIfAbsent(route.lookupName(), name -> turns(strength))
                .next()
                .orElseThrow();
    }

    private static WeightedRoundRobin<Boolean> turns(int strength) {
        Map<Boolean, Integer> turns = new LinkedHashMap<>();
        turns.put(true, strength);
        turns.put(false, 100 - strength);
        return new WeightedRoundRobin<>(turns);
    }

    private static Optional<Target> pinned(Route route, Optional<Cookie.Place> kept) {
        return kept.filter(place -> place.route().equals(route.lookupName()))
                .flatMap(place -> route.targets().byKey(place.target()));
    }
}
