package coalmine.sandbox.marathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A change that is under way (facts 7.2).
 *
 * @param actions what is done to the app, a step each, such as {@code StartApplication}
 * @param reached whether the goal is reached
 */
record Deployment(String id, String version, String appId, List<String> actions, BooleanSupplier reached) {

    /** The form in the list of deployments. */
    ObjectNode json() {
        ObjectNode json = Json.object().put("id", id).put("version", version);
        json.putArray("affectedApps").add(appId);
        json.set("steps", steps());
        json.putArray("currentActions").add(action(actions.get(actions.size() - 1)));
        return json.put("currentStep", actions.size()).put("totalSteps", actions.size());
    }

    /** The form in events. */
    ObjectNode plan() {
        ObjectNode plan = Json.object().put("id", id).put("version", version);
        plan.set("steps", steps());
        return plan;
    }

    private ArrayNode steps() {
        ArrayNode steps = Json.object().putArray("steps");
        actions.forEach(action -> steps.addObject().putArray("actions").add(action(action)));
        return steps;
    }

    /** With both keys: 0.15 called it {@code type}, later ones {@code action} (facts 7.2). */
    private ObjectNode action(String action) {
        return Json.object().put("type", action).put("action", action).put("app", appId);
    }
}
