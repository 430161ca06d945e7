package coalmine.sandbox.pulse;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of Elasticsearch 2's query language that scripts use on the access log, as predicates (facts 5.1, 6.4). */
final class SearchQuery {

    /** A query that this Elasticsearch would not understand, or that is not built. */
    static final class NotUnderstood extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotUnderstood(String message) {
            super(message, null, false, false);
        }
    }

    private static final Pattern DATE_MATH = Pattern.compile("now(?:-(\\d+)([smhd]))?");

    private final Instant now;

    /**
     * @param now what {@code now} means in ranges
     */
    SearchQuery(Instant now) {
        this.now = now;
    }

    /** The fields of a document, by the names that HAProxy's log has for them. */
    static Object field(AccessLogEntry entry, String name) {
        return switch (name) {
            case "ft" -> entry.ft();
            case "ST" -> entry.status();
            case "Tt" -> entry.totalMillis();
            case "@timestamp" -> entry.timestamp();
            default -> ""; // like a field that no document has
        };
    }

    /**
     * Makes a predicate of a query.
     *
     * @throws NotUnderstood if it has a clause that is not known
     */
    Predicate<AccessLogEntry> parse(JsonNode query) {
        if (query.isMissingNode() || query.isNull()) {
            return entry -> true;
        }
        if (query.size() != 1) {
            throw new NotUnderstood("a query has exactly one clause, but this has " + query.size() + ": " + query);
        }
        Map.Entry<String, JsonNode> clause = query.properties().iterator().next();
        JsonNode body = clause.getValue();
        return switch (clause.getKey()) {
            case "match_all" -> entry -> true;
            case "term", "match" -> term(body);
            case "terms" -> terms(body);
            case "range" -> range(body);
            case "bool" -> bool(body);
            case "filtered" -> parse(body.path("query")).and(parse(body.path("filter")));
            case "constant_score" -> parse(body.path("filter"));
            case "and" -> all(body);
            case "or" -> any(body);
            case "not" -> parse(body).negate();
            default -> throw new NotUnderstood("No query registered for [" + clause.getKey() + "]");
        };
    }

    private Predicate<AccessLogEntry> bool(JsonNode body) {
        Predicate<AccessLogEntry> result = entry -> true;
        for (Map.Entry<String, JsonNode> part : body.properties()) {
            result = switch (part.getKey()) {
                case "must", "filter" -> result.and(all(part.getValue()));
                case "must_not" -> result.and(any(part.getValue()).negate());
                // Only a bool without must and filter needs one of its shoulds.
                case "should" -> body.has("must") || body.has("filter") ? result : result.and(any(part.getValue()));
                default -> throw new NotUnderstood("[bool] query does not support [" + part.getKey() + "]");
            };
        }
        return result;
    }

    private Predicate<AccessLogEntry> all(JsonNode clauses) {
        return each(clauses).stream().reduce(entry -> true, Predicate::and);
    }

    private Predicate<AccessLogEntry> any(JsonNode clauses) {
        return each(clauses).stream().reduce(entry -> false, Predicate::or);
    }

    private List<Predicate<AccessLogEntry>> each(JsonNode clauses) {
        List<Predicate<AccessLogEntry>> predicates = new ArrayList<>();
        if (clauses.isArray()) {
            clauses.forEach(clause -> predicates.add(parse(clause)));
        } else {
            predicates.add(parse(clauses));
        }
        return predicates;
    }

    private static Predicate<AccessLogEntry> term(JsonNode body) {
        Map.Entry<String, JsonNode> term = body.properties().iterator().next();
        JsonNode given = term.getValue();
        String wanted = given.isObject()
                ? given.path("value").asText(given.path("query").asText())
                : given.asText();
        return entry -> field(entry, term.getKey()).toString().equals(wanted);
    }

    private static Predicate<AccessLogEntry> terms(JsonNode body) {
        Map.Entry<String, JsonNode> terms = body.properties().iterator().next();
        List<String> wanted = new ArrayList<>();
        terms.getValue().forEach(value -> wanted.add(value.asText()));
        return entry -> wanted.contains(field(entry, terms.getKey()).toString());
    }

    private Predicate<AccessLogEntry> range(JsonNode body) {
        Map.Entry<String, JsonNode> range = body.properties().iterator().next();
        Predicate<AccessLogEntry> result = entry -> true;
        for (Map.Entry<String, JsonNode> bound : range.getValue().properties()) {
            BiPredicate<Double, Double> comparison = switch (bound.getKey()) {
                case "gt" -> (value, limit) -> value > limit;
                case "gte", "from" -> (value, limit) -> value >= limit;
                case "lt" -> (value, limit) -> value < limit;
                case "lte", "to" -> (value, limit) -> value <= limit;
                case "format", "time_zone" -> (value, limit) -> true;
                default -> throw new NotUnderstood("[range] query does not support [" + bound.getKey() + "]");
            };
            double limit = number(bound.getValue());
            result = result.and(entry -> comparison.test(number(field(entry, range.getKey())), limit));
        }
        return result;
    }

    /** Numbers as they are; moments as milliseconds since 1970, which is how Elasticsearch keeps them. */
    private double number(JsonNode bound) {
        if (bound.isNumber()) {
            return bound.asDouble();
        }
        String text = bound.asText();
        Matcher math = DATE_MATH.matcher(text);
        if (math.matches()) {
            return math.group(1) == null
                    ? now.toEpochMilli()
                    : now.minus(ago(math)).toEpochMilli();
        }
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant().toEpochMilli()
                    : Double.parseDouble(text);
        } catch (DateTimeException | NumberFormatException e) {
            throw new NotUnderstood("failed to parse [" + text + "], which is neither a number nor a date");
        }
    }

    private static Duration ago(Matcher math) {
        String unit = math.group(2).toUpperCase(Locale.ROOT);
        return Duration.parse((unit.equals("D") ? "P" : "PT") + math.group(1) + unit);
    }

    private static double number(Object value) {
        if (value instanceof Instant moment) {
            return moment.toEpochMilli();
        }
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
