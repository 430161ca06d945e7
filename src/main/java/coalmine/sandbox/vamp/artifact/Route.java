package coalmine.sandbox.vamp.artifact;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of the ways that a gateway's traffic may take (facts 1.6).
 *
 * @param stored the name of the stored route that this stands for, until it is looked up
 * @param weight in whole percent; empty until it is known
 * @param balance {@code default} unless given
 * @param condition what requests must be like to take this route before weights are asked
 * @param conditionStrength in whole percent, if it is given
 * @param rewrites in the order in which they are tried
 */
public record Route(
        Optional<String> stored,
        Optional<Integer> weight,
        String balance,
        Optional<Ref<String>> condition,
        Optional<Integer> conditionStrength,
        List<Ref<String>> rewrites) {

    public static final Route BARE =
            new Route(Optional.empty(), Optional.empty(), "default", Optional.empty(), Optional.empty(), List.of());

    /** A route under a name of its own. */
    public record Named(String name, Route route) implements Artifact {

        public static Named read(Dsl dsl) {
            return new Named(dsl.requiredName("name"), Route.read(dsl));
        }

        @Override
        public String kind() {
            return "route";
        }

        @Override
        public Map<String, Object> tree() {
            Map<String, Object> tree = Tree.of("name", name, "kind", kind());
            tree.putAll(route.body());
            return tree;
        }
    }

    static Route read(Dsl dsl) {
        dsl.ignore("lookup_name", "targets", "kind");
        Optional<String> reference = dsl.reference();
        if (reference.isPresent()) {
            return reference(reference.get());
        }
        return new Route(
                Optional.empty(),
                dsl.value("weight").map(value -> percentage("weight", value)),
                dsl.text("balance").orElse("default"),
                condition(dsl),
                dsl.value("condition_strength").map(value -> percentage("condition_strength", value)),
                rewrites(dsl));
    }

    static Route reference(String name) {
        return new Route(
                Optional.of(Dsl.checkedName(name)),
                Optional.empty(),
                "default",
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** A plain text is the condition itself, and an empty one none at all (facts 1.3). */
    private static Optional<Ref<String>> condition(Dsl dsl) {
        if (dsl.peek("condition").orElse("") instanceof Map) {
            return Ref.read(dsl, "condition", given -> given.requiredText("condition"));
        }
        return dsl.text("condition").filter(text -> !text.isBlank()).map(Ref::inline);
    }

    private static List<Ref<String>> rewrites(Dsl dsl) {
        List<Ref<String>> rewrites = new ArrayList<>();
        for (Object element : dsl.list("rewrites")) {
            if (element instanceof Dsl given) {
                rewrites.add(Ref.of("rewrite", given, Rewrite::path));
            } else {
                String text = Dsl.asText("rewrites", element);
                rewrites.add(text.matches("\\S+") ? Ref.to(text) : Ref.inline(Rewrite.checked(text)));
            }
        }
        return List.copyOf(rewrites);
    }

    private static int percentage(String key, Object value) {
        if (value instanceof String text && text.matches("\\d{1,3}%")) {
            int percent = Integer.parseInt(text.substring(0, text.length() - 1));
            if (percent <= 100) {
                return percent;
            }
        }
        throw VampError.unexpectedType(key);
    }

    public Route withWeight(int percent) {
        return new Route(stored, Optional.of(percent), balance, condition, conditionStrength, rewrites);
    }

    /**
     * The route with the texts of what it refers to in place of the references (facts 1.6).
     *
     * @throws VampError if one of them is not stored
     */
    Route resolved(References references) {
        if (stored.isPresent()) {
            return references
                    .route(stored.get())
                    .orElseThrow(() -> VampError.notFound(stored.get()))
                    .resolved(references);
        }
        return new Route(
                Optional.empty(),
                weight,
                balance,
                condition.map(it -> Ref.inline(it.resolve(references::condition))),
                conditionStrength,
                rewrites.stream()
                        .map(it -> Ref.inline(it.resolve(references::rewrite)))
                        .toList());
    }

    /** How many of the requests that meet the condition take this route: all of them unless it is said (facts 3.5). */
    public int effectiveStrength() {
        return conditionStrength.orElse(condition.isPresent() ? 100 : 0);
    }

    /** The answer's form; {@code condition_strength} is null as long as neither it nor the weight is known. */
    Map<String, Object> tree(String lookupName) {
        Map<String, Object> tree = Tree.of("lookup_name", lookupName);
        tree.putAll(body());
        return tree;
    }

    private Map<String, Object> body() {
        if (stored.isPresent()) {
            return Tree.of("reference", stored.get());
        }
        return Tree.of(
                "weight",
                weight.map(percent -> percent + "%").orElse(null),
                "balance",
                balance,
                "condition",
                condition.map(it -> it.tree(text -> Tree.of("condition", text))).orElse(null),
                "condition_strength",
                weight.isPresent() || conditionStrength.isPresent() ? effectiveStrength() + "%" : null,
                "rewrites",
                rewrites.stream()
                        .map(it -> it.tree(text -> Tree.of("path", text)))
                        .toList());
    }
}
