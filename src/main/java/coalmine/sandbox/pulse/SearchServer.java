package coalmine.sandbox.pulse;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.net.Binding;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Searches of the access log in Elasticsearch 2.4's language, as far as Vamp's workflows and their like speak it: {@code _search} and {@code _count}
 * of the index {@code logstash-*}, and {@code GET /}. {@code now} is the platform's time. A query that Elasticsearch does not know is answered 400 as it does,
 * anything else that is not built with 501.
 *
 * <p>Belongs to the sandbox's event-loop context.
 */
public final class SearchServer {

    private static final Set<String> WITHOUT_EFFECT =
            Set.of("pretty", "ignore_unavailable", "allow_no_indices", "expand_wildcards", "preference", "timeout");
    private static final JsonObject SHARDS =
            new JsonObject().put("total", 5).put("successful", 5).put("failed", 0);

    private final Context context;
    private final SandboxClock clock;
    private final AccessLog log;
    private final HttpServer server;
    private Optional<Binding> binding = Optional.empty();

    /**
     * A server that does not listen yet.
     *
     * @param context the sandbox's event-loop context
     * @param clock the sandbox's clock, which tells what {@code now} is
     * @param log what is searched
     */
    public SearchServer(Context context, SandboxClock clock, AccessLog log) {
        this.context = context;
        this.clock = clock;
        this.log = log;
        this.server = context.owner().createHttpServer().requestHandler(router());
    }

    /**
     * Listens for searches. May be called from any thread.
     *
     * @param host the address to listen on
     * @param port the TCP port; 0 for a free one
     * @return the port that is listened on; fails if it cannot be bound
     */
    public Future<Integer> listen(String host, int port) {
        Promise<Integer> listening = Promise.promise();
        context.runOnContext(run -> server.listen(port, host)
                .map(HttpServer::actualPort)
                .onSuccess(bound -> binding = Optional.of(new Binding(context.owner(), host, bound)))
                .onComplete(listening));
        return listening.future();
    }

    /** Stops listening; completes when the port is free again. */
    public Future<Void> close() {
        return server.close().eventually(() -> binding.map(Binding::whenFree).orElseGet(Future::succeededFuture));
    }

    /** The searches as a router to be mounted on another server, which must run on the sandbox's context. */
    public Router router() {
        Router router = Router.router(context.owner());
        router.route("/").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::describe);
        for (String index : new String[] {"", "/:index", "/:index/:type"}) {
            answer(router, index + "/_search", this::search);
            answer(router, index + "/_count", this::count);
        }
        router.route().handler(this::notBuilt);
        return router;
    }

    private void answer(Router router, String path, Function<RoutingContext, JsonObject> answer) {
        router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.POST)
                .handler(BodyHandler.create(false))
                .handler(routing -> {
                    try {
                        send(routing, 200, answer.apply(routing));
                    } catch (SearchFailure failure) {
                        send(routing, failure.status(), failure.toJson());
                    }
                });
    }

    private void describe(RoutingContext routing) {
        send(
                routing,
                200,
                new JsonObject()
                        .put("name", "Coalmine sandbox")
                        .put("cluster_name", "elasticsearch")
                        .put(
                                "version",
                                new JsonObject()
                                        .put("number", "2.4.4")
                                        .put("build_snapshot", false)
                                        .put("lucene_version", "5.5.2"))
                        .put("tagline", "You Know, for Search"));
    }

    private JsonObject search(RoutingContext routing) {
        long began = System.nanoTime();
        JsonObject body = body(routing);
        for (Map.Entry<String, String> parameter : routing.queryParams()) {
            putIn(body, parameter.getKey(), parameter.getValue());
        }
        SearchRequest request = SearchRequest.read(body, clock.now());
        SearchRequest within = new SearchRequest(
                inItsIndex(routing, request.query()),
                request.from(),
                request.size(),
                request.order(),
                request.aggregations());
        JsonObject answer = new JsonObject()
                .put("took", 0)
                .put("timed_out", false)
                .put("_shards", SHARDS)
                .mergeIn(within.answer(log));
        return answer.put("took", (System.nanoTime() - began) / 1_000_000);
    }

    private JsonObject count(RoutingContext routing) {
        JsonObject body = body(routing);
        for (String name : body.fieldNames()) {
            if (!name.equals("query")) {
                throw SearchFailure.notBuilt("the element [" + name + "] of a count");
            }
        }
        int[] total = new int[1];
        log.search(inItsIndex(routing, SearchRequest.query(body, clock.now())), document -> total[0]++);
        return new JsonObject().put("count", total[0]).put("_shards", SHARDS);
    }

    private static JsonObject body(RoutingContext routing) {
        String text = routing.body().asString();
        if (text == null || text.isBlank()) {
            return new JsonObject();
        }
        try {
            return new JsonObject(text);
        } catch (DecodeException e) {
            throw SearchFailure.wrong("search_parse_exception", "Failed to parse search source: " + e.getMessage());
        }
    }

    private static void putIn(JsonObject body, String parameter, String value) {
        if (parameter.equals("size") || parameter.equals("from")) {
            try {
                body.put(parameter, Integer.valueOf(value));
            } catch (NumberFormatException e) {
                throw SearchFailure.wrong(
                        "illegal_argument_exception",
                        "Failed to parse int parameter [" + parameter + "] with value [" + value + "]");
            }
        } else if (parameter.equals("search_type") && value.equals("count")) {
            body.put("size", 0);
        } else if (!WITHOUT_EFFECT.contains(parameter) && !parameter.equals("search_type")) {
            throw SearchFailure.notBuilt("the parameter [" + parameter + "]");
        }
    }

    /** The query, limited to the index and type that the address names. */
    private SearchQuery inItsIndex(RoutingContext routing, SearchQuery query) {
        String index = routing.pathParams().getOrDefault("index", "_all");
        String type = routing.pathParams().getOrDefault("type", AccessLogDocument.TYPE);
        if (!Set.of(type.split(",")).contains(AccessLogDocument.TYPE)) {
            return SearchQuery.NOTHING;
        }
        if (Set.of("_all", "*", "logstash-*").contains(index)) {
            return query;
        }
        if (index.indexOf('*') < 0 && !index.equals(AccessLogDocument.indexAt(clock.now()))) {
            throw SearchFailure.noIndex(index);
        }
        Pattern pattern = Pattern.compile("\\Q" + index.replace("*", "\\E.*\\Q") + "\\E");
        return query.and(SearchQuery.matching(
                document -> pattern.matcher(document.index()).matches()));
    }

    private void notBuilt(RoutingContext routing) {
        SearchFailure failure = SearchFailure.notBuilt(
                routing.request().method() + " " + routing.request().path());
        send(routing, failure.status(), failure.toJson());
    }

    private static void send(RoutingContext routing, int status, JsonObject answer) {
        routing.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json; charset=UTF-8")
                .end(answer.toBuffer());
    }
}
