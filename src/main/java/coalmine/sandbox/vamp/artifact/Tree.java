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

    static Map<String, Object> nullable(Map<String, Optional<String>> texts) {
        Map<String, Object> tree = new LinkedHashMap<>();
        texts.forEach((name, text) -> tree.put(name, text.orElse(null)));
        return tree;
    }
}
