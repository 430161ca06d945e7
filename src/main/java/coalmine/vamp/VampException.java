package coalmine.vamp;

/** A call to Vamp that did not get the answer it should have. */
public final class VampException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public VampException(String message) {
        super(message);
    }

    public VampException(String message, Throwable cause) {
        super(message, cause);
    }
}
