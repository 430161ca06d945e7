package coalmine.sandbox.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes turns by smooth weighted round robin: over any run of as many turns as the weights' sum (100 for a gateway) each choice gets exactly its
 * weight, spread as evenly as whole numbers allow. With equal weights it is plain round robin.
 *
 * <p>Imitates HAProxy's {@code roundrobin} (seen on HAProxy 2.6: 40 and 10 of 50 at 80/20, evenly spread; 2 of 50 at 95/5).
 */
final class WeightedRoundRobin<T> {

    private static final class Choice<T> {
        private final T value;
        private final int weight;
        private int lead;

        private Choice(T value, int weight) {
            this.value = value;
            this.weight = weight;
        }
    }

    private final Map<T, Integer> weights;
    private final List<Choice<T>> choices = new ArrayList<>();
    private int sum;

    /** Starts anew. Choices of weight 0 get no turn; where two are level, the earlier in the map's order goes first. */
    WeightedRoundRobin(Map<T, Integer> weights) {
        this.weights = new LinkedHashMap<>(weights);
        weights.forEach((value, weight) -> {
            if (weight > 0) {
                choices.add(new Choice<>(value, weight));
                sum += weight;
            }
        });
    }

    /** The choices and their weights, those of weight 0 included. */
    Map<T, Integer> weights() {
        return weights;
    }

    /** Whose turn it is; empty if no choice has any weight. */
    Optional<T> next() {
        Choice<T> best = null;
        for (Choice<T> choice : choices) {
            choice.lead += choice.weight;
            if (best == null || choice.lead > best.lead) {
                best = choice;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        best.lead -= sum;
        return Optional.of(best.value);
    }

    /** Whose turn it is, if someone other than the given one has a turn at all; otherwise the given one. */
    T nextOtherThan(T avoided) {
        for (int turn = 0; turn < sum; turn++) {
            Optional<T> next = next();
            if (next.isPresent() && !next.get().equals(avoided)) {
                return next.get();
            }
        }
        return avoided;
    }
}
