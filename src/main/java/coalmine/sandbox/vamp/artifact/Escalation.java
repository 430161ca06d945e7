package coalmine.sandbox.vamp.artifact;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is done when an SLA is not met (facts 1.3). */
public sealed interface Escalation {

    /** Which way: up when there is too little, down when there is too much. */
    enum Direction {
        ESCALATE,
        DEESCALATE
    }

    /** The answer's form. */
    Map<String, Object> tree();

    /**
     * More or less of something for a cluster's first service.
     *
     * @param target the cluster, if it is another than the SLA's own
     */
    record Scaling(String type, double minimum, double maximum, double by, Optional<String> target)
            implements Escalation {

        /** The scale that this makes of another; empty if it would leave its bounds. */
        public Optional<Scale> of(Scale scale, Direction direction) {
            double change = direction == Direction.ESCALATE ? by : -by;
            return switch (type) {
                case "scale_instances" ->
                    within(scale.instances() + change)
                            .map(value -> new Scale(scale.cpu(), scale.memory(), (int) Math.round(value)));
                case "scale_cpu" ->
                    within(scale.cpu() + change).map(value -> new Scale(value, scale.memory(), scale.instances()));
                default ->
                    within(scale.memory() + change).map(value -> new Scale(scale.cpu(), value, scale.instances()));
            };
        }

        private Optional<Double> within(double value) {
            return value >= minimum && value <= maximum ? Optional.of(value) : Optional.empty();
        }

        @Override
        public Map<String, Object> tree() {
            Map<String, Object> tree =
                    Tree.of("type", type, "minimum", value(minimum), "maximum", value(maximum), "scale_by", value(by));
            tree.put("target", target.orElse(null));
            return tree;
        }

        private Object value(double value) {
            return switch (type) {
                case "scale_instances" -> (int) value;
                case "scale_memory" -> Scale.megabytes(value);
                default -> value;
            };
        }
    }

    /**
     * Several, of which all are done, or the first that has any effect.
     *
     * @param type {@code to_all} or {@code to_one}
     */
    record Group(String type, List<Ref<Escalation>> escalations) implements Escalation {

        public boolean isForAll() {
            return type.equals("to_all");
        }

        @Override
        public Map<String, Object> tree() {
            return Tree.of(
                    "type",
                    type,
                    "escalations",
                    escalations.stream().map(it -> it.tree(Escalation::tree)).toList());
        }
    }

    /** One of a type that Vamp stores and does nothing about. */
    record Generic(String type, Map<String, Object> parameters) implements Escalation {

        @Override
        public Map<String, Object> tree() {
            return Tree.of("type", type, "parameters", parameters);
        }
    }

    /** An escalation under a name of its own. */
    record Named(String name, Escalation escalation) implements Artifact {

        public static Named read(Dsl dsl) {
            return new Named(dsl.requiredName("name"), Escalation.read(dsl));
        }

        @Override
        public String kind() {
            return "escalation";
        }

        @Override
        public Map<String, Object> tree() {
            Map<String, Object> tree = Tree.of("name", name, "kind", kind());
            tree.putAll(escalation.tree());
            return tree;
        }
    }

    static Escalation read(Dsl dsl) {
        for (String type : List.of("to_all", "to_one")) {
            if (dsl.has(type)) {
                return new Group(type, list(dsl, type));
            }
        }
        String type = dsl.requiredText("type");
        return switch (type) {
            case "to_all", "to_one" -> new Group(type, list(dsl, "escalations"));
            case "scale_instances" ->
                new Scaling(type, whole(dsl, "minimum"), whole(dsl, "maximum"), whole(dsl, "scale_by"), target(dsl));
            case "scale_cpu" ->
                new Scaling(type, cpu(dsl, "minimum"), cpu(dsl, "maximum"), cpu(dsl, "scale_by"), target(dsl));
            case "scale_memory" ->
                new Scaling(type, memory(dsl, "minimum"), memory(dsl, "maximum"), memory(dsl, "scale_by"), target(dsl));
            default -> new Generic(type, dsl.tree("parameters"));
        };
    }

    /** The elements of a list of escalations: names, references, or escalations themselves. */
    static List<Ref<Escalation>> list(Dsl dsl, String key) {
        return dsl.list(key).stream().map(Escalation::element).toList();
    }

    private static Ref<Escalation> element(Object element) {
        if (!(element instanceof Dsl dsl)) {
            return Ref.to(Dsl.asText("escalations", element));
        }
        return Ref.of("escalation", dsl, Escalation::read);
    }

    private static Optional<String> target(Dsl dsl) {
        return dsl.text("target").filter(text -> !text.isBlank());
    }

    private static int whole(Dsl dsl, String key) {
        return dsl.integer(key).orElseThrow(() -> dsl.missing(key));
    }

    private static double cpu(Dsl dsl, String key) {
        return Scale.cpu(key, dsl.value(key).orElseThrow(() -> dsl.missing(key)));
    }

    private static double memory(Dsl dsl, String key) {
        return Scale.memory(key, dsl.value(key).orElseThrow(() -> dsl.missing(key)));
    }
}
