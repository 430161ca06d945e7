package coalmine.sandbox.vamp.artifact;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a cluster must keep to (facts 1.3).
 *
 * @param window what is watched, if the type is {@code response_time_sliding_window}
 * @param parameters of a type that Vamp stores and does nothing about
 */
public record Sla(
        String type, Optional<Window> window, Map<String, Object> parameters, List<Ref<Escalation>> escalations) {

    private static final String SLIDING_WINDOW = "response_time_sliding_window";
    private static final String ESCALATION_ONLY = "escalation_only";

    /**
     * The average response time over a while, and what is too much and too little of it.
     *
     * @param upper in milliseconds; more than this escalates
     * @param lower in milliseconds; less than this deescalates
     * @param interval in seconds, over which is averaged
     * @param cooldown in seconds, for which nothing is done afterwards
     */
    public record Window(int upper, int lower, int interval, int cooldown) {}

    /** An SLA under a name of its own. */
    public record Named(String name, Sla sla) implements Artifact {

        public static Named read(Dsl dsl) {
            return new Named(dsl.requiredName("name"), Sla.read(dsl));
        }

        @Override
        public String kind() {
            return "sla";
        }

        @Override
        public Map<String, Object> tree() {
            Map<String, Object> tree = Tree.of("name", name, "kind", kind());
            tree.putAll(sla.tree());
            return tree;
        }
    }

    public static Sla read(Dsl dsl) {
        String type = dsl.requiredText("type");
        Optional<Window> window = type.equals(SLIDING_WINDOW) ? Optional.of(window(dsl)) : Optional.empty();
        return new Sla(
                type,
                window,
                window.isPresent() || type.equals(ESCALATION_ONLY) ? Map.of() : dsl.tree("parameters"),
                escalations(dsl));
    }

    /** Several become one group, of which all are done (facts 1.3). */
    private static List<Ref<Escalation>> escalations(Dsl dsl) {
        List<Ref<Escalation>> escalations = Escalation.list(dsl, "escalations");
        return escalations.size() > 1 ? List.of(Ref.inline(new Escalation.Group("to_all", escalations))) : escalations;
    }

    /** Where an SLA may stand inside a cluster: a reference or an anonymous SLA. */
    static Optional<Ref<Sla>> readIn(Dsl parent) {
        return Ref.read(parent, "sla", Sla::read);
    }

    private static Window window(Dsl dsl) {
        Dsl threshold = dsl.object("threshold").orElseThrow(() -> VampError.missing("/threshold/upper"));
        Dsl window = dsl.object("window").orElseThrow(() -> VampError.missing("/window/interval"));
        return new Window(
                whole(threshold, "upper"),
                whole(threshold, "lower"),
                whole(window, "interval"),
                whole(window, "cooldown"));
    }

    private static int whole(Dsl dsl, String key) {
        return dsl.integer(key).orElseThrow(() -> dsl.missing(key));
    }

    /** The answer's form. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = Tree.of("type", type);
        window.ifPresent(it -> {
            tree.put("window", Tree.of("interval", it.interval(), "cooldown", it.cooldown()));
            tree.put("threshold", Tree.of("upper", it.upper(), "lower", it.lower()));
        });
        if (!parameters.isEmpty()) {
            tree.put("parameters", parameters);
        }
        tree.put(
                "escalations",
                escalations.stream().map(it -> it.tree(Escalation::tree)).toList());
        return tree;
    }
}
