package coalmine.sandbox.gateway;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** What a gateway answers for itself, word for word as HAProxy 1.6 does; like HAProxy it closes the client's connection afterwards. */
enum ErrorPage {
    SERVER_ERROR(500, "Server Error", "An internal server error occured."),
    BAD_GATEWAY(502, "Bad Gateway", "The server returned an invalid or incomplete response."),
    SERVICE_UNAVAILABLE(503, "Service Unavailable", "No server is available to handle this request.");

    private final int status;
    private final String reason;
    private final String body;

    ErrorPage(int status, String reason, String explanation) {
        this.status = status;
        this.reason = reason;
        this.body = "<html><body><h1>" + status + " " + reason + "</h1>\n" + explanation + "\n</body></html>\n\n";
    }

    int status() {
        return status;
    }

    /** Answers the request, of whose answer nothing has been sent yet. */
    Future<Void> answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.headers()
                .clear()
                .set("Cache-Control", "no-cache")
                .set("Connection", "close")
                .set("Content-Type", "text/html");
        return response.setStatusCode(status)
                .setStatusMessage(reason)
                .end(body)
                .eventually(() -> request.connection().close());
    }
}
