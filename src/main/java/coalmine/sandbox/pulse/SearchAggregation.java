package coalmine.sandbox.pulse;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A number made of one field of all documents found: Elasticsearch's {@code avg}, {@code min}, {@code max}, {@code sum}, {@code value_count} or {@code stats}. */
final class SearchAggregation {

    private static final Set<String> BUILT = Set.of("avg", "min", "max", "sum", "value_count", "stats");
    private static final Set<String> NOT_BUILT = Set.of(
            "cardinality",
            "children",
            "date_histogram",
            "date_range",
            "extended_stats",
            "filter",
            "filters",
            "geo_bounds",
            "geo_centroid",
            "geo_distance",
            "geohash_grid",
            "global",
            "histogram",
            "ip_range",
            "missing",
            "nested",
            "percentile_ranks",
            "percentiles",
            "range",
            "reverse_nested",
            "sampler",
            "scripted_metric",
            "significant_terms",
            "terms",
            "top_hits");

    private final String name;
    private final String kind;
    private final Optional<SearchField> field;
    private final DoubleSummaryStatistics numbers = new DoubleSummaryStatistics();

    private SearchAggregation(String name, String kind, String field) {
        this.name = name;
        this.kind = kind;
        this.field = SearchField.named(field);
        if (!kind.equals("value_count")
                && this.field.filter(SearchField::isText).isPresent()) {
            throw SearchFailure.wrong(
                    "aggregation_execution_exception", "[" + kind + "] needs numbers, but [" + field + "] is text");
        }
    }

    /**
     * Reads the aggregations of a search.
     *
     * @throws SearchFailure if one is wrong, or not built
     */
    static List<SearchAggregation> read(JsonObject all) {
        List<SearchAggregation> aggregations = new ArrayList<>();
        for (String name : all.fieldNames()) {
            if (!(all.getValue(name) instanceof JsonObject kinds) || kinds.isEmpty()) {
                throw SearchFailure.wrong(
                        "search_parse_exception", "Missing definition for aggregation [" + name + "]");
            }
            kinds.fieldNames().forEach(kind -> checkKind(name, kind));
            String kind = kinds.fieldNames().iterator().next();
            if (kinds.size() > 1
                    || !(kinds.getValue(kind) instanceof JsonObject body)
                    || !(body.getValue("field") instanceof String field)
                    || body.size() > 1) {
                throw SearchFailure.notBuilt("an aggregation such as [" + name + "] that is not one kind of one field");
            }
            aggregations.add(new SearchAggregation(name, kind, field));
        }
        return aggregations;
    }

    private static void checkKind(String name, String kind) {
        if (NOT_BUILT.contains(kind) || kind.equals("aggs") || kind.equals("aggregations")) {
            throw SearchFailure.notBuilt("the kind [" + kind + "] of the aggregation [" + name + "]");
        }
        if (!BUILT.contains(kind)) {
            throw SearchFailure.wrong(
                    "search_parse_exception", "Could not find aggregator type [" + kind + "] in [" + name + "]");
        }
    }

    String name() {
        return name;
    }

    void add(AccessLogDocument document) {
        field.ifPresent(present -> numbers.accept(present.isText() ? 0 : present.number(document)));
    }

    /** The result; as in Elasticsearch, the average, minimum and maximum of nothing are null. */
    JsonObject toJson() {
        if (kind.equals("stats")) {
            return new JsonObject()
                    .put("count", numbers.getCount())
                    .put("min", orNull(numbers.getMin()))
                    .put("max", orNull(numbers.getMax()))
                    .put("avg", orNull(numbers.getAverage()))
                    .put("sum", orNull(numbers.getSum()));
        }
        return new JsonObject()
                .put(
                        "value",
                        switch (kind) {
                            case "avg" -> orNull(numbers.getAverage());
                            case "min" -> orNull(numbers.getMin());
                            case "max" -> orNull(numbers.getMax());
                            case "sum" -> numbers.getSum();
                            default -> numbers.getCount();
                        });
    }

    private Object orNull(double value) {
        return numbers.getCount() == 0 ? null : value;
    }
}
