package coalmine.sandbox.pulse;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoublePredicate;

/**
 * Reads Elasticsearch 2.x's query language, as far as Vamp's workflows and their like use it. Names that Elasticsearch 2.4 does not know are refused as it
 * does; what it knows and is not built here, is said to be so.
 */
final class SearchQueryReader {

    private static final Set<String> NOT_BUILT = Set.of(
            "boosting",
            "common",
            "dis_max",
            "fuzzy",
            "function_score",
            "fuzzy_like_this",
            "geo_bounding_box",
            "geo_distance",
            "geo_distance_range",
            "geo_polygon",
            "geo_shape",
            "geohash_cell",
            "has_child",
            "has_parent",
            "ids",
            "indices",
            "limit",
            "match_phrase",
            "match_phrase_prefix",
            "missing",
            "more_like_this",
            "multi_match",
            "nested",
            "parent_id",
            "percolate",
            "prefix",
            "query",
            "query_string",
            "regexp",
            "script",
            "simple_query_string",
            "span_first",
            "span_multi",
            "span_near",
            "span_not",
            "span_or",
            "span_term",
            "template",
            "type",
            "wildcard");

    private final Instant now;

    /**
     * A reader of queries.
     *
     * @param now the platform's time, which {@code now} in a date means
     */
    SearchQueryReader(Instant now) {
        this.now = now;
    }

    /**
     * Reads a query.
     *
     * @throws SearchFailure if it is wrong, or not built
     */
    SearchQuery read(JsonObject query) {
        if (query.size() != 1) {
            throw malformed("query malformed, one clause expected, but found " + query.fieldNames());
        }
        String clause = query.fieldNames().iterator().next();
        Object body = query.getValue(clause);
        return switch (clause) {
            case "match_all" -> SearchQuery.EVERYTHING;
            case "term" -> term(object(clause, body), "value");
            case "match" -> term(object(clause, body), "query");
            case "terms", "in" -> terms(object(clause, body));
            case "range" -> range(object(clause, body));
            case "exists" -> exists(object(clause, body));
            case "bool" -> bool(object(clause, body));
            case "filtered", "constant_score" -> filtered(object(clause, body));
            case "and" -> SearchQuery.all(several(clause, listed(body)));
            case "or" -> SearchQuery.atLeast(1, several(clause, listed(body)));
            case "not" -> not(object(clause, body));
            default ->
                throw NOT_BUILT.contains(clause)
                        ? SearchFailure.notBuilt("the query clause [" + clause + "]")
                        : malformed("No query registered for [" + clause + "]");
        };
    }

    private SearchQuery term(JsonObject body, String valueName) {
        Map.Entry<String, Object> only = only(body);
        Object value = only.getValue();
        if (value instanceof JsonObject detailed) {
            onlyKnown(detailed, Set.of(valueName, "boost"));
            value = detailed.getValue(valueName);
        }
        return equal(only.getKey(), value);
    }

    private SearchQuery terms(JsonObject body) {
        Map.Entry<String, Object> only = only(body);
        if (!(only.getValue() instanceof JsonArray values)) {
            throw malformed("[terms] query requires an array of values for [" + only.getKey() + "]");
        }
        List<SearchQuery> alternatives = new ArrayList<>();
        values.forEach(value -> alternatives.add(equal(only.getKey(), value)));
        return SearchQuery.atLeast(1, alternatives);
    }

    private SearchQuery equal(String fieldName, Object value) {
        Optional<SearchField> named = SearchField.named(fieldName);
        if (named.isEmpty()) {
            return SearchQuery.NOTHING;
        }
        SearchField field = named.get();
        if (field.isText()) {
            String text = String.valueOf(value);
            return new SearchQuery(
                    document -> field.text(document).equals(text),
                    field == SearchField.FT ? Optional.of(text) : Optional.empty(),
                    Long.MIN_VALUE);
        }
        double number = number(field, value);
        return SearchQuery.matching(document -> field.number(document) == number);
    }

    private SearchQuery range(JsonObject body) {
        Map.Entry<String, Object> only = only(body);
        JsonObject bounds = object("range", only.getValue());
        onlyKnown(bounds, Set.of("gt", "gte", "lt", "lte", "boost"));
        Optional<SearchField> named = SearchField.named(only.getKey());
        if (named.isEmpty()) {
            return SearchQuery.NOTHING;
        }
        SearchField field = named.get();
        if (field.isText()) {
            throw SearchFailure.notBuilt("a [range] of the text [" + only.getKey() + "]");
        }
        SearchQuery all = SearchQuery.EVERYTHING;
        for (String bound : bounds.fieldNames()) {
            if (!bound.equals("boost") && bounds.getValue(bound) != null) {
                all = all.and(bounded(field, bound, number(field, bounds.getValue(bound))));
            }
        }
        return all;
    }

