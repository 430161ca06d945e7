package coalmine.sandbox.gateway;

import io.vertx.core.MultiMap;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a request must be like to take a route: Vamp's words, such as {@code User-Agent == Firefox AND NOT has Cookie beta}, or HAProxy's own between
 * angle brackets, such as {@code < url_beg /2 >} (facts 1.3). Two conditions are equal if their texts are.
 */
public final class Condition {

    /**
     * What a condition looks at.
     *
     * @param uri path and query, as the client sent them
     */
    record Request(String method, String uri, MultiMap headers) {

        String path() {
            return uri.replaceAll("[?#].*", "");
        }

        /** The value of a cookie; empty if the client sent none of that name. */
        Optional<String> cookie(String name) {
            for (String line : headers.getAll("Cookie")) {
                for (String pair : line.split(";")) {
                    int equals = pair.indexOf('=');
                    if (equals > 0 && pair.substring(0, equals).trim().equals(name)) {
                        return Optional.of(pair.substring(equals + 1).trim());
                    }
                }
            }
            return Optional.empty();
        }

        boolean anyHeader(String name, Predicate<String> matches) {
            return headers.getAll(name).stream().anyMatch(matches);
        }
    }

    /** Far more than anybody writes, and few enough for every test that is made of them. */
    private static final int MOST_CHARACTERS = 8192;

    private final String text;
    private final Predicate<Request> test;

    private Condition(String text, Predicate<Request> test) {
        this.text = text;
        this.test = test;
    }

    /**
     * Reads a condition.
     *
     * @throws IllegalArgumentException if it is none, too long, or one in HAProxy's words that this data plane does not know; the message says which
     */
    public static Condition parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("a condition of more than " + MOST_CHARACTERS + " characters");
        }
        return new Condition(text, ConditionParser.parse(text));
    }

    boolean matches(Request request) {
        return test.test(request);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Condition condition && condition.text.equals(text);
    }

    @Override
    public int hashCode() {
        return Objects.hash(text);
    }

    @Override
    public String toString() {
        return text;
    }

    /** Whether some text stands inside a header, capitals and all: what HAProxy calls {@code hdr_sub}, and what Vamp makes of its own words. */
    static Predicate<Request> headerContains(String header, String value) {
        return request -> request.anyHeader(header, it -> it.contains(value));
    }

    /** Whether a header is some text: what HAProxy calls {@code hdr_str}. */
    static Predicate<Request> headerIs(String header, String value) {
        return request -> request.anyHeader(header, value::equals);
    }
}
