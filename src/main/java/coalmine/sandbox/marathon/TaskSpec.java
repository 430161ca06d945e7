package coalmine.sandbox.marathon;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a container is told when it starts.
 *
 * @param taskId Marathon's id of the task
 * @param appId the app that it belongs to, with its leading slash
 * @param image the image's name and tag, such as {@code magneticio/sava:1.0.0}
 * @param host the address that the container listens on
 * @param ports host port per container port, in the app's order
 * @param env the environment
 */
public record TaskSpec(
        String taskId, String appId, String image, String host, Map<Integer, Integer> ports, Map<String, String> env) {

    public TaskSpec {
        ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
        env = Map.copyOf(env);
    }
}
