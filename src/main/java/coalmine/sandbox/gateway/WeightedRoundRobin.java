package coalmine.sandbox.gateway;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Divides requests between backends by smooth weighted round robin: over any 100 consecutive requests each gets exactly its weight, spread as
 * evenly as whole numbers allow.
 *
 * <p>Imitates HAProxy's {@code roundrobin} (seen on HAProxy 2.6: 40 and 10 of 50 at 80/20, evenly spread; 2 of 50 at 95/5).
 */
final class WeightedRoundRobin {

    private Map<String, Integer> weights = Map.of();
    private final Map<String, Integer> credits = new LinkedHashMap<>();

    /** The backend whose turn it is, or empty if none has any weight. */
    Optional<Backend> next(List<Backend> backends) {
        start(backends);
        int total = weights.values().stream().mapToInt(Integer::intValue).sum();
        if (total == 0) {
            return Optional.empty();
        }
        weights.forEach((name, weight) -> credits.merge(name, weight, Integer::sum));
        Backend chosen = null;
        for (Backend backend : backends) {
            if (backend.weight() > 0
                    && (chosen == null || credits.get(backend.lookupName()) > credits.get(chosen.lookupName()))) {
                chosen = backend;
            }
        }
        credits.merge(chosen.lookupName(), -total, Integer::sum);
        return Optional.of(chosen);
    }

    /** A change of weights starts the sequence anew; anything else, such as other targets, leaves it alone. */
    private void start(List<Backend> backends) {
        Map<String, Integer> present = new LinkedHashMap<>();
        backends.forEach(backend -> present.put(backend.lookupName(), backend.weight()));
        if (!present.equals(weights)) {
            weights = present;
            credits.clear();
        }
    }
}
