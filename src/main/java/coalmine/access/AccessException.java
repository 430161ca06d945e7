package coalmine.access;

/** A server could not be asked. The message is one line for people, without any secret; what to do about it whoever calls knows better. */
public final class AccessException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Problem problem;

    AccessException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    AccessException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
