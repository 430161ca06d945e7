package coalmine.sandbox.vamp.artifact;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values that refer to something: {@code $db.host}, {@code ${db.ports.sql}}, and {@code $$} for a dollar sign (facts 1.2). */
public final class Interpolation {

    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$|\\$\\{([^}]*)}|\\$([A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*)");

    private Interpolation() {}

    /** What a text refers to. */
    public static List<String> references(String text) {
        List<String> references = new ArrayList<>();
        Matcher matcher = REFERENCE.matcher(text);
        while (matcher.find()) {
            name(matcher).ifPresent(references::add);
        }
        return references;
    }

    /** The text with a value in place of every reference that has one; the others stay as they are. */
    public static String resolve(String text, Function<String, Optional<String>> values) {
        return REFERENCE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(value(found.group(), values)));
    }

    private static String value(String found, Function<String, Optional<String>> values) {
        Matcher matcher = REFERENCE.matcher(found);
        matcher.matches();
        return name(matcher).map(name -> values.apply(name).orElse(found)).orElse("$");
    }

    private static Optional<String> name(Matcher matcher) {
        return Optional.ofNullable(matcher.group(1)).or(() -> Optional.ofNullable(matcher.group(2)));
    }
}
