package coalmine.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/**
 * What must hold when a step has ended.
 *
 * @param path below {@code /api/v1}
 * @param matches what is found there must say all of this, and may say more; empty if nothing may be found there
 */
public record Expectation(String path, Optional<JsonNode> matches) {

    /**
     * Compares with what there is. An object must have all the fields that are demanded, a list all the elements, in whatever order.
     *
     * @return what differs, or empty if nothing does
     */
    Optional<String> difference(Optional<JsonNode> found) {
        if (matches.isEmpty()) {
            return found.isEmpty() ? Optional.empty() : Optional.of("there is still " + path);
        }
        return found.isEmpty() ? Optional.of("there is no " + path) : difference(matches.get(), found.get(), path);
    }

    private static Optional<String> difference(JsonNode demanded, JsonNode found, String place) {
        if (demanded.isObject()) {
            for (Map.Entry<String, JsonNode> field : demanded.properties()) {
                String within = place + (place.contains(" ") ? "." : " ") + field.getKey();
                Optional<String> difference = difference(field.getValue(), found.path(field.getKey()), within);
                if (difference.isPresent()) {
                    return difference;
                }
            }
            return Optional.empty();
        }
        if (demanded.isArray() && found.isArray()) {
            for (JsonNode element : demanded) {
                if (!hasMatching(found, element)) {
                    return Optional.of(place + " has no element " + element);
                }
            }
            return Optional.empty();
        }
        return isSame(demanded, found)
                ? Optional.empty()
                : Optional.of(place + " is " + (found.isMissingNode() ? "missing" : found) + " and not " + demanded);
    }

    private static boolean hasMatching(JsonNode list, JsonNode demanded) {
        for (JsonNode element : list) {
            if (difference(demanded, element, "").isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Vamp prints a health of 1 as {@code 1.0}. */
    private static boolean isSame(JsonNode demanded, JsonNode found) {
        return demanded.isNumber() && found.isNumber()
                ? demanded.decimalValue().compareTo(found.decimalValue()) == 0
                : demanded.equals(found);
    }
}
