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
                        instance.get("name").asText(), instance.path("deployed").asBoolean())));
        JsonNode status = json.path("status");
        return new Service(
                json.path("breed").path("name").asText(),
                status.path("intention").asText(),
                status.path("phase").path("name").asText(),
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
