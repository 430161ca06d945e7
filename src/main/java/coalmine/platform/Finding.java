package coalmine.platform;

/**
 * Something that was found out about a platform.
 *
 * @param topic what it is about, in a word
 * @param text one line; of a problem also what mends it
 */
public record Finding(Kind kind, String topic, String text) {

    /** What it means for a run of the suite. */
    public enum Kind {
        /** All is well. */
        FINE,
        /** It does not stop the suite; people may want to know. */
        REMARK,
        /** The suite cannot run, or scenarios would fail. */
        PROBLEM
    }

    public static Finding fine(String topic, String text) {
        return new Finding(Kind.FINE, topic, text);
    }

    public static Finding remark(String topic, String text) {
        return new Finding(Kind.REMARK, topic, text);
    }

    public static Finding problem(String topic, String text) {
        return new Finding(Kind.PROBLEM, topic, text);
    }

    public boolean isProblem() {
        return kind == Kind.PROBLEM;
    }
}
