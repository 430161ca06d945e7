package coalmine.sandbox.vamp;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.EventStore;
import coalmine.sandbox.vamp.artifact.Documents;
import coalmine.sandbox.vamp.artifact.Tree;
import coalmine.sandbox.vamp.artifact.VampError;
import coalmine.time.PlatformDuration;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Vamp's REST API on HTTP: the rules of transport (facts 2.1, with 400 where the official images, which have a UI folder, answer that), and the
 * way to whoever answers.
 */
final class Api {

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final String BASE = "/api/v1";
    private static final String JSON = "application/json";
    private static final String YAML = "application/x-yaml";
    private static final String MEDIA_TYPES = "Only the following media types are supported: " + JSON + ", " + YAML;
    /** A listener that leaves this much unread is cut off: what it has not read yet is kept for it here. */
    private static final int MOST_UNREAD_BYTES = 1 << 22;
    /** Observed 13. */
    private static final PlatformDuration HEARTBEAT = PlatformDuration.seconds(15);

    private final ArtifactApi artifacts;
    private final SlaApi slas;
    private final EventApi events;
    private final EventStore eventStore;
    private final Configuration configuration;
    private final Map<String, Runnable> rounds;
    private final SandboxClock clock;
    private final VampVersion version;

    /**
     * @param rounds what runs a round of the loops behind {@code /sync}, {@code /sla} and {@code /escalation}
     */
    Api(
            ArtifactApi artifacts,
            SlaApi slas,
            EventApi events,
            EventStore eventStore,
            Configuration configuration,
            Map<String, Runnable> rounds,
            SandboxClock clock,
            VampVersion version) {
        this.version = version;
        this.artifacts = artifacts;
        this.slas = slas;
        this.events = events;
        this.eventStore = eventStore;
        this.configuration = configuration;
        this.rounds = rounds;
        this.clock = clock;
    }

    /** Answers a request; called on the sandbox's context. */
    void handle(HttpServerRequest http) {
        String path = http.path();
        if (!path.equals(BASE) && !path.startsWith(BASE + "/")) {
            send(http, ApiAnswer.NOT_FOUND);
        } else if (path.replaceAll("/$", "").equals(BASE + "/events/stream")) {
            whole(http).onSuccess(body -> stream(http, body));
        } else {
            whole(http).onSuccess(body -> answer(http, body));
        }
    }

    private static Future<Buffer> whole(HttpServerRequest http) {
        return http.body().onFailure(gone -> http.connection().close());
    }

    private void answer(HttpServerRequest http, Buffer body) {
        // Within the future, as a path may be no path, and a query no query.
        Future.succeededFuture(body)
                .compose(it -> answer(http, request(http, it)))
                .map(answer -> {
                    send(http, answer);
                    return null;
                })
                .onFailure(error -> send(http, ofError(http, error)));
    }

    private static ApiRequest request(HttpServerRequest http, Buffer body) {
        Optional<String> contentType =
                Optional.ofNullable(http.getHeader(HttpHeaders.CONTENT_TYPE)).map(it -> it.replaceAll("\\s*;.*", ""));
        return new ApiRequest(
                http.method().name().equals("HEAD") ? "GET" : http.method().name(),
                "http://" + http.authority() + http.path(),
                ApiRequest.segments(http.path().substring(BASE.length())),
                ApiRequest.parameters(http),
                contentType,
                body.toString());
    }

    private Future<ApiAnswer> answer(HttpServerRequest http, ApiRequest request) {
        if (request.is("OPTIONS")) {
            return Future.succeededFuture(ApiAnswer.empty(200));
        }
        String accept = http.getHeader(HttpHeaders.ACCEPT);
        if (accept == null) {
            return Future.succeededFuture(ApiAnswer.text(400, "Request is missing required HTTP header 'Accept'"));
        }
        if (Stream.of(accept.split(",")).map(String::trim).noneMatch(Api::isSupported)) {
            throw VampError.wrong(MEDIA_TYPES);
        }
        if (Set.of("POST", "PUT", "DELETE").contains(request.method()) && !hasContentType(request)) {
            throw VampError.wrong(MEDIA_TYPES);
        }
        return dispatch(request);
    }

