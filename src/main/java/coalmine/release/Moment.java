package coalmine.release;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that was seen at a moment.
 *
 * @param atNanos the moment, by {@link System#nanoTime()}
 * @param index its place among all events that have arrived
 */
public record Moment<T>(long atNanos, int index, T value) {

    /** Moments of which none is followed by one of the same value: of those only the first is left. */
    public static <T> List<Moment<T>> withoutRepeats(List<Moment<T>> moments) {
        List<Moment<T>> result = new ArrayList<>();
        for (Moment<T> moment : moments) {
            if (result.isEmpty() || !result.get(result.size() - 1).value().equals(moment.value())) {
                result.add(moment);
            }
        }
        return result;
    }
}
