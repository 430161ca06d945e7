package coalmine.sandbox.vamp.artifact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object of a document, read key by key; what is left unread at the end is an error, as Vamp has it (facts 1.1). A key whose value is null
 * counts as absent.
 */
public final class Dsl {

    private final String path;
    private final Map<String, Object> unread;
    private final Map<String, Object> children = new LinkedHashMap<>();

    private Dsl(String path, Map<String, Object> content) {
        this.path = path;
        this.unread = new LinkedHashMap<>(content);
    }

    /**
     * The root of a document.
     *
     * @throws VampError if it is not an object
     */
    public static Dsl of(Object document) {
        return new Dsl("", asMap("/", document));
    }

    public boolean has(String key) {
        return unread.get(key) != null;
    }

    /** The keys that are present and not yet read. */
    public List<String> keys() {
        return unread.keySet().stream().filter(this::has).toList();
    }

    /** As {@link #keys()}, with those whose value is null. */
    public List<String> allKeys() {
        return List.copyOf(unread.keySet());
    }

    /** Any value as it stands. */
    public Optional<Object> value(String key) {
        return Optional.ofNullable(unread.remove(key));
    }

    /** Looks at a value without reading it. */
    public Optional<Object> peek(String key) {
        return Optional.ofNullable(unread.get(key));
    }

    /** A text; numbers and booleans are taken as their text. */
    public Optional<String> text(String key) {
        return value(key).map(value -> asText(key, value));
    }

    public String requiredText(String key) {
        return text(key).orElseThrow(() -> VampError.missing(pathOf(key)));
    }

    /** A name: a text without white space, slashes and brackets. */
    public String requiredName(String key) {
        return checkedName(requiredText(key));
    }

    public static String checkedName(String name) {
        if (!name.matches("[^\\s/\\[\\]]+")) {
            throw VampError.wrong(
                    "Illegal name or reference - white space characters, '/', '[' and ']' are not allowed: " + name);
        }
        return name;
    }

    public Optional<Integer> integer(String key) {
        return value(key).map(value -> {
            if (value instanceof Integer integer) {
                return integer;
            }
            throw VampError.unexpectedType(key);
        });
    }

    /** What an object refers to, if it is a reference and no artifact (facts 1.1). */
    public Optional<String> reference() {
        return has("reference") ? text("reference") : text("ref");
    }

    /**
     * Reads the kind, which may be left out (facts 1.1).
     *
     * @throws VampError if it is another
     */
    public void checkKind(String kind) {
        text("kind").filter(given -> !given.equals(kind)).ifPresent(given -> {
            throw VampError.wrong("Inconsistent kind: given '" + given + "' but found '" + kind + "'.");
        });
    }

    /** The object under a key, to be read in its turn. */
    public Optional<Dsl> object(String key) {
        return value(key).map(value -> child(key, value));
    }

    private Dsl child(String key, Object value) {
        Dsl child = new Dsl(pathOf(key), asMap(key, value));
        children.put(key, child);
        return child;
    }

    /** An object as it stands, whatever it holds; nothing if there is none. */
    public Map<String, Object> tree(String key) {
        return value(key).map(value -> asMap(key, value)).orElseGet(LinkedHashMap::new);
    }

    /** The objects and scalars of a list; a single one counts as a list of one. Objects come as {@link Dsl}. */
    public List<Object> list(String key) {
        Optional<Object> value = value(key);
        if (value.isEmpty()) {
            return List.of();
        }
        List<?> elements = value.get() instanceof List<?> list ? list : List.of(value.get());
        List<Object> result = new ArrayList<>();
        List<Dsl> read = new ArrayList<>();
        for (Object element : elements) {
            if (element instanceof Map<?, ?>) {
                Dsl child = new Dsl(pathOf(key), asMap(key, element));
                read.add(child);
                result.add(child);
            } else {
                result.add(element);
            }
        }
        children.put(key, read);
        return result;
    }

    /** A map of names to texts, such as ports; a value of null stays null where place holders are allowed. */
    public Map<String, Optional<String>> texts(String key) {
        Map<String, Optional<String>> result = new LinkedHashMap<>();
        value(key)
                .ifPresent(value -> asMap(key, value)
                        .forEach((name, text) -> result.put(
                                checkedTraitName(name),
                                Optional.ofNullable(text).map(it -> asText(name, it)))));
        return result;
    }

    private static String checkedTraitName(String name) {
        if (!name.replaceAll("\\[[^\\]]*\\]$", "").matches("[^\\s./\\[\\]]+")) {
            throw VampError.wrong(
                    "Illegal name - white space characters, '.', '/', '[' and ']' are not allowed: " + name);
        }
        return name;
    }

    /** Reads keys away that are accepted and ignored. */
    public void ignore(String... keys) {
        for (String key : keys) {
            unread.remove(key);
        }
    }

    /**
     * Ends the reading of the whole document.
     *
     * @throws VampError if anything was left unread
     */
    public void end() {
        Map<String, Object> rest = rest();
        if (!rest.isEmpty()) {
            throw VampError.wrong("Unexpected in DSL: " + Documents.toJson(rest));
        }
    }

    private Map<String, Object> rest() {
        Map<String, Object> rest = new LinkedHashMap<>();
        unread.forEach((key, value) -> {
            if (value != null) {
                rest.put(key, value);
            }
        });
        children.forEach((key, child) -> {
            if (child instanceof Dsl dsl && !dsl.rest().isEmpty()) {
                rest.put(key, dsl.rest());
            } else if (child instanceof List<?> list) {
                List<Object> rests = new ArrayList<>();
                list.stream()
                        .map(element -> ((Dsl) element).rest())
                        .filter(it -> !it.isEmpty())
                        .forEach(rests::add);
                if (!rests.isEmpty()) {
                    rest.put(key, rests);
                }
            }
        });
        return rest;
    }

    /** What is wrong if a key is not there. */
    VampError missing(String key) {
        return VampError.missing(pathOf(key));
    }

    private String pathOf(String key) {
        return path + "/" + key;
    }

    static String asText(String key, Object value) {
        if (value instanceof Map || value instanceof List) {
            throw VampError.unexpectedType(key);
        }
        return value.toString();
    }

    @SuppressWarnings("unchecked") // Documents makes every key a text
    private static Map<String, Object> asMap(String key, Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw VampError.unexpectedType(key);
    }
}
