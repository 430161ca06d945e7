package coalmine.sandbox.marathon;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** An answer other than success: a status code and a body that says why (facts 7.1). */
final class Refusal extends RuntimeException {

    private final int status;
    private final transient JsonObject body;

    private Refusal(int status, JsonObject body) {
        super(body.getString("message"), null, false, false);
        this.status = status;
        this.body = body;
    }

    static Refusal because(int status, String message) {
        return new Refusal(status, message(message));
    }

    static Refusal unknownApp(String appId) {
        return because(404, "App '" + appId + "' does not exist");
    }

    static Refusal locked(List<String> deployments) {
        JsonArray ids = new JsonArray();
        deployments.forEach(id -> ids.add(new JsonObject().put("id", id)));
        return new Refusal(
                409,
                message("App is locked by one or more deployments. Override with the option '?force=true'."
                                + " View details at '/v2/deployments/<DEPLOYMENT_ID>'.")
                        .put("deployments", ids));
    }

    static Refusal invalidJson(String why) {
        JsonObject detail = new JsonObject().put("path", "").put("errors", new JsonArray().add(why));
        return new Refusal(400, message("Invalid JSON").put("details", new JsonArray().add(detail)));
    }

    /** The values of an object that are not valid: what is wrong with each path. */
    static Refusal invalidObject(JsonArray details) {
        return new Refusal(422, message("Object is not valid").put("details", details));
    }

    /** Something that Marathon has and the sandbox does not. */
    static Refusal notBuilt(String what) {
        return because(501, what + " is a part of Marathon that the sandbox does not have");
    }

    private static JsonObject message(String message) {
        return new JsonObject().put("message", message);
    }

    int status() {
        return status;
    }

    JsonObject body() {
        return body;
    }
}
