package coalmine.sandbox.pulse;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A search that Elasticsearch would refuse, or that this imitation of it cannot do. */
final class SearchFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String type;

    private SearchFailure(int status, String type, String reason) {
        super(reason, null, false, false);
        this.status = status;
        this.type = type;
    }

    /** The search is wrong; {@code type} and {@code reason} as Elasticsearch 2.4 says it. */
    static SearchFailure wrong(String type, String reason) {
        return new SearchFailure(400, type, reason);
    }

    /** There is no such index. */
    static SearchFailure noIndex(String index) {
        return new SearchFailure(404, "index_not_found_exception", "no such index [" + index + "]");
    }

    /** Elasticsearch could do it, but the sandbox cannot. */
    static SearchFailure notBuilt(String what) {
        return new SearchFailure(
                501, "not_implemented", what + " is not part of the sandbox's imitation of Elasticsearch");
    }

    int status() {
        return status;
    }

    /** The error in the shape of Elasticsearch 2.x. */
    JsonObject toJson() {
        JsonObject cause = new JsonObject().put("type", type).put("reason", getMessage());
        return new JsonObject()
                .put("error", cause.copy().put("root_cause", new JsonArray().add(cause)))
                .put("status", status);
    }
}
