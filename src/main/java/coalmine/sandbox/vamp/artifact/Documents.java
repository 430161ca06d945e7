package coalmine.sandbox.vamp.artifact;

import io.vertx.core.json.EncodeException;
import io.vertx.core.json.Json;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Text to trees of maps, lists and scalars and back. Vamp reads JSON with its YAML reader too (facts 1.1), and so does this.
 */
public final class Documents {

    /**
     * How many values the aliases of a body may add to those that are written out in it: each written value takes a character at least. A few lines of
     * aliases of aliases could else fill the memory.
     */
    private static final int MOST_OF_ALIASES = 100_000;

    /** More than can be written out, as the reader sees to; what contains itself has no end. */
    private static final int DEEPEST = 500;

    private Documents() {}

    /**
     * Reads a body: a stream of documents and arrays, flattened to one list.
     *
     * @throws VampError if it is not YAML, or if its aliases make too much of it
     */
    public static List<Object> read(String body) {
        try {
            List<Object> documents = new ArrayList<>();
            LoaderOptions options = new LoaderOptions();
            int left = body.length() + MOST_OF_ALIASES;
            for (Node node : reader(options).composeAll(new StringReader(body))) {
                // Before anything is made of them, as a key is run through at once.
                left = leftAfter(node, left, DEEPEST);
                Object document = new FromNodes(options).of(node);
                if (document instanceof List<?> list) {
                    list.forEach(element -> documents.add(withTextKeys(element)));
                } else if (document != null) {
                    documents.add(withTextKeys(document));
                }
            }
            return documents;
        } catch (YAMLException e) {
            // The parser of that time called the end of the text so (recording A-092).
            throw VampError.wrong("Error: " + e.getMessage().replaceAll("'?<stream end>'?", "StreamEnd"));
        }
    }

    /** How many values may follow after those of a node. */
    private static int leftAfter(Node node, int most, int depth) {
        if (most <= 0 || depth == 0) {
            throw VampError.wrong("Error: the aliases in it make the document too large, or it contains itself.");
        }
        int left = most - 1;
        if (node instanceof SequenceNode list) {
            for (Node element : list.getValue()) {
                left = leftAfter(element, left, depth - 1);
            }
        } else if (node instanceof MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                left = leftAfter(entry.getValueNode(), leftAfter(entry.getKeyNode(), left, depth - 1), depth - 1);
            }
        }
        return left;
    }

    /**
     * Reads a body that must be one object.
     *
     * @throws VampError if it is anything else
     */
    public static Dsl readOne(String body) {
        List<Object> documents = read(body);
        if (documents.size() != 1) {
            throw VampError.unexpectedType("/");
        }
        return Dsl.of(documents.get(0));
    }

    /** @throws EncodeException if it is not a tree of maps, lists and scalars */
    public static String toJson(Object tree) {
        return Json.encode(tree);
    }

    public static String toYaml(Object tree) {
        // Fresh copies, as YAML would write an anchor for the second use of the same object.
        return writer().dump(withTextKeys(tree)).stripTrailing();
    }

    private static Yaml reader(LoaderOptions options) {
        DumperOptions none = new DumperOptions();
        return new Yaml(new SafeConstructor(options), new Representer(none), none, options, new WithoutDates());
    }

    private static Yaml writer() {
        DumperOptions dumping = new DumperOptions();
        dumping.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return new Yaml(dumping);
    }

    /** Makes values of what has been looked at. */
    private static final class FromNodes extends SafeConstructor {

        private FromNodes(LoaderOptions options) {
            super(options);
        }

        private Object of(Node document) {
            return constructDocument(document);
        }
    }

    /** A date stays the text that it is, as JSON knows none. */
    private static final class WithoutDates extends Resolver {

        @Override
        public void addImplicitResolver(Tag tag, Pattern form, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, form, first, limit);
            }
        }
    }

    private static Object withTextKeys(Object node) {
        if (node instanceof Map<?, ?> map) {
            Map<String, Object> result = new LinkedHashMap<>();
            map.forEach((key, value) -> result.put(String.valueOf(key), withTextKeys(value)));
            return result;
        }
        if (node instanceof List<?> list) {
            List<Object> result = new ArrayList<>();
            list.forEach(element -> result.add(withTextKeys(element)));
            return result;
        }
        // What YAML's tags can make besides, such as a set, is taken as its text.
        return node == null || node instanceof String || node instanceof Number || node instanceof Boolean
                ? node
                : node.toString();
    }
}