    private static SearchQuery bounded(SearchField field, String bound, double limit) {
        DoublePredicate within = switch (bound) {
            case "gt" -> number -> number > limit;
            case "gte" -> number -> number >= limit;
            case "lt" -> number -> number < limit;
            default -> number -> number <= limit;
        };
        return new SearchQuery(
                document -> within.test(field.number(document)),
                Optional.empty(),
                field == SearchField.TIMESTAMP && bound.startsWith("gt") ? (long) limit : Long.MIN_VALUE);
    }

    private SearchQuery exists(JsonObject body) {
        onlyKnown(body, Set.of("field"));
        return SearchField.named(String.valueOf(body.getValue("field"))).isPresent()
                ? SearchQuery.EVERYTHING
                : SearchQuery.NOTHING;
    }

    private SearchQuery bool(JsonObject body) {
        onlyKnown(body, Set.of("must", "filter", "should", "must_not", "minimum_should_match", "boost"));
        List<SearchQuery> all = new ArrayList<>(several("must", body.getValue("must")));
        all.addAll(several("filter", body.getValue("filter")));
        List<SearchQuery> alternatives = several("should", body.getValue("should"));
        int atLeast = body.getValue("minimum_should_match") == null
                ? all.isEmpty() && !alternatives.isEmpty() ? 1 : 0
                : minimum(body.getValue("minimum_should_match"));
        if (atLeast > 0) {
            all.add(SearchQuery.atLeast(atLeast, alternatives));
        }
        several("must_not", body.getValue("must_not")).forEach(excluded -> all.add(excluded.not()));
        return SearchQuery.all(all);
    }

    private static int minimum(Object value) {
        if (value instanceof Integer count && count >= 0) {
            return count;
        }
        throw SearchFailure.notBuilt("[minimum_should_match] other than a count");
    }

    private SearchQuery filtered(JsonObject body) {
        onlyKnown(body, Set.of("query", "filter", "boost"));
        List<SearchQuery> both = new ArrayList<>(several("query", body.getValue("query")));
        both.addAll(several("filter", body.getValue("filter")));
        return SearchQuery.all(both);
    }

    private SearchQuery not(JsonObject body) {
        for (String wrapper : List.of("query", "filter")) {
            if (body.getValue(wrapper) instanceof JsonObject wrapped && body.size() == 1) {
                return read(wrapped).not();
            }
        }
        return read(body).not();
    }

    private static Object listed(Object body) {
        return body instanceof JsonObject object && object.getValue("filters") != null
                ? object.getValue("filters")
                : body;
    }

    /** One query or an array of them; none where nothing is said. */
    private List<SearchQuery> several(String clause, Object body) {
        List<SearchQuery> queries = new ArrayList<>();
        if (body instanceof JsonArray array) {
            array.forEach(element -> queries.add(read(object(clause, element))));
        } else if (body != null) {
            queries.add(read(object(clause, body)));
        }
        return queries;
    }

    private double number(SearchField field, Object value) {
        if (field == SearchField.TIMESTAMP) {
            return SearchDate.toMillis(value, now);
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        try {
            return Double.parseDouble(String.valueOf(value));
        } catch (NumberFormatException e) {
            throw SearchFailure.wrong("number_format_exception", "For input string: \"" + value + "\"");
        }
    }

    private static JsonObject object(String clause, Object body) {
        if (body instanceof JsonObject object) {
            return object;
        }
        throw malformed("[" + clause + "] query malformed, no start_object after query name");
    }

    private static Map.Entry<String, Object> only(JsonObject body) {
        if (body.size() != 1) {
            throw SearchFailure.notBuilt("a clause with other than one field, such as " + body.fieldNames() + ",");
        }
        return body.iterator().next();
    }

    private static void onlyKnown(JsonObject body, Set<String> known) {
        for (String name : body.fieldNames()) {
            if (!known.contains(name)) {
                throw SearchFailure.notBuilt("the parameter [" + name + "] beside " + known);
            }
        }
    }

    private static SearchFailure malformed(String reason) {
        return SearchFailure.wrong("query_parsing_exception", reason);
    }
}
