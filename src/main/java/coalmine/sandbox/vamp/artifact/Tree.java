package coalmine.sandbox.vamp.artifact;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Builds answers whose keys keep their order and whose values may be null. */
public final class Tree {

    private Tree() {}

    /** A map of the given keys and values in turn. */
    public static Map<String, Object> of(Object... keysAndValues) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            tree.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return tree;
    }

    /** Two trees in one: where both have something, the second has its way, but for maps, which are merged in their turn. */
    public static Object merged(Object under, Object over) {
        if (!(under instanceof Map<?, ?> below) || !(over instanceof Map<?, ?> above)) {
            return over;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        below.forEach((key, value) -> result.put(key.toString(), value));
        above.forEach((key, value) -> {
            Object present = result.get(key.toString());
            result.put(
                    key.toString(),
                    present == null || value == null ? firstOf(value, present) : merged(present, value));
        });
        return result;
    }

    /** Nothing has no say (facts 1.1). */
    private static Object firstOf(Object value, Object otherwise) {
        return value == null ? otherwise : value;
    }

    static Map<String, Object> nullable(Map<String, Optional<String>> texts) {
        Map<String, Object> tree = new LinkedHashMap<>();
        texts.forEach((name, text) -> tree.put(name, text.orElse(null)));
        return tree;
    }
}
