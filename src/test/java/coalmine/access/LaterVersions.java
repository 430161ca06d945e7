package coalmine.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;

/** What later versions of Vamp and Marathon tell, and these do not (facts, section 10, and 7.2). */
public final class LaterVersions {

    public static final String VAMP = "1.0.0";
    public static final String MARATHON = "1.5.2";

    private LaterVersions() {}

    /** An answer of Vamp's as 1.0 gives it: metadata, selectors, the health of services; ids and digests of events. */
    public static JsonNode vamp(JsonNode json) {
        json.forEach(LaterVersions::vamp);
        if (json instanceof ObjectNode object) {
            if (json.has("kind") && json.has("name")) {
                object.putObject("metadata").put("owner", "somebody");
            }
            if (json.path("kind").asText().equals("gateway")) {
                object.putNull("selector");
            }
            if (json.has("status") && json.has("breed")) {
                object.putObject("health")
                        .put("staged", 0)
                        .put("running", 1)
                        .put("healthy", 1)
                        .put("unhealthy", 0);
                object.putArray("health_checks");
            }
            if (json.has("tags") && json.has("timestamp")) {
                String id = UUID.nameUUIDFromBytes(
                                (json.get("timestamp") + "" + json.get("tags").size()).getBytes())
                        .toString();
                object.put("id", id).put("digest", id.replace("-", ""));
            }
            if (json.has("message") && json.has("version")) {
                object.put("version", VAMP).put("namespace", "default");
            }
        }
        return json;
    }

    /** An answer of Marathon's as 1.5 gives it: networks and ports of the container, states and unreachable tasks. */
    public static JsonNode marathon(JsonNode json) {
        json.forEach(LaterVersions::marathon);
        if (json instanceof ObjectNode object) {
            if (json.path("container").path("docker").has("portMappings")) {
                ObjectNode container = (ObjectNode) json.get("container");
                ObjectNode docker = (ObjectNode) container.get("docker");
                container.set("portMappings", docker.remove("portMappings"));
                docker.remove("network");
                object.putArray("networks").addObject().put("mode", "container/bridge");
            }
            if (json.has("appId") && json.has("slaveId")) {
                object.put("state", "TASK_RUNNING");
                object.putArray("healthCheckResults");
            }
            if (json.path("name").asText().equals("marathon")) {
                object.put("version", MARATHON);
            }
        }
        return json;
    }
}
