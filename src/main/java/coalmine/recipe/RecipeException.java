package coalmine.recipe;

/** A recipe that cannot be read. The message names the file, the place in it where there is one, and what is wrong. */
public final class RecipeException extends RuntimeException {

    private static final long serialVersionUID = 1;

    RecipeException(String message) {
        super(message);
    }

    RecipeException(String message, Throwable cause) {
        super(message, cause);
    }
}
