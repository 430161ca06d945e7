package coalmine.sandbox.vamp.artifact;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A script that runs beside the deployments (facts 1.7, 6.1).
 *
 * @param environment as sent; once scheduled, merged with the defaults and the breed's
 */
public record Workflow(
        String name,
        Ref<Breed> breed,
        Schedule schedule,
        Status status,
        Map<String, Optional<String>> environment,
        Optional<Ref<Scale>> scale,
        Optional<String> network,
        List<Map.Entry<String, String>> arguments)
        implements Artifact {

    /** Where a workflow stands in its life. */
    public enum Status {
        STARTING,
        RUNNING,
        STOPPING,
        SUSPENDED,
        SUSPENDING,
        RESTARTING;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Workflow read(Dsl dsl) {
        String name = dsl.requiredName("name");
        Ref<Breed> breed = Breed.readIn(dsl, "breed");
        Schedule schedule = Schedule.readIn(dsl);
        Map<String, Optional<String>> environment = Breed.environment(dsl);
        environment.forEach(
                (variable, value) -> value.orElseThrow(() -> dsl.missing("environment_variables/" + variable)));
        return new Workflow(
                name,
                breed,
                schedule,
                dsl.text("status").map(Workflow::status).orElse(Status.STARTING),
                environment,
                Scale.readIn(dsl),
                dsl.text("network"),
                Breed.arguments(dsl));
    }

    private static Status status(String text) {
        for (Status status : Status.values()) {
            if (status.toString().equalsIgnoreCase(text)) {
                return status;
            }
        }
        throw VampError.wrong("Illegal workflow status: " + text + ".");
    }

    /** Whether it runs all the time, and not only when something happens. */
    public boolean isDaemon() {
        return schedule instanceof Schedule.Daemon;
    }

    public Workflow withStatus(Status newStatus) {
        return new Workflow(name, breed, schedule, newStatus, environment, scale, network, arguments);
    }

    /** The workflow as it is once it has been scheduled: with everything that was filled in. */
    public Workflow scheduled(Map<String, String> effectiveEnvironment, Scale effectiveScale, String effectiveNetwork) {
        Map<String, Optional<String>> values = new LinkedHashMap<>();
        effectiveEnvironment.forEach((key, value) -> values.put(key, Optional.of(value)));
        return new Workflow(
                name,
                breed,
                schedule,
                status,
                values,
                Optional.of(Ref.inline(effectiveScale)),
                Optional.of(effectiveNetwork),
                arguments);
    }

    @Override
    public String kind() {
        return "workflow";
    }

    @Override
    public Map<String, Object> tree() {
        Map<String, Object> tree = Tree.of(
                "name", name,
                "kind", kind(),
                "breed", breed.tree(Breed::tree),
                "status", status.toString(),
                "schedule", schedule.tree(),
                "environment_variables", Tree.nullable(environment));
        scale.ifPresent(it -> tree.put("scale", it.tree(Scale::tree)));
        network.ifPresent(it -> tree.put("network", it));
        tree.put("arguments", Breed.argumentTrees(arguments));
        return tree;
    }
}
