package coalmine.sandbox.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** An answer other than success (facts 7.1). */
final class MarathonError extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final transient ObjectNode body;

    MarathonError(int status, ObjectNode body) {
        super(body.toString(), null, false, false);
        this.status = status;
        this.body = body;
    }

    static MarathonError unknownApp(String id) {
        return new MarathonError(404, Json.message("App '" + id + "' does not exist"));
    }

    static MarathonError notBuilt(String what) {
        return new MarathonError(501, Json.message("Not built in Coalmine's sandbox: " + what));
    }

    int status() {
        return status;
    }

    ObjectNode body() {
        return body;
    }
}