    private static boolean isSupported(String accepted) {
        return accepted.equals(JSON) || accepted.equals(YAML) || accepted.startsWith("*/*");
    }

    private static boolean hasContentType(ApiRequest request) {
        boolean script = request.is("PUT")
                && request.segments().size() == 2
                && request.segments().get(0).equals("breeds")
                && request.contentType()
                        .filter("application/javascript"::equals)
                        .isPresent();
        return script
                || request.contentType().filter(Set.of(JSON, YAML)::contains).isPresent();
    }

    private Future<ApiAnswer> dispatch(ApiRequest request) {
        List<String> path = request.segments();
        String first = path.isEmpty() ? "" : path.get(0);
        List<String> rest = path.isEmpty() ? path : path.subList(1, path.size());
        if (request.is("GET") && (first.equals("info") || first.equals("information"))) {
            return configuration.info(request.parameters().getAll("on")).map(ApiAnswer::ok);
        }
        return Future.succeededFuture(
                switch (first) {
                    case "" -> request.is("GET") ? ApiAnswer.NOT_FOUND : artifacts.several(request);
                    case "info", "information" -> ApiAnswer.NOT_FOUND;
                    case "config", "configuration" -> configuration(request, rest);
                    case "events" -> events(request, rest);
                    case "health" -> request.is("GET") ? events.health(rest) : ApiAnswer.NOT_FOUND;
                    case "metrics" -> request.is("GET") ? events.metrics(rest) : ApiAnswer.NOT_FOUND;
                    case "haproxy" -> version.isMended() ? artifact(request) : haproxy(rest);
                    case "sync", "sla", "escalation" -> version.isMended() ? artifact(request) : round(request, first);
                    case "stats" -> throw VampError.notBuilt("/stats");
                    default -> artifact(request);
                });
    }

    /** For debugging: has a round of its loops run now (facts 2.3). */
    private ApiAnswer round(ApiRequest request, String loop) {
        if (!request.is("GET")) {
            return ApiAnswer.NOT_FOUND;
        }
        rounds.get(loop).run();
        return ApiAnswer.empty(202);
    }

    private ApiAnswer configuration(ApiRequest request, List<String> key) {
        if (!request.is("GET")) {
            return ApiAnswer.NOT_FOUND;
        }
        return key.isEmpty()
                ? ApiAnswer.ok(configuration.settings())
                : configuration.setting(key.get(0)).map(ApiAnswer::ok).orElse(ApiAnswer.empty(200));
    }

    private ApiAnswer events(ApiRequest request, List<String> rest) {
        if (!rest.isEmpty()) {
            if (request.is("GET")) {
                throw VampError.wrong("Unexpected resource: 'events'.");
            }
            return ApiAnswer.NOT_FOUND;
        }
        return switch (request.method()) {
            case "GET" -> events.get(request);
            case "POST" -> events.post(request.body());
            default -> ApiAnswer.NOT_FOUND;
        };
    }

    private static ApiAnswer haproxy(List<String> version) {
        if (version.isEmpty()) {
            throw VampError.wrong("Bad request. No HAProxy version specified.");
        }
        throw VampError.notBuilt("HAProxy's configuration, as there is no HAProxy");
    }

    private ApiAnswer artifact(ApiRequest request) {
        List<String> path = request.segments();
        if (version.isMended()
                && path.size() == 3
                && path.get(0).equals("workflows")
                && path.get(2).equals("status")) {
            throw VampError.notBuilt("the status of a workflow by itself; its document has it");
        }
        if (path.get(0).equals("deployments") && path.size() > 4 && path.get(2).equals("clusters")) {
            if (path.size() == 7
                    && path.get(4).equals("services")
                    && path.get(6).equals("scale")) {
                return artifacts.scale(request);
            }
            if (path.size() == 5 && path.get(4).equals("sla")) {
                return slas.answer(request);
            }
        }
        return artifacts.single(request);
    }

