package coalmine.sandbox.vamp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An answer of the API.
 *
 * @param tree the body, as maps, lists and scalars; empty for none
 * @param text the body, if it is plain text instead
 */
record ApiAnswer(int status, Optional<Object> tree, Optional<String> text, Map<String, String> headers) {

    static final ApiAnswer NOT_FOUND = text(404, "The requested resource could not be found.");
    static final ApiAnswer NO_CONTENT = empty(204);

    static ApiAnswer ok(Object tree) {
        return of(200, tree);
    }

    static ApiAnswer of(int status, Object tree) {
        return new ApiAnswer(status, Optional.of(tree), Optional.empty(), Map.of());
    }

    static ApiAnswer empty(int status) {
        return new ApiAnswer(status, Optional.empty(), Optional.empty(), Map.of());
    }

    static ApiAnswer text(int status, String text) {
        return new ApiAnswer(status, Optional.empty(), Optional.of(text), Map.of());
    }

    /** The tree if there is one, else 404. */
    static ApiAnswer found(Optional<? extends Map<String, Object>> tree) {
        return tree.<ApiAnswer>map(ApiAnswer::ok).orElse(NOT_FOUND);
    }

    ApiAnswer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new ApiAnswer(status, tree, text, more);
    }
}
