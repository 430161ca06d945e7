package coalmine.sandbox.pulse;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The body of an Elasticsearch 2.x search and how it is answered.
 *
 * @param query what is looked for
 * @param from how many hits to leave out
 * @param size how many hits to show
 * @param order whether hits are shown in the order of their time
 * @param aggregations what is computed of all that is found
 */
record SearchRequest(SearchQuery query, int from, int size, Order order, List<SearchAggregation> aggregations) {

    /** In which order hits are shown. */
    enum Order {
        /** As they came; all score alike. */
        BY_SCORE(Comparator.comparingLong(AccessLogDocument::number)),
        OLDEST_FIRST(
                Comparator.comparingLong(AccessLogDocument::timestamp).thenComparingLong(AccessLogDocument::number)),
        NEWEST_FIRST(OLDEST_FIRST.comparator.reversed());

        private final Comparator<AccessLogDocument> comparator;

        Order(Comparator<AccessLogDocument> comparator) {
            this.comparator = comparator;
        }
    }

    private static final Set<String> BUILT = Set.of("query", "from", "size", "sort", "aggs", "aggregations");
    private static final int DEFAULT_SIZE = 10;
    private static final int LARGEST_WINDOW = 10_000;

    /**
     * Reads a search.
     *
     * @param body as it was sent, with the address's parameters put in
     * @param now the platform's time
     * @throws SearchFailure if it is wrong, or not built
     */
    static SearchRequest read(JsonObject body, Instant now) {
        for (String name : body.fieldNames()) {
            if (!BUILT.contains(name)) {
                throw SearchFailure.notBuilt("the element [" + name + "] of a search");
            }
        }
        int from = count(body, "from", 0);
        int size = count(body, "size", DEFAULT_SIZE);
        if (from + size > LARGEST_WINDOW) {
            throw SearchFailure.wrong(
                    "query_phase_execution_exception",
                    "Result window is too large, from + size must be less than or equal to: [" + LARGEST_WINDOW
                            + "] but was [" + (from + size) + "]");
        }
        JsonObject aggregations = part(body, body.containsKey("aggs") ? "aggs" : "aggregations");
        return new SearchRequest(
                query(body, now), from, size, order(body.getValue("sort")), SearchAggregation.read(aggregations));
    }

    /**
     * Reads the query of a search or a count.
     *
     * @throws SearchFailure if it is wrong, or not built
     */
    static SearchQuery query(JsonObject body, Instant now) {
        return body.containsKey("query")
                ? new SearchQueryReader(now).read(part(body, "query"))
                : SearchQuery.EVERYTHING;
    }

    /** Searches the log. */
    JsonObject answer(AccessLog log) {
        List<AccessLogDocument> found = new ArrayList<>();
        int[] total = new int[1];
        log.search(query, document -> {
            total[0]++;
            if (size > 0) {
                found.add(document);
            }
            for (SearchAggregation aggregation : aggregations) {
                aggregation.add(document);
            }
        });
        JsonArray hits = new JsonArray();
        found.stream().sorted(order.comparator).skip(from).limit(size).forEach(document -> hits.add(hit(document)));
        JsonObject answer = new JsonObject()
                .put(
                        "hits",
                        new JsonObject()
                                .put("total", total[0])
                                .put("max_score", score(total[0]))
                                .put("hits", hits));
        if (!aggregations.isEmpty()) {
            JsonObject results = new JsonObject();
            aggregations.forEach(aggregation -> results.put(aggregation.name(), aggregation.toJson()));
            answer.put("aggregations", results);
        }
        return answer;
    }

    private JsonObject hit(AccessLogDocument document) {
        JsonObject hit = new JsonObject()
                .put("_index", document.index())
                .put("_type", AccessLogDocument.TYPE)
                .put("_id", Long.toString(document.number(), Character.MAX_RADIX))
                .put("_score", score(1))
                .put("_source", document.source());
        return order == Order.BY_SCORE ? hit : hit.put("sort", new JsonArray().add(document.timestamp()));
    }

    private Object score(int hits) {
        return order != Order.BY_SCORE || hits == 0 ? null : size == 0 ? 0.0 : 1.0;
    }

    private static Order order(Object sort) {
        if (sort == null || sort instanceof JsonArray none && none.isEmpty()) {
            return Order.BY_SCORE;
        }
        Object only = sort instanceof JsonArray several && several.size() == 1 ? several.getValue(0) : sort;
        if (only instanceof String name) {
            return order(name, "asc");
        }
        if (only instanceof JsonObject object && object.size() == 1) {
            String name = object.fieldNames().iterator().next();
            Object how = object.getValue(name);
            return order(name, how instanceof JsonObject detailed ? detailed.getString("order", "asc") : how);
        }
        throw SearchFailure.notBuilt("to sort by " + sort);
    }

    private static Order order(String field, Object direction) {
        if (field.equals("@timestamp") && "asc".equals(direction)) {
            return Order.OLDEST_FIRST;
        }
        if (field.equals("@timestamp") && "desc".equals(direction)) {
            return Order.NEWEST_FIRST;
        }
        if (field.equals("_score") || field.equals("_doc")) {
            return Order.BY_SCORE;
        }
        throw SearchFailure.notBuilt("to sort by [" + field + "] " + direction);
    }

    private static JsonObject part(JsonObject body, String name) {
        Object part = body.getValue(name, new JsonObject());
        if (part instanceof JsonObject object) {
            return object;
        }
        throw SearchFailure.wrong("search_parse_exception", "[" + name + "] is not an object");
    }

    private static int count(JsonObject body, String name, int otherwise) {
        Object value = body.getValue(name, otherwise);
        if (value instanceof Integer count && count >= 0) {
            return count;
        }
        throw SearchFailure.wrong("search_parse_exception", "[" + name + "] is not a count: [" + value + "]");
    }
}
