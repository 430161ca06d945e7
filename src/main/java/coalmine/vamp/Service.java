package coalmine.vamp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A service of a deployment: a breed at a scale.
 *
 * @param intention {@code Deployment} or {@code Undeployment}
 * @param phase {@code Initiated}, {@code Updating}, {@code Done} or {@code Failed}
 * @param instances the instances that Vamp knows of; one that is gone may still be among them
 */
public record Service(String breed, String intention, String phase, int scale, List<Instance> instances) {

    /**
     * A running container, as Vamp knows it.
     *
     * @param name Marathon's task id
     * @param deployed whether it has started
     */
    public record Instance(String name, boolean deployed) {}

    static Service of(JsonNode json) {
        List<Instance> instances = new ArrayList<>();
        json.path("instances")
                .forEach(instance -> instances.add(new Instance(
                        instance.path("name").asText(),
                        instance.path("deployed").asBoolean())));
        // Before 0.9.1 it was called a state, and had steps (facts, section 10).
        JsonNode status = json.has("status") ? json.path("status") : json.path("state");
        JsonNode phase = status.has("phase") ? status.path("phase") : status.path("step");
        return new Service(
                json.path("breed").path("name").asText(),
                status.path("intention").asText(),
                phase.path("name").asText(),
                json.path("scale").path("instances").asInt(),
                List.copyOf(instances));
    }

    /** Whether Vamp has brought it about, with all of its instances started. */
    public boolean isDone() {
        return intention.equals("Deployment")
                && phase.equals("Done")
                && instances.size() == scale
                && instances.stream().allMatch(Instance::deployed);
    }
}
