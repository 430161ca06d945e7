package coalmine.marathon;

/** A call to Marathon that did not get the answer it should have. */
public final class MarathonException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public MarathonException(String message) {
        super(message);
    }

    public MarathonException(String message, Throwable cause) {
        super(message, cause);
    }
}