    private static ApiAnswer ofError(HttpServerRequest http, Throwable error) {
        if (error instanceof VampError known) {
            return ApiAnswer.of(known.status(), Tree.of("message", known.getMessage()));
        }
        if (error instanceof ApiRequest.NotANumber) {
            return ApiAnswer.NOT_FOUND; // such as ?page=abc (recording A-144)
        }
        LOG.error(http.method() + " " + http.uri() + " failed", error);
        return ApiAnswer.of(500, Tree.of("message", "Internal server error."));
    }

    private static void send(HttpServerRequest http, ApiAnswer answer) {
        HttpServerResponse response = http.response();
        if (response.closed()) {
            return;
        }
        boolean yaml = Optional.ofNullable(http.getHeader(HttpHeaders.ACCEPT))
                .orElse("")
                .startsWith(YAML);
        response.setStatusCode(answer.status());
        response.putHeader("Cache-Control", "no-store");
        response.putHeader("Pragma", "no-cache");
        response.putHeader("Access-Control-Allow-Origin", "*");
        response.putHeader("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS, HEAD");
        response.putHeader("Access-Control-Allow-Headers", "Origin, X-Requested-With, Content-Type, Accept");
        response.putHeader("Access-Control-Expose-Headers", "Link, X-Total-Count");
        answer.headers().forEach(response::putHeader);
        if (answer.text().isPresent()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=UTF-8");
            response.end(answer.text().get());
        } else if (answer.tree().isPresent()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, yaml ? YAML : JSON);
            Object tree = answer.tree().get();
            response.end(yaml ? Documents.toYaml(tree) : Documents.toJson(tree));
        } else {
            if ((answer.status() == 200 || answer.status() == 202)
                    && !http.method().name().equals("OPTIONS")) {
                response.putHeader(HttpHeaders.CONTENT_TYPE, yaml ? YAML : JSON);
            }
            response.end();
        }
    }

    /** Events as they come, from now on (facts 4.4): data first, then the type; a bare newline when nothing has come for a while. */
    private void stream(HttpServerRequest http, Buffer body) {
        if (!http.method().name().equals("GET")) {
            send(http, ApiAnswer.NOT_FOUND);
            return;
        }
        String accept = Optional.ofNullable(http.getHeader(HttpHeaders.ACCEPT)).orElse("*/*");
        if (!accept.contains("text/event-stream") && !accept.contains("*/*")) {
            send(
                    http,
                    ApiAnswer.of(
                            400,
                            Tree.of("message", "Only the following media types are supported: text/event-stream")));
            return;
        }
        Set<String> tags;
        try {
            tags = EventApi.tags(ApiRequest.parameters(http), body.toString());
        } catch (VampError error) {
            send(http, ofError(http, error));
            return;
        }
        HttpServerResponse response = http.response().setChunked(true).setWriteQueueMaxSize(MOST_UNREAD_BYTES);
        response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream;charset=UTF-8");
        response.putHeader("Access-Control-Allow-Origin", "*");
        response.writeHead();
        Stream<Runnable> endings = Stream.of(listen(response, tags), heartbeats(response));
        List<Runnable> atEnd = endings.toList();
        response.closeHandler(closed -> atEnd.forEach(Runnable::run));
        response.exceptionHandler(broken -> {});
    }

    private Runnable listen(HttpServerResponse response, Set<String> tags) {
        return eventStore.listen(event -> {
            if (!event.tags().containsAll(tags) || response.closed()) {
                return;
            }
            if (response.writeQueueFull()) {
                response.reset();
            } else {
                response.write("data: " + Documents.toJson(EventApi.live(event)) + "\nevent: " + event.type() + "\n\n");
            }
        });
    }

    private Runnable heartbeats(HttpServerResponse response) {
        return clock.every(HEARTBEAT, HEARTBEAT, () -> {
            if (!response.closed()) {
                response.write("\n");
            }
        })::cancel;
    }
}
