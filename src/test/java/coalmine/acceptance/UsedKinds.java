package coalmine.acceptance;

import coalmine.sandbox.recorded.Kinds;
import coalmine.sandbox.recorded.Ledger;
import coalmine.vamp.Event;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** The kinds of exchanges and events that a run of the suite has used: each must have its row in the ledger, which says how it is known. */
final class UsedKinds implements Filter {

    private final Set<String> kinds = new ConcurrentSkipListSet<>();

    @Override
    public Response filter(
            FilterableRequestSpecification request, FilterableResponseSpecification expected, FilterContext context) {
        Response response = context.next(request, expected);
        kinds.add(Kinds.ofExchange(
                request.getMethod(), URI.create(request.getURI()).getRawPath(), response.statusCode()));
        return response;
    }

    void add(Event event) {
        kinds.add(Kinds.ofEvent(event));
    }

    /** Those without a row. */
    Set<String> unknown() {
        return Ledger.read().without(kinds);
    }
}
