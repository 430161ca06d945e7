package coalmine.sandbox.vamp.artifact;

/** An answer other than success, as Vamp gives it: {@code {"message": …}} for what it understands to be wrong (facts 1.8, 2.1). */
public final class VampError extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    private VampError(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** Something that Vamp knows to be wrong: 400 with the message. */
    public static VampError wrong(String message) {
        return new VampError(400, message);
    }

    public static VampError notFound(String artifact) {
        return wrong("Artifact cannot be found: '" + artifact + "'.");
    }

    public static VampError unexpectedType(String key) {
        return wrong("Unexpected type for path '" + key + "'.");
    }

    public static VampError missing(String path) {
        return wrong("Can't find any value for path: " + path);
    }

    /** Something that a Vamp has and the sandbox lacks: 501, so that no client takes silence for an answer. */
    public static VampError notBuilt(String what) {
        return new VampError(
                501, "Not built in Coalmine's sandbox: " + what + ". Run this against a real Vamp, or do without it.");
    }

    public int status() {
        return status;
    }
}
