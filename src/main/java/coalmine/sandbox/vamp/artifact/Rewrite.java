package coalmine.sandbox.vamp.artifact;

import java.util.Map;

/**
 * Another path for requests that meet a condition, under a name of its own (facts 1.3).
 *
 * @param path such as {@code /new if < path /old >}
 */
public record Rewrite(String name, String path) implements Artifact {

    public static Rewrite read(Dsl dsl) {
        return new Rewrite(dsl.requiredName("name"), path(dsl));
    }

    static String path(Dsl dsl) {
        return checked(dsl.requiredText("path"));
    }

    static String checked(String path) {
        if (!path.matches("(?s)\\s*\\S+\\s+if\\s+\\S.*")) {
            throw VampError.wrong("Unsupported path rewrite: " + path + ".");
        }
        return path;
    }

    @Override
    public String kind() {
        return "rewrite";
    }

    @Override
    public Map<String, Object> tree() {
        return Tree.of("name", name, "kind", kind(), "path", path);
    }
}
