package coalmine.sandbox.pulse;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.SearchQuery.NotUnderstood;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;

/**
 * Answers searches of the access log as Elasticsearch 2.4 does, for the scripts that ask it (facts 5.1, 6.4). Other indices and requests are not
 * built, and say so with 501.
 */
public final class SearchServer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DEFAULT_SIZE = 10;

    private final SandboxClock clock;
    private final AccessLog log;
    private HttpServer server;

    private SearchServer(SandboxClock clock, AccessLog log) {
        this.clock = clock;
        this.log = log;
    }

    /** Starts it on a free port of the host; completes when it answers. To be called on the sandbox's context. */
    public static Future<SearchServer> listen(Vertx vertx, SandboxClock clock, AccessLog log, String host) {
        SearchServer search = new SearchServer(clock, log);
        search.server =
                vertx.createHttpServer(new HttpServerOptions().setHost(host).setPort(0));
        return search.server
                .requestHandler(request -> request.body().onSuccess(body -> search.answer(request, body)))
                .listen()
                .map(search);
    }

    public int port() {
        return server.actualPort();
    }

    public Future<Void> close() {
        return server.close();
    }

    private void answer(HttpServerRequest request, Buffer body) {
        String path = request.path();
        try {
            if (path.equals("/")) {
                send(request, 200, about());
            } else if (path.matches("/logstash-[^/]*(/haproxy)?/_search")) {
                send(request, 200, search(parse(body)));
            } else if (path.matches("/logstash-[^/]*(/haproxy)?/_count")) {
                send(request, 200, count(parse(body)));
            } else {
                send(
                        request,
                        501,
                        error("not_built", "Coalmine's sandbox searches logstash-*/haproxy only, not " + path));
            }
        } catch (NotUnderstood e) {
            send(request, 400, error("query_parsing_exception", e.getMessage()));
        } catch (JsonProcessingException e) {
            send(request, 400, error("parse_exception", e.getOriginalMessage()));
        }
    }

    private static JsonNode parse(Buffer body) throws JsonProcessingException {
        return body.length() == 0 ? JSON.createObjectNode() : JSON.readTree(body.toString());
    }

    private static ObjectNode about() {
        ObjectNode about = JSON.createObjectNode().put("name", "coalmine").put("cluster_name", "elasticsearch");
        about.putObject("version").put("number", "2.4.0");
        return about.put("tagline", "Coalmine's sandbox, which searches as Elasticsearch does");
    }

    private ObjectNode search(JsonNode request) {
        List<AccessLogEntry> found = find(request);
        int size = request.path("size").asInt(DEFAULT_SIZE);
        ObjectNode answer = JSON.createObjectNode().put("took", 1).put("timed_out", false);
        shards(answer);
        ObjectNode hits = answer.putObject("hits").put("total", found.size()).put("max_score", 0.0);
        hits.putArray("hits");
        found.stream()
                .sorted(order(request.path("sort")))
                .skip(request.path("from").asInt(0))
                .limit(size)
                .forEach(entry -> hits.withArray("hits").add(hit(entry)));
        JsonNode wanted = request.has("aggs") ? request.get("aggs") : request.path("aggregations");
        if (wanted.isObject()) {
            ObjectNode aggregations = answer.putObject("aggregations");
            wanted.properties().forEach(it -> aggregations.set(it.getKey(), aggregate(it.getValue(), found)));
        }
        return answer;
    }

    private ObjectNode count(JsonNode request) {
        ObjectNode answer = JSON.createObjectNode().put("count", find(request).size());
        shards(answer);
        return answer;
    }

    private List<AccessLogEntry> find(JsonNode request) {
        return log.searchable().stream()
                .filter(new SearchQuery(clock.now()).parse(request.path("query")))
                .toList();
    }

    private static void shards(ObjectNode answer) {
        answer.putObject("_shards").put("total", 5).put("successful", 5).put("failed", 0);
    }

    /** By time, newest first unless the request says {@code asc}. */
    private static Comparator<AccessLogEntry> order(JsonNode sort) {
        Comparator<AccessLogEntry> byTime = Comparator.comparing(AccessLogEntry::timestamp);
        return sort.toString().contains("\"asc\"") ? byTime : byTime.reversed();
    }

    private static ObjectNode hit(AccessLogEntry entry) {
        ObjectNode hit = JSON.createObjectNode()
                .put("_index", "logstash")
                .put("_type", "haproxy")
                .put("_score", 1.0);
        hit.putObject("_source")
                .put("ft", entry.ft())
                .put("ST", entry.status())
                .put("Tt", entry.totalMillis())
                .put("@timestamp", entry.timestamp().toString());
        return hit;
    }

    private static ObjectNode aggregate(JsonNode aggregation, List<AccessLogEntry> found) {
        Map.Entry<String, JsonNode> kind = aggregation.properties().iterator().next();
        DoubleSummaryStatistics values = found.stream()
                .map(entry ->
                        SearchQuery.field(entry, kind.getValue().path("field").asText()))
                .filter(Number.class::isInstance)
                .mapToDouble(value -> ((Number) value).doubleValue())
                .summaryStatistics();
        ObjectNode result = JSON.createObjectNode();
        return switch (kind.getKey()) {
            case "value_count" -> result.put("value", values.getCount());
            case "sum" -> result.put("value", values.getSum());
            case "avg" -> ofSome(result, values, values.getAverage());
            case "min" -> ofSome(result, values, values.getMin());
            case "max" -> ofSome(result, values, values.getMax());
            default -> throw new NotUnderstood("Could not find aggregator type [" + kind.getKey() + "]");
        };
    }

    /** Of nothing, these are null. */
    private static ObjectNode ofSome(ObjectNode result, DoubleSummaryStatistics values, double value) {
        return values.getCount() == 0 ? result.putNull("value") : result.put("value", value);
    }

    private static ObjectNode error(String type, String reason) {
        ObjectNode error = JSON.createObjectNode();
        error.putObject("error").put("type", type).put("reason", reason);
        return error;
    }

    private static void send(HttpServerRequest request, int status, ObjectNode body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json; charset=UTF-8")
                .end(body.toString());
    }
}
