package coalmine.sandbox.marathon;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Marathon's selectors of labels: {@code a}, {@code a==b}, {@code a!=b}, {@code a in (b, c)} and {@code a notin (b, c)}, with commas between. */
final class LabelSelector {

    private static final Pattern CONDITION = Pattern.compile("\\s*(?<label>[^\\s,!=()]+)\\s*"
            + "(?:(?<sign>==|!=)\\s*(?<value>[^\\s,()]+)|(?<set>in|notin)\\s*\\((?<values>[^)]*)\\))?\\s*(?:,|$)");

    private LabelSelector() {}

    /**
     * Reads a selector.
     *
     * @return whether an app's labels meet all of its conditions
     * @throws Refusal if it cannot be read
     */
    static Predicate<Map<String, String>> parse(String selector) {
        List<Predicate<Map<String, String>>> conditions = new ArrayList<>();
        Matcher matcher = CONDITION.matcher(selector);
        int at = 0;
        while (at < selector.length()) {
            if (!matcher.region(at, selector.length()).lookingAt()) {
                throw Refusal.because(400, "Can not parse label selector '" + selector + "'");
            }
            conditions.add(condition(matcher));
            at = matcher.end();
        }
        return labels -> conditions.stream().allMatch(condition -> condition.test(labels));
    }

    private static Predicate<Map<String, String>> condition(Matcher matcher) {
        String label = matcher.group("label");
        Optional<String> value = Optional.ofNullable(matcher.group("value"));
        Optional<String> values = Optional.ofNullable(matcher.group("values"));
        if (value.isEmpty() && values.isEmpty()) {
            return labels -> labels.containsKey(label);
        }
        Set<String> among = Set.copyOf(value.map(List::of)
                .orElseGet(() -> List.of(values.orElseThrow().trim().split("\\s*,\\s*"))));
        Predicate<Map<String, String>> isAmong =
                labels -> labels.containsKey(label) && among.contains(labels.get(label));
        boolean negated = "!=".equals(matcher.group("sign")) || "notin".equals(matcher.group("set"));
        // A label that is not there is not unequal either.
        return negated ? labels -> labels.containsKey(label) && !among.contains(labels.get(label)) : isAmong;
    }
}
