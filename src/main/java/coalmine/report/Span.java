package coalmine.report;

/**
 * The time between two marks of a release.
 *
 * @param from when it begins, in platform seconds
 * @param seconds as they are told everywhere
 * @param words what came at its end
 */
public record Span(double from, double to, double seconds, String words) {

    /** The span as people read it, such as {@code 9.8 s}. */
    public String text() {
        return Seconds.text(seconds);
    }
}
