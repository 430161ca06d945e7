package coalmine.sandbox.gateway;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.AccessLogEntry;
import coalmine.time.PlatformDuration;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Passes requests on, and fails as HAProxy does for Vamp: a refused connection is tried three times more, one platform second apart, the last
 * time on another target of the backend if there is one, then 503; a request in flight on a target that dies gets 502; a backend without any
 * target 503. Bodies are streamed both ways.
 */
final class Proxy {

    private static final int RETRIES = 3;
    private static final PlatformDuration RETRY_DELAY = PlatformDuration.seconds(1);
    /** What HAProxy logs for a request whose client went away before there was an answer. */
    private static final int ABORTED = -1;

    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final HttpClient client;
    private final SandboxClock clock;
    private final Consumer<AccessLogEntry> accessLog;

    Proxy(HttpClient client, SandboxClock clock, Consumer<AccessLogEntry> accessLog) {
        this.client = client;
        this.clock = clock;
        this.accessLog = accessLog;
    }

    Future<Void> close() {
        return client.close();
    }

    void handle(HttpServerRequest request, Listener listener) {
        request.pause();
        Optional<Backend> backend = listener.nextBackend();
        Passage passage = new Passage(request, listener, backend);
        Optional<Target> target = backend.flatMap(listener::nextTarget);
        if (target.isPresent()) {
            passage.attempt(target.get(), 0);
        } else {
            passage.fail(503, "Service Unavailable", "No server is available to handle this request.");
        }
    }

    /** One request on its way. */
    private final class Passage {
        private final HttpServerRequest request;
        private final HttpServerResponse response;
        private final Listener listener;
        private final Optional<Backend> backend;
        private final String frontend;
        private final PlatformDuration start = clock.elapsed();
        private Optional<HttpClientRequest> upstream = Optional.empty();
        private boolean over;

        Passage(HttpServerRequest request, Listener listener, Optional<Backend> backend) {
            this.request = request;
            this.response = request.response();
            this.listener = listener;
            this.backend = backend;
            this.frontend = listener.frontend().lookupName();
            response.exceptionHandler(broken -> abort());
            response.closeHandler(closed -> abort());
        }

        void attempt(Target target, int tries) {
            if (over) {
                return;
            }
            client.request(options(target))
                    .onFailure(refused -> retry(target, tries + 1))
                    .onSuccess(this::pass);
        }

        private void retry(Target refusing, int tries) {
            if (tries > RETRIES) {
                fail(503, "Service Unavailable", "No server is available to handle this request.");
            } else {
                Target next = tries == RETRIES ? another(refusing) : refusing;
                clock.after(RETRY_DELAY, () -> attempt(next, tries));
            }
        }

        private Target another(Target refusing) {
            return backend.orElseThrow().targets().size() > 1
                    ? otherThan(refusing, listener.nextTarget(backend.get()).orElseThrow())
                    : refusing;
        }

        private Target otherThan(Target refusing, Target candidate) {
            return candidate.equals(refusing)
                    ? listener.nextTarget(backend.orElseThrow()).orElseThrow()
                    : candidate;
        }

        private RequestOptions options(Target target) {
            return new RequestOptions()
                    .setMethod(request.method())
                    .setHost(target.host())
                    .setPort(target.port())
                    .setURI(request.uri());
        }

        private void pass(HttpClientRequest outgoing) {
            if (over) {
                outgoing.reset();
                return;
            }
            upstream = Optional.of(outgoing);
            copy(request.headers(), outgoing.headers());
            outgoing.headers()
                    .add("X-Forwarded-For", request.remoteAddress().hostAddress())
                    .set(
                            "X-Forwarded-Port",
                            Integer.toString(listener.frontend().port()));
            boolean chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
            outgoing.setChunked(chunked);
            boolean bare = !chunked && !request.headers().contains(HttpHeaders.CONTENT_LENGTH);
            Future<HttpClientResponse> answer;
            if (bare) {
                request.resume();
                answer = outgoing.send();
            } else {
                answer = outgoing.send(request);
            }
            answer.onSuccess(this::passBack)
                    .onFailure(
                            died -> fail(502, "Bad Gateway", "The server returned an invalid or incomplete response."));
        }

        private void passBack(HttpClientResponse incoming) {
            if (over) {
                return;
            }
            response.setStatusCode(incoming.statusCode()).setStatusMessage(incoming.statusMessage());
            copy(incoming.headers(), response.headers());
            if (!incoming.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
                response.setChunked(true);
            }
            incoming.pipeTo(response)
                    .onSuccess(sent -> end(incoming.statusCode()))
                    .onFailure(cut -> {
                        // The client must see that the answer is incomplete; a clean end would lie.
                        end(incoming.statusCode());
                        request.connection().close();
                    });
        }

        void fail(int status, String reason, String explanation) {
            if (over) {
                return;
            }
            end(status);
            if (!request.isEnded()) {
                // What is left of the request's body is of no use any more.
                request.handler(rest -> {}).resume();
            }
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/html")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                    .end("<html><body><h1>" + status + " " + reason + "</h1>\n" + explanation + "\n</body></html>\n");
        }

        private void abort() {
            if (!over) {
                end(ABORTED);
                upstream.ifPresent(HttpClientRequest::reset);
            }
        }

        private void end(int status) {
            over = true;
            long took = clock.elapsed().minus(start).toMillis();
            accessLog.accept(new AccessLogEntry(frontend, status, took, clock.now()));
            backend.ifPresent(
                    chosen -> accessLog.accept(new AccessLogEntry(chosen.lookupName(), status, took, clock.now())));
        }
    }

    private static void copy(MultiMap from, MultiMap to) {
        from.forEach(header -> {
            if (!HOP_BY_HOP.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                to.add(header.getKey(), header.getValue());
            }
        });
    }
}
