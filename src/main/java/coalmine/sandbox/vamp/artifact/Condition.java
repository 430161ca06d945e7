package coalmine.sandbox.vamp.artifact;

import java.util.Map;

/**
 * What a request must be like to take a route, under a name of its own (facts 1.3).
 *
 * @param definition in the language of conditions; Vamp stores any text
 */
public record Condition(String name, String definition) implements Artifact {

    public static Condition read(Dsl dsl) {
        return new Condition(dsl.requiredName("name"), dsl.requiredText("condition"));
    }

    @Override
    public String kind() {
        return "condition";
    }

    @Override
    public Map<String, Object> tree() {
        return Tree.of("name", name, "kind", kind(), "condition", definition);
    }
}
