package coalmine.sandbox.gateway;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another path for the requests of a route, if they are like the condition says: {@code /new if < url_beg /old >} (facts 1.3). The query stays, as
 * with HAProxy's {@code set-path}.
 */
public record Rewrite(String path, Condition condition) {

    private static final Pattern FORM = Pattern.compile("(\\S+)\\s+if\\s+(.+)");

    /**
     * Reads a rewrite.
     *
     * @throws IllegalArgumentException if its path is made of parts of the request, or its condition is not known here
     */
    public static Rewrite parse(String text) {
        Matcher matcher = FORM.matcher(text.trim());
        if (!matcher.matches() || matcher.group(1).contains("%[")) {
            throw new IllegalArgumentException("the path rewrite '" + text + "'");
        }
        return new Rewrite(matcher.group(1), Condition.parse(matcher.group(2)));
    }

    String uri(Condition.Request request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return query < 0 ? path : path + uri.substring(query);
    }
}
