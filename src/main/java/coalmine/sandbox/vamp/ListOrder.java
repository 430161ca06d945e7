package coalmine.sandbox.vamp;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The order of Vamp's lists: that in which ZooKeeper names the children of a node, a hash set's. Found by comparing it with recorded lists (recordings A-137 to
 * A-145, B-040, C-019).
 */
final class ListOrder {

    private static final int FIRST_CAPACITY = 8;

    private ListOrder() {}

    /** The artifacts in Vamp's order. */
    static <T> List<T> of(List<T> artifacts, Function<T, String> name) {
        Map<String, T> byNode = new LinkedHashMap<>();
        artifacts.forEach(
                artifact -> byNode.put(URLEncoder.encode(name.apply(artifact), StandardCharsets.UTF_8), artifact));
        Set<String> nodes = new HashSet<>(FIRST_CAPACITY);
        nodes.addAll(byNode.keySet());
        return nodes.stream().map(byNode::get).toList();
    }
}
