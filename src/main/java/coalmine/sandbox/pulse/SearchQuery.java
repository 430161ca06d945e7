package coalmine.sandbox.pulse;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What documents are looked for.
 *
 * @param filter tells whether a document matches
 * @param ft if present, nothing with another {@code ft} matches; so the rest need not be looked at
 * @param notBefore nothing with an earlier timestamp matches, in milliseconds since 1970
 */
record SearchQuery(Predicate<AccessLogDocument> filter, Optional<String> ft, long notBefore) {

    static final SearchQuery EVERYTHING = matching(document -> true);
    static final SearchQuery NOTHING = matching(document -> false);

    static SearchQuery matching(Predicate<AccessLogDocument> filter) {
        return new SearchQuery(filter, Optional.empty(), Long.MIN_VALUE);
    }

    /** Matches what all of them match. */
    static SearchQuery all(List<SearchQuery> queries) {
        return queries.stream().reduce(EVERYTHING, SearchQuery::and);
    }

    /** Matches what at least so many of them match. */
    static SearchQuery atLeast(int count, List<SearchQuery> queries) {
        return matching(document ->
                queries.stream().filter(query -> query.filter.test(document)).count() >= count);
    }

    SearchQuery and(SearchQuery other) {
        return new SearchQuery(
                filter.and(other.filter), ft.isPresent() ? ft : other.ft, Math.max(notBefore, other.notBefore));
    }

    SearchQuery not() {
        return matching(filter.negate());
    }
}
