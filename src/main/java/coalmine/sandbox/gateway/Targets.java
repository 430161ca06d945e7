package coalmine.sandbox.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A route's targets, and whose turn it is among them. */
final class Targets {

    private final Balance balance;
    private final WeightedRoundRobin<Target> turns;
    private final Map<Target, Integer> busy = new HashMap<>();

    Targets(List<Target> targets, Balance balance) {
        Map<Target, Integer> equal = new LinkedHashMap<>();
        targets.forEach(target -> equal.put(target, 1));
        this.turns = new WeightedRoundRobin<>(equal);
        this.balance = balance;
    }

    /** Whether these are the same ones, to be divided between in the same way. */
    boolean are(List<Target> targets, Balance otherBalance) {
        return balance == otherBalance && turns.weights().keySet().equals(Set.copyOf(targets));
    }

    /**
     * The target for a request or a connection; empty if there is none.
     *
     * @param client the address that it comes from
     */
    Optional<Target> next(String client) {
        return switch (balance) {
            case ROUNDROBIN -> turns.next();
            case LEASTCONN -> leastBusy();
            case SOURCE -> bySource(client);
        };
    }

    private Optional<Target> leastBusy() {
        Target best = null;
        // Asked as often as there are targets, each has its turn once; the first of those that are level is taken.
        for (int i = 0; i < turns.weights().size(); i++) {
            Target target = turns.next().orElseThrow();
            if (best == null || busy.getOrDefault(target, 0) < busy.getOrDefault(best, 0)) {
                best = target;
            }
        }
        if (best != null) {
            // One more, so that the next of those that are level goes first next time.
            turns.next();
        }
        return Optional.ofNullable(best);
    }

    private Optional<Target> bySource(String client) {
        List<Target> all = new ArrayList<>(turns.weights().keySet());
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(Math.floorMod(client.hashCode(), all.size())));
    }

    Target nextOtherThan(Target avoided) {
        return turns.nextOtherThan(avoided);
    }

    /** The target whose key a client was given. */
    Optional<Target> byKey(String key) {
        return turns.weights().keySet().stream()
                .filter(target -> key(target).equals(key))
                .findFirst();
    }

    /** What stands for a target where clients see it. */
    static String key(Target target) {
        return Integer.toHexString(target.hashCode());
    }

    void begin(Target target) {
        busy.merge(target, 1, Integer::sum);
    }

    void end(Target target) {
        busy.computeIfPresent(target, (it, count) -> count > 1 ? count - 1 : null);
    }
}
