package coalmine.sandbox.gateway;

import coalmine.sandbox.gateway.Condition.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the language of conditions (facts 1.3): {@code User-Agent}, {@code Host}, {@code Cookie} and {@code Header} with {@code ==}, {@code !=},
 * {@code is}, {@code has}, {@code contains} and {@code misses}; {@code AND}, {@code OR}, {@code NOT} and parentheses; and {@code < … >} around
 * HAProxy's own words. What does not parse is taken for HAProxy's as it stands.
 */
final class ConditionParser {

    private static final Pattern TOKEN = Pattern.compile("\\s*(<[^>]*>|==|!=|=|&&|\\|\\||[()!&|]"
            + "|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|[^\\s()<>=!&|\"']+)");

    /** How deep parentheses and negations may be nested: each is a call within a call. */
    private static final int DEEPEST = 100;

    /** Not a condition in Vamp's words. */
    private static final class NotVamps extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotVamps(String message) {
            super(message, null, false, false);
        }
    }

    private final List<String> tokens;
    private int next;
    private int depth;

    private ConditionParser(List<String> tokens) {
        this.tokens = tokens;
    }

    static Predicate<Request> parse(String text) {
        try {
            ConditionParser parser = new ConditionParser(tokens(text));
            Predicate<Request> whole = parser.either();
            parser.expectEnd();
            return whole;
        } catch (NotVamps e) {
            return HaproxyAcl.parse(text);
        }
    }

    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (matcher.lookingAt()) {
            tokens.add(matcher.group(1));
            end = matcher.end();
            matcher.region(end, text.length());
        }
        if (!text.substring(end).isBlank()) {
            throw new NotVamps(text);
        }
        return tokens;
    }

    private Predicate<Request> either() {
        Predicate<Request> left = both();
        while (takes("or", "|", "||")) {
            left = left.or(both());
        }
        return left;
    }

    private Predicate<Request> both() {
        Predicate<Request> left = one();
        while (takes("and", "&", "&&")) {
            left = left.and(one());
        }
        return left;
    }

    private Predicate<Request> one() {
        if (++depth > DEEPEST) {
            throw new IllegalArgumentException("a condition that is nested more than " + DEEPEST + " deep");
        }
        Predicate<Request> one = nested();
        depth--;
        return one;
    }

    private Predicate<Request> nested() {
        if (takes("not", "!")) {
            return one().negate();
        }
        if (takes("(")) {
            Predicate<Request> inner = either();
            if (!takes(")")) {
                throw new NotVamps("a parenthesis is not closed");
            }
            return inner;
        }
        String token = take();
        if (token.startsWith("<")) {
            return HaproxyAcl.parse(token.substring(1, token.length() - 1));
        }
        return switch (token.toLowerCase(Locale.ROOT)) {
            case "user-agent", "user.agent" -> matching(value -> Condition.headerContains("User-Agent", value));
            case "host" -> matching(value -> Condition.headerIs("Host", value));
            case "has", "contains" -> present();
            case "misses" -> present().negate();
            case "cookie" -> {
                String name = value();
                yield matching(value -> request ->
                        request.cookie(name).filter(it -> it.contains(value)).isPresent());
            }
            case "header" -> {
                String name = value();
                yield matching(value -> Condition.headerContains(name, value));
            }
            default -> throw new NotVamps(token);
        };
    }

    private Predicate<Request> matching(Function<String, Predicate<Request>> test) {
        String operator = take().toLowerCase(Locale.ROOT);
        return switch (operator) {
            case "==", "=", "is", "has", "contains" ->
                takes("not") ? test.apply(value()).negate() : test.apply(value());
            case "!=", "misses" -> test.apply(value()).negate();
            default -> throw new NotVamps(operator);
        };
    }

    private Predicate<Request> present() {
        String kind = take().toLowerCase(Locale.ROOT);
        String name = value();
        return switch (kind) {
            case "cookie" -> request -> request.cookie(name).isPresent();
            case "header" -> request -> request.headers().contains(name);
            default -> throw new NotVamps(kind);
        };
    }

    private String value() {
        String token = take();
        if (token.matches("[()<>=!&|].*")) {
            throw new NotVamps(token);
        }
        return token.matches("(?s)\".*\"|'.*'")
                ? token.substring(1, token.length() - 1).replaceAll("\\\\(.)", "$1")
                : token;
    }

    private String take() {
        if (next == tokens.size()) {
            throw new NotVamps("the end came too early");
        }
        return tokens.get(next++);
    }

    private boolean takes(String... words) {
        if (next < tokens.size() && List.of(words).contains(tokens.get(next).toLowerCase(Locale.ROOT))) {
            next++;
            return true;
        }
        return false;
    }

    private void expectEnd() {
        if (next < tokens.size()) {
            throw new NotVamps(tokens.get(next));
        }
    }
}
