package coalmine.sandbox.vamp;

import coalmine.sandbox.vamp.artifact.VampError;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request to the API.
 *
 * @param url scheme, host and path as the client called them, for links
 * @param segments the path below {@code /api/v1}, each segment decoded, so that an encoded slash stays inside its segment
 * @param parameters in the order of the query
 */
record ApiRequest(
        String method,
        String url,
        List<String> segments,
        MultiMap parameters,
        Optional<String> contentType,
        String body) {

    /** The path's segments; a trailing slash makes no difference (facts 2). */
    static List<String> segments(String path) {
        return Arrays.stream(path.split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(ApiRequest::decoded)
                .toList();
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw VampError.wrong("Illegal percent encoding in the path: '" + segment + "'.");
        }
    }

    /**
     * The parameters of a request's query.
     *
     * @throws VampError if it is badly encoded
     */
    static MultiMap parameters(HttpServerRequest http) {
        try {
            return http.params();
        } catch (IllegalArgumentException e) {
            throw VampError.wrong("Illegal percent encoding in the query: '" + http.query() + "'.");
        }
    }

    /** A page parameter that is no number is answered as if there were no such path (recording A-144). */
    static final class NotANumber extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotANumber(NumberFormatException cause) {
            super(cause);
        }
    }

    boolean is(String wantedMethod) {
        return method.equals(wantedMethod);
    }

    boolean isDryRun() {
        return flag("validate_only");
    }

    boolean flag(String parameter) {
        return "true".equals(parameters.get(parameter));
    }

    /** The segments from the given one on as one name, for names that contain slashes. */
    String rest(int from) {
        return String.join("/", segments.subList(from, segments.size()));
    }

    /**
     * One page of a list, with the headers that lead to the others (facts 2.2).
     *
     * @param longest how many a page holds at the most, whatever is asked for
     * @throws NotANumber if a page parameter is no number
     */
    ApiAnswer page(List<?> all, int longest) {
        int page = Math.max(1, number("page", 1));
        int wanted = Math.max(1, number("per_page", PAGE));
        int perPage = Math.min(wanted, longest);
        int from = (int) Math.min(all.size(), (page - 1L) * perPage);
        List<?> shown = all.subList(from, from + Math.min(all.size() - from, perPage));
        // A page beyond the end counts nothing and leads to page 0 (recording A-140).
        int total = shown.isEmpty() ? 0 : all.size();
        int last = (int) ((total + wanted - 1L) / wanted);
        return ApiAnswer.ok(shown)
                .with("X-Total-Count", Integer.toString(total))
                .with(
                        "Link",
                        String.join(
                                ", ",
                                link("first", 1, wanted),
                                link("prev", Math.max(1, page - 1), wanted),
                                link("next", page < last ? page + 1 : last, wanted),
                                link("last", last, wanted)));
    }

    private static final int PAGE = 30;

    private int number(String parameter, int otherwise) {
        String text = parameters.get(parameter);
        try {
            return text == null ? otherwise : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new NotANumber(e);
        }
    }

    private String link(String relation, int page, int perPage) {
        Map<String, String> query = new LinkedHashMap<>();
        parameters.forEach(parameter -> query.put(parameter.getKey(), parameter.getValue()));
        query.putIfAbsent("per_page", Integer.toString(perPage));
        query.put("page", Integer.toString(page));
        List<String> pairs = new ArrayList<>();
        query.forEach((name, value) -> pairs.add(encoded(name) + "=" + encoded(value)));
        return "<" + url + "?" + String.join("&", pairs) + ">; rel=" + relation;
    }

    /** What may stand in a query as it is, does (recordings A-157, B-072). */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("%3A", ":")
                .replace("%2F", "/");
    }
}
