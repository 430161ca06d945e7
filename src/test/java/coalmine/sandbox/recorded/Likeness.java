package coalmine.sandbox.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares answers with recorded ones by value. What is volatile (times, ids, addresses, host ports) is compared by reference: what was equal in the
 * recording must be equal in the answers, and two tasks that were told apart must be told apart.
 */
final class Likeness {

    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-9.]+Z";
    private static final String ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final String ADDRESS = "127\\.\\d+\\.\\d+\\.\\d+(?::\\d+)?";
    /** Of a name; Vamp drops leading zeros (facts 1.1), and Marathon's app ids carry the first half (facts 7.5). */
    private static final String HASH = "\\b[0-9a-f]{38,40}\\b|\\b[0-9a-f]{20}\\b";

    /** Of a Mesos agent, in text. */
    private static final String HOST_PORT = "\\b(?:31\\d{3}|32000)\\b";

    private static final int FIRST_HOST_PORT = 31_000;
    private static final int LAST_HOST_PORT = 32_000;
    /** Vamp's order of these varies. */
    private static final Set<String> SETS = Set.of("instances", "targets", "tasks", "tags");

    private final Pattern volatileParts;
    private final Set<String> sets;
    private final Map<String, String> bound = new HashMap<>();

    private Likeness(Pattern volatileParts, Set<String> sets) {
        this.volatileParts = volatileParts;
        this.sets = sets;
    }

    /** Names are as in the recording, and so is what is derived from them. */
    static Likeness ofTheSameNames() {
        return new Likeness(Pattern.compile(TIME + "|" + ID + "|" + ADDRESS + "|" + HOST_PORT), SETS);
    }

    /** Names were changed on both sides, so that hashes of them can only be compared by reference, and lists have the order of other hashes. */
    static Likeness ofChangedNames() {
        Set<String> sets = new TreeSet<>(SETS);
        sets.add("");
        return new Likeness(Pattern.compile(TIME + "|" + ID + "|" + ADDRESS + "|" + HOST_PORT + "|" + HASH), sets);
    }

    /** What was recorded, with the volatile parts that are known by now as they are here. */
    String translated(String recorded) {
        Matcher matcher = volatileParts.matcher(recorded);
        return matcher.replaceAll(part -> Matcher.quoteReplacement(bound.getOrDefault(part.group(), part.group())));
    }

    /** The first difference, told for people; empty if there is none, and then what was equal for the first time stays so. */
    Optional<String> difference(JsonNode recorded, JsonNode actual) {
        Map<String, String> before = Map.copyOf(bound);
        Optional<String> difference = compare("", recorded, actual);
        if (difference.isPresent()) {
            bound.clear();
            bound.putAll(before);
        }
        return difference;
    }

    private Optional<String> compare(String place, JsonNode recorded, JsonNode actual) {
        if (recorded.isObject() && actual.isObject()) {
            return compareObjects(place, recorded, actual);
        }
        if (recorded.isArray() && actual.isArray()) {
            return recorded.size() == actual.size()
                    ? compareArrays(place, recorded, actual)
                    : different(
                            place, recorded.size() + " elements", actual.size() + " elements: " + shortened(actual));
        }
        if (recorded.isTextual() && actual.isTextual()) {
            return compareText(place, recorded.asText(), actual.asText());
        }
        if (isHostPort(recorded) && isHostPort(actual)) {
            return bind(recorded.asText(), actual.asText())
                    ? Optional.empty()
                    : different(place, "the port it had before", actual.asText());
        }
        return recorded.equals(actual) || sameNumber(recorded, actual)
                ? Optional.empty()
                : different(place, shortened(recorded), shortened(actual));
    }

    /** {@code 1} and {@code 1.0} are told apart, 1.0 as a float or a double is not. */
    private static boolean sameNumber(JsonNode recorded, JsonNode actual) {
        return recorded.isNumber()
                && actual.isNumber()
                && recorded.isIntegralNumber() == actual.isIntegralNumber()
                && recorded.asDouble() == actual.asDouble();
    }

    private static boolean isHostPort(JsonNode node) {
        return node.isInt() && node.asInt() >= FIRST_HOST_PORT && node.asInt() <= LAST_HOST_PORT;
    }

    private Optional<String> compareObjects(String place, JsonNode recorded, JsonNode actual) {
        Set<String> wanted = keys(recorded);
        Set<String> given = keys(actual);
        if (!wanted.equals(given)) {
            return different(place, "the keys " + wanted, given.toString());
        }
        boolean script = recorded.path("type").asText().equals("application/javascript");
        boolean event = recorded.has("tags") && recorded.has("timestamp");
        for (String key : wanted) {
            if (script && key.equals("definition")) {
                continue; // scripts were left out
            }
            Optional<String> difference = event && key.equals("value")
                    ? compareEventValues(place + "/value", recorded.get(key), actual.get(key))
                    : compare(place + "/" + key, recorded.get(key), actual.get(key));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    /** The recording has bodies as trees or trimmed, so that white space in an archived source says nothing. */
    private Optional<String> compareEventValues(String place, JsonNode recorded, JsonNode actual) {
        return recorded.isTextual() && actual.isTextual()
                ? compareText(place, withoutSpace(recorded.asText()), withoutSpace(actual.asText()))
                : compare(place, recorded, actual);
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\\\n|\\s", "");
    }

    private static Set<String> keys(JsonNode object) {
        Set<String> keys = new TreeSet<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private Optional<String> compareArrays(String place, JsonNode recorded, JsonNode actual) {
        if (sets.contains(place.replaceAll(".*/", "").replaceAll("\\d+", ""))) {
            return matches(recorded, 0, elements(actual))
                    ? Optional.empty()
                    : different(place, "the set " + shortened(recorded), shortened(actual));
        }
        for (int i = 0; i < recorded.size(); i++) {
            Optional<String> difference = compare(place + "/" + i, recorded.get(i), actual.get(i));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static List<JsonNode> elements(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    /** Whether the recorded elements from an index on can each be given one of the others. */
    private boolean matches(JsonNode recorded, int index, List<JsonNode> left) {
        if (index == recorded.size()) {
            return true;
        }
        for (JsonNode candidate : left) {
            Map<String, String> before = Map.copyOf(bound);
            List<JsonNode> others = new ArrayList<>(left);
            others.remove(candidate);
            if (compare("", recorded.get(index), candidate).isEmpty() && matches(recorded, index + 1, others)) {
                return true;
            }
            bound.clear();
            bound.putAll(before);
        }
        return false;
    }

    /** Texts are alike if they are equal but for their volatile parts, and these are alike by reference. */
    Optional<String> compareText(String place, String recorded, String actual) {
        if (!volatileParts
                .matcher(recorded)
                .replaceAll("…")
                .equals(volatileParts.matcher(actual).replaceAll("…"))) {
            return different(place, recorded, actual);
        }
        Matcher wanted = volatileParts.matcher(recorded);
        Matcher given = volatileParts.matcher(actual);
        while (wanted.find() && given.find()) {
            if (!bind(wanted.group(), given.group())) {
                return different(
                        place,
                        bound.getOrDefault(wanted.group(), "something else than before") + " for " + recorded,
                        actual);
            }
        }
        return Optional.empty();
    }

    private boolean bind(String recorded, String actual) {
        String known = bound.get(recorded);
        if (known == null && recorded.matches(ID) && bound.containsValue(actual)) {
            return false;
        }
        if (known == null) {
            bound.put(recorded, actual);
        }
        return known == null || known.equals(actual);
    }

    private static Optional<String> different(String place, String recorded, String actual) {
        return Optional.of((place.isEmpty() ? "" : place + ": ") + actual + "\n      instead of " + recorded);
    }

    private static String shortened(JsonNode node) {
        String text = node instanceof ArrayNode array && array.isEmpty() ? "nothing" : node.toString();
        return text.length() > 400 ? text.substring(0, 400) + "…" : text;
    }
}
