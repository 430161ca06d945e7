package coalmine.sandbox.pulse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchServerTest {

    private static final String HOST = "127.9.40.2";

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final SandboxClock clock = new SandboxClock(context, new Pace(200));
    /** What searches take for now stands still, so that a test knows exactly how long ago something was. */
    private final SandboxClock searchersClock = new SandboxClock(context, new Pace(200));

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private AccessLog log;
    private int port;
    private Instant now;

    @BeforeEach
    void open() {
        log = onContext(() -> {
            searchersClock.hold();
            return Future.succeededFuture(new AccessLog(clock));
        });
        now = searchersClock.now();
        port = result(new SearchServer(context, searchersClock, log).listen(HOST, 0));
    }

    @AfterEach
    void close() {
        result(vertx.close());
    }

    @Test
    void an_entry_is_searchable_at_the_first_refresh_after_it_was_shipped() {
        // Slow enough for the machine to take a break without a refresh being left out.
        SandboxClock slow = new SandboxClock(context, new Pace(10));
        List<Integer> counts = onContext(() -> {
            AccessLog fresh = new AccessLog(slow);
            List<Integer> totals = new ArrayList<>();
            Promise<List<Integer>> seen = Promise.promise();
            fresh.append(new AccessLogEntry("a", 200, 1, slow.now()));
            // Too late for the refresh at 5 s, which may be a little late itself: it is not shipped before 5.9 s.
            slow.after(PlatformDuration.millis(4900), () -> fresh.append(new AccessLogEntry("a", 200, 1, slow.now())));
            // Halfway between the log's own refreshes: two timers of one period may overtake each other.
            slow.every(PlatformDuration.millis(7500), PlatformDuration.seconds(5), () -> {
                totals.add(total(fresh));
                if (totals.size() == 3) {
                    seen.complete(totals);
                }
            });
            totals.add(total(fresh));
            return seen.future();
        });

        assertThat(counts).containsExactly(0, 1, 2);
    }

    @Test
    void nothing_becomes_searchable_while_the_clock_is_held() {
        onContext(() -> {
            clock.hold();
            return Future.succeededFuture();
        });
        append(new AccessLogEntry("a", 200, 1, now));
        await().during(Duration.ofMillis(300)).until(() -> total("{}") == 0);

        onContext(() -> {
            clock.goOn();
            return Future.succeededFuture();
        });
        await().until(() -> total("{}") == 1);
    }

    @Test
    void what_is_nearly_ten_minutes_old_is_found() {
        SandboxClock slow = new SandboxClock(context, new Pace(10));
        int found = onContext(() -> {
            AccessLog fresh = new AccessLog(slow);
            Promise<Integer> seen = Promise.promise();
            fresh.append(new AccessLogEntry("a", 200, 1, slow.now().minusSeconds(560)));
            slow.after(PlatformDuration.millis(7500), () -> seen.complete(total(fresh)));
            return seen.future();
        });

        assertThat(found).isOne();
    }

    @Test
    void what_is_older_than_ten_minutes_is_forgotten() {
        int old = 200;
        int young = 201;
        // Of a time to come, so that it does not grow old before anyone looks.
        append(
                new AccessLogEntry("a", old, 1, clock.now().minusSeconds(560)),
                new AccessLogEntry("a", young, 1, clock.now().plusSeconds(3600)));

        await().until(() -> statuses("{}").equals(List.of(young)));
    }

    @Test
    void the_health_workflow_counts_recent_errors_of_a_gateway() throws Exception {
        fill(
                new AccessLogEntry("gw", 503, 3000, ago(29)),
                new AccessLogEntry("gw", 503, 3000, ago(31)),
                new AccessLogEntry("gw", 200, 3, ago(2)),
                new AccessLogEntry("other", 502, 4, ago(2)),
                new AccessLogEntry("gw", 502, 4, ago(3)));

        String query = """
                {"query": {"filtered": {"query": {"match_all": {}}, "filter": {"bool": {"must": [
                    {"term": {"ft": "gw"}},
                    {"range": {"@timestamp": {"gt": "now-30s"}}},
                    {"range": {"ST": {"gte": 500}}}]}}}}, "size": 0}""";
        JsonObject answer = search("/logstash-*/haproxy/_search", query);

        assertThat(answer.getJsonObject("hits").getInteger("total")).isEqualTo(2);
        assertThat(answer.getJsonObject("hits").getJsonArray("hits")).isEmpty();
        assertThat(answer.getBoolean("timed_out")).isFalse();
        assertThat(answer.getJsonObject("_shards").getInteger("failed")).isZero();
        assertThat(answer.containsKey("took")).isTrue();
    }

    @Test
    void the_metrics_workflow_gets_the_average_time() throws Exception {
        fill(
                new AccessLogEntry("gw", 200, 10, ago(5)),
                new AccessLogEntry("gw", 200, 25, ago(6)),
                new AccessLogEntry("gw", 200, 1000, ago(60)));

        String query = """
                {"query": {"bool": {"filter": [{"term": {"ft": "%s"}}, {"range": {"@timestamp": {"gt": "now-30s"}}}]}},
                 "size": 0, "aggregations": {"agg": {"avg": {"field": "Tt"}}}}""";
        assertThat(search("/logstash-*/haproxy/_search", query.formatted("gw"))
                        .getJsonObject("aggregations")
                        .getJsonObject("agg"))
                .isEqualTo(new JsonObject().put("value", 17.5));
        assertThat(search("/logstash-*/haproxy/_search", query.formatted("none"))
                        .getJsonObject("aggregations")
                        .getJsonObject("agg"))
                .isEqualTo(new JsonObject().put("value", null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'match_all': {}} ; 5",
                "{'term': {'ft': 'a'}} ; 3",
                "{'term': {'ft.raw': 'a'}} ; 3",
                "{'term': {'ft': {'value': 'a'}}} ; 3",
                "{'term': {'ST': 503}} ; 2",
                "{'term': {'ST': '503'}} ; 2",
                "{'term': {'type': 'haproxy'}} ; 5",
                "{'term': {'nonsense': 1}} ; 0",
                "{'match': {'ft': 'b'}} ; 2",
                "{'match': {'ft': {'query': 'b'}}} ; 2",
                "{'terms': {'ST': [-1, 200]}} ; 3",
                "{'range': {'ST': {'gt': 200, 'lt': 503}}} ; 0",
                "{'range': {'ST': {'gte': 200, 'lte': 503}}} ; 4",
                "{'range': {'Tt': {'lt': 3}}} ; 2",
                "{'range': {'@timestamp': {'gte': 'now-1m', 'lt': 'now-30s'}}} ; 1",
                "{'range': {'@timestamp': {'gt': 'now-2m'}}} ; 4",
                "{'range': {'@timestamp': {'lte': 'now-1h+58m'}}} ; 1",
                "{'range': {'@timestamp': {'gte': '2016-01-01', 'lt': '2016-11-22T10:00:00Z||+50y'}}} ; 5",
                "{'range': {'@timestamp': {'lt': 1479808800000}}} ; 0",
                "{'bool': {'must': {'term': {'ft': 'a'}}, 'must_not': [{'term': {'ST': 503}}]}} ; 2",
                "{'bool': {'should': [{'term': {'ft': 'b'}}, {'term': {'ST': 200}}]}} ; 4",
                "{'bool': {'should': [{'term': {'ft': 'b'}}, {'term': {'ST': 200}}], 'minimum_should_match': 2}} ; 0",
                "{'bool': {'filter': {'term': {'ft': 'a'}}, 'should': {'term': {'ft': 'b'}}}} ; 3",
                "{'bool': {}} ; 5",
                "{'filtered': {'filter': {'term': {'ft': 'a'}}}} ; 3",
                "{'filtered': {'query': {'term': {'ST': 503}}, 'filter': {'term': {'ft': 'a'}}}} ; 1",
                "{'constant_score': {'filter': {'term': {'ft': 'a'}}}} ; 3",
                "{'and': [{'term': {'ft': 'a'}}, {'term': {'ST': 503}}]} ; 1",
                "{'or': {'filters': [{'term': {'ft': 'a'}}, {'term': {'ST': 503}}]}} ; 4",
                "{'not': {'term': {'ft': 'a'}}} ; 2",
                "{'not': {'filter': {'term': {'ft': 'a'}}}} ; 2",
                "{'exists': {'field': 'ST'}} ; 5",
                "{'exists': {'field': 'nonsense'}} ; 0",
            })
    void a_query_finds_what_elasticsearch_would_find(String query, int count) throws Exception {
        fill(
                new AccessLogEntry("a", 200, 1, ago(1)),
                new AccessLogEntry("a", 200, 2, ago(45)),
                new AccessLogEntry("a", 503, 3, ago(100)),
                new AccessLogEntry("b", 503, 4, ago(121)),
                new AccessLogEntry("b", -1, 5, ago(2)));

        String body = "{'query': %s}".formatted(query).replace('\'', '"');
        assertThat(total(body)).isEqualTo(count);
        assertThat(json(send("POST", "/logstash-*/_count", body), 200).getInteger("count"))
                .isEqualTo(count);
    }

    @Test
    void hits_show_the_documents() throws Exception {
        fill(new AccessLogEntry("gw", 503, 3004, now));

        JsonObject hits = search("/_search", "").getJsonObject("hits");

        assertThat(hits.getInteger("total")).isEqualTo(1);
        assertThat(hits.getDouble("max_score")).isEqualTo(1.0);
        JsonObject hit = hits.getJsonArray("hits").getJsonObject(0);
        assertThat(hit.getString("_index")).matches("logstash-\\d{4}\\.\\d\\d\\.\\d\\d");
        assertThat(hit.getString("_type")).isEqualTo("haproxy");
        assertThat(hit.getString("_id")).isNotEmpty();
        assertThat(hit.getDouble("_score")).isEqualTo(1.0);
        JsonObject source = hit.getJsonObject("_source");
        assertThat(source.getString("ft")).isEqualTo("gw");
        assertThat(source.getInteger("ST")).isEqualTo(503);
        assertThat(source.getInteger("Tt")).isEqualTo(3004);
        assertThat(Instant.parse(source.getString("@timestamp")).toEpochMilli()).isEqualTo(now.toEpochMilli());
    }

    @Test
    void hits_are_sorted_by_time_and_paged() throws Exception {
        fill(
                new AccessLogEntry("a", 1, 0, ago(3)),
                new AccessLogEntry("b", 2, 0, ago(5)),
                new AccessLogEntry("a", 3, 0, ago(1)),
                new AccessLogEntry("c", 4, 0, ago(4)));

        assertThat(statuses("{'sort': [{'@timestamp': {'order': 'desc'}}]}")).containsExactly(3, 1, 4, 2);
        assertThat(statuses("{'sort': {'@timestamp': 'asc'}}")).containsExactly(2, 4, 1, 3);
        assertThat(statuses("{'sort': '@timestamp', 'from': 1, 'size': 2}")).containsExactly(4, 1);
        assertThat(statuses("{}")).containsExactly(1, 2, 3, 4);
        assertThat(statuses("{'size': 1}")).containsExactly(1);
        JsonObject sorted =
                search("/_search?size=1", "{\"sort\": \"@timestamp\"}").getJsonObject("hits");
        assertThat(sorted.getValue("max_score")).isNull();
        assertThat(sorted.getJsonArray("hits").getJsonObject(0).getJsonArray("sort"))
                .isEqualTo(new JsonArray().add(ago(5).toEpochMilli()));
    }

    @Test
    void ten_hits_are_shown_unless_told_otherwise() throws Exception {
        fill(IntStream.range(0, 25)
                .mapToObj(i -> new AccessLogEntry("a", i, 0, ago(1)))
                .toArray(AccessLogEntry[]::new));

        assertThat(statuses("{}")).hasSize(10);
        assertThat(statuses("{'size': 100}")).hasSize(25);
        assertThat(total("{\"size\": 0}")).isEqualTo(25);
    }

    @Test
    void numbers_are_aggregated() throws Exception {
        fill(
                new AccessLogEntry("a", 200, 10, ago(3)),
                new AccessLogEntry("a", 200, 20, ago(3)),
                new AccessLogEntry("b", 200, 999, ago(3)));

        JsonObject results = search("/_search", """
                        {"query": {"term": {"ft": "a"}}, "size": 0, "aggs": {
                            "low": {"min": {"field": "Tt"}}, "high": {"max": {"field": "Tt"}},
                            "all": {"sum": {"field": "Tt"}}, "count": {"value_count": {"field": "ft"}},
                            "stats": {"stats": {"field": "Tt"}}, "none": {"avg": {"field": "nonsense"}}}}""").getJsonObject("aggregations");

        assertThat(results).isEqualTo(new JsonObject("""
                                {"low": {"value": 10.0}, "high": {"value": 20.0}, "all": {"value": 30.0}, "count": {"value": 2},
                                 "stats": {"count": 2, "min": 10.0, "max": 20.0, "avg": 15.0, "sum": 30.0}, "none": {"value": null}}"""));
    }

    @Test
    void only_the_index_and_type_of_the_log_hold_anything() throws Exception {
        fill(new AccessLogEntry("a", 200, 1, ago(0)));
        String today = AccessLogDocument.indexAt(now);

        assertThat(search("/" + today + "/_search", "").getJsonObject("hits").getInteger("total"))
                .isEqualTo(1);
        assertThat(search("/logstash-2*/haproxy/_search", "")
                        .getJsonObject("hits")
                        .getInteger("total"))
                .isEqualTo(1);
        assertThat(search("/logstash-*/logs/_search", "").getJsonObject("hits").getInteger("total"))
                .isZero();
        assertThat(search("/vamp-pulse-*/_search", "").getJsonObject("hits").getInteger("total"))
                .isZero();
        JsonObject error = json(send("POST", "/nowhere/_search", ""), 404).getJsonObject("error");
        assertThat(error.getString("type")).isEqualTo("index_not_found_exception");
    }

    @Test
    void an_unknown_clause_is_refused_by_name() throws Exception {
        JsonObject answer =
                json(send("POST", "/logstash-*/_search", "{\"query\": {\"bool\": {\"must\": {\"trem\": {}}}}}"), 400);

        assertThat(answer.getInteger("status")).isEqualTo(400);
        assertThat(answer.getJsonObject("error").getString("type")).isEqualTo("query_parsing_exception");
        assertThat(answer.getJsonObject("error").getString("reason")).isEqualTo("No query registered for [trem]");
        assertThat(answer.getJsonObject("error").getJsonArray("root_cause")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'query': {'term': 'ft'}}",
                "{'query': {}}",
                "{'query': {'range': {'ST': {'gt': 'many'}}}}",
                "{'query': {'range': {'@timestamp': {'gt': 'yesterday'}}}}",
                "{'query': {'range': {'@timestamp': {'gt': 'now-soon'}}}}",
                "{'query': {'range': {'@timestamp': {'gt': 'now-99999999999999999999s'}}}}",
                "{'query': {'range': {'@timestamp': {'gt': 'now-999999999999999999d'}}}}",
                "{'query': {'range': {'@timestamp': {'gt': '99999999999999999999'}}}}",
                "{'query': {'terms': {'ft': 'a'}}}",
                "{'size': -1}",
                "{'size': 20000}",
                "{'aggs': {'x': {'averag': {'field': 'Tt'}}}}",
                "{'aggs': {'x': {'avg': {'field': 'ft'}}}}",
                "{'query': ",
            })
    void what_is_wrong_is_refused(String body) throws Exception {
        json(send("POST", "/logstash-*/_search", body.replace('\'', '"')), 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'query': {'wildcard': {'ft': 'a*'}}}",
                "{'query': {'range': {'@timestamp': {'gt': 'now/d'}}}}",
                "{'query': {'range': {'ft': {'gt': 'a'}}}}",
                "{'query': {'range': {'ST': {'from': 1}}}}",
                "{'sort': 'Tt'}",
                "{'aggs': {'x': {'terms': {'field': 'ft'}}}}",
                "{'highlight': {}}",
            })
    void what_is_not_built_says_so(String body) throws Exception {
        JsonObject answer = json(send("POST", "/logstash-*/_search", body.replace('\'', '"')), 501);

        assertThat(answer.getJsonObject("error").getString("reason"))
                .contains("not part of the sandbox's imitation of Elasticsearch");
    }

    @Test
    void other_requests_are_not_built() throws Exception {
        assertThat(json(send("PUT", "/logstash-2016.11.22/haproxy/1", "{}"), 501)
                        .getJsonObject("error")
                        .getString("reason"))
                .contains("PUT /logstash-2016.11.22/haproxy/1");
        json(send("GET", "/_search?q=ft:a", ""), 501);
    }

    @Test
    void it_introduces_itself_as_elasticsearch_2_4() throws Exception {
        JsonObject answer = json(send("GET", "/", ""), 200);

        assertThat(answer.getString("name")).isNotEmpty();
        assertThat(answer.getString("cluster_name")).isNotEmpty();
        assertThat(answer.getJsonObject("version").getString("number")).startsWith("2.4.");
        assertThat(answer.getString("tagline")).isEqualTo("You Know, for Search");
    }

    /** Makes these entries searchable. */
    private void fill(AccessLogEntry... entries) {
        append(entries);
        await().pollInterval(Duration.ofMillis(10)).until(() -> total("{\"size\": 0}") == entries.length);
    }

    private void append(AccessLogEntry... entries) {
        onContext(() -> {
            List.of(entries).forEach(log::append);
            return Future.succeededFuture();
        });
    }

    /** A moment that lies so long before what searches take for now. */
    private Instant ago(int seconds) {
        return now.minusSeconds(seconds);
    }

    private static int total(AccessLog searched) {
        int[] total = new int[1];
        searched.search(SearchQuery.EVERYTHING, document -> total[0]++);
        return total[0];
    }

    private int total(String body) throws Exception {
        return search("/logstash-*/haproxy/_search", body).getJsonObject("hits").getInteger("total");
    }

    private List<Integer> statuses(String body) throws Exception {
        return search("/logstash-*/haproxy/_search", body.replace('\'', '"'))
                .getJsonObject("hits")
                .getJsonArray("hits")
                .stream()
                .map(hit -> ((JsonObject) hit).getJsonObject("_source").getInteger("ST"))
                .toList();
    }

    private JsonObject search(String path, String body) throws Exception {
        return json(send("POST", path, body), 200);
    }

    private static JsonObject json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).describedAs(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json; charset=UTF-8");
        return new JsonObject(response.body());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private <T> T onContext(Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(run -> action.get().onComplete(promise));
        return result(promise.future());
    }

    private static <T> T result(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
