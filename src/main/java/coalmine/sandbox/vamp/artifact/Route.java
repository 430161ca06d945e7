package coalmine.sandbox.vamp.artifact;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of the ways that a gateway's traffic may take (facts 1.6).
 *
 * @param weight in whole percent; empty until it is known
 * @param balance {@code default} unless given
 */
public record Route(Optional<Integer> weight, String balance) {

    public static final Route BARE = new Route(Optional.empty(), "default");

    static Route read(Dsl dsl) {
        dsl.ignore("lookup_name", "targets", "kind");
        Optional<Integer> weight = dsl.value("weight").map(Route::percentage);
        refuse(dsl, "condition", "conditions on routes");
        refuse(dsl, "rewrites", "path rewrites");
        dsl.value("condition_strength");
        return new Route(weight, dsl.text("balance").orElse("default"));
    }

    private static void refuse(Dsl dsl, String key, String what) {
        Optional<Object> value = dsl.value(key);
        if (value.isPresent() && !value.get().equals("") && !value.get().equals(List.of())) {
            throw VampError.notBuilt(what);
        }
    }

    private static int percentage(Object value) {
        if (value instanceof String text && text.matches("\\d{1,3}%")) {
            int percent = Integer.parseInt(text.substring(0, text.length() - 1));
            if (percent <= 100) {
                return percent;
            }
        }
        throw VampError.unexpectedType("weight");
    }

    public Route withWeight(int percent) {
        return new Route(Optional.of(percent), balance);
    }

    /** The answer's form; {@code condition_strength} is null as long as the weight is. */
    Map<String, Object> tree(String lookupName) {
        return Tree.of(
                "lookup_name",
                lookupName,
                "weight",
                weight.map(percent -> percent + "%").orElse(null),
                "balance",
                balance,
                "condition",
                null,
                "condition_strength",
                weight.map(percent -> "0%").orElse(null),
                "rewrites",
                List.of());
    }
}
