package coalmine.release;

/**
 * Something that was seen at a moment.
 *
 * @param atNanos the moment, by {@link System#nanoTime()}
 * @param index its place among all events that have arrived
 */
public record Moment<T>(long atNanos, int index, T value) {}
