package coalmine.journal;

/** A journal cannot be written or read, or what it says cannot be undone; the message says why, and what to do. */
public final class JournalException extends RuntimeException {

    public JournalException(String message) {
        super(message);
    }

    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
