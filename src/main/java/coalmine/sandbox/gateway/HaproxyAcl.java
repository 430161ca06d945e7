package coalmine.sandbox.gateway;

import coalmine.sandbox.gateway.Condition.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * HAProxy's own words for what a request is like: {@code url}, {@code path} and {@code hdr(name)} with {@code _beg}, {@code _end} and {@code _sub},
 * {@code cook(name)}, {@code method}, the flags {@code -i} and {@code -m}, and {@code !} before it. With several values, one of them must fit.
 */
final class HaproxyAcl {

    private static final Pattern SAMPLE =
            Pattern.compile("(url|path|method|hdr|req\\.hdr|cook|req\\.cook)(?:_(beg|end|sub|cnt))?(?:\\(([^)]+)\\))?");

    private HaproxyAcl() {}

    /**
     * Reads one test.
     *
     * @throws IllegalArgumentException if it is not among those above
     */
    static Predicate<Request> parse(String text) {
        List<String> words = new ArrayList<>(Arrays.asList(text.trim().split("\\s+")));
        boolean negated = words.get(0).startsWith("!");
        String criterion = words.remove(0).substring(negated ? 1 : 0);
        Matcher sample = SAMPLE.matcher(criterion);
        if (!sample.matches()) {
            throw unknown(text);
        }
        String way = sample.group(2) == null ? "str" : sample.group(2);
        boolean anyCase = false;
        while (!words.isEmpty() && words.get(0).startsWith("-")) {
            String flag = words.remove(0);
            if (flag.equals("-i")) {
                anyCase = true;
            } else if (flag.equals("-m") && !words.isEmpty()) {
                way = words.remove(0);
            } else {
                throw unknown(text);
            }
        }
        Function<Request, Stream<String>> values = values(sample, text);
        Predicate<Request> test = way.equals("found")
                ? request -> values.apply(request).findAny().isPresent()
                : fits(values, way(way, text), patterns(words, text), anyCase);
        return negated ? test.negate() : test;
    }

    private static List<String> patterns(List<String> words, String text) {
        if (words.isEmpty()) {
            throw unknown(text);
        }
        return List.copyOf(words);
    }

    private static Predicate<Request> fits(
            Function<Request, Stream<String>> values,
            BiPredicate<String, String> way,
            List<String> patterns,
            boolean anyCase) {
        Function<String, String> cased = anyCase ? it -> it.toLowerCase(Locale.ROOT) : Function.identity();
        return request -> values.apply(request)
                .map(cased)
                .anyMatch(value -> patterns.stream().map(cased).anyMatch(pattern -> way.test(value, pattern)));
    }

    private static Function<Request, Stream<String>> values(Matcher sample, String text) {
        String argument = sample.group(3);
        return switch (sample.group(1)) {
            case "url" -> request -> Stream.of(request.uri());
            case "path" -> request -> Stream.of(request.path());
            case "method" -> request -> Stream.of(request.method());
            case "hdr", "req.hdr" -> {
                String name = required(argument, text);
                yield request -> request.headers().getAll(name).stream();
            }
            default -> {
                String name = required(argument, text);
                yield request -> request.cookie(name).stream();
            }
        };
    }

    private static String required(String argument, String text) {
        if (argument == null) {
            throw unknown(text);
        }
        return argument;
    }

    private static BiPredicate<String, String> way(String way, String text) {
        return switch (way) {
            case "str" -> String::equals;
            case "beg" -> String::startsWith;
            case "end" -> String::endsWith;
            case "sub" -> String::contains;
            default -> throw unknown(text);
        };
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("the condition '" + text.trim() + "'");
    }
}
