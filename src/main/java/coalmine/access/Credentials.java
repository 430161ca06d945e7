package coalmine.access;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** How somebody shows a server who they are, in the header {@code Authorization}. Its text never tells the secret. */
public final class Credentials {

    private static final Credentials NONE = new Credentials("", List.of());
    /** What a header may carry; anything else would end it, or be changed on the way. */
    private static final Pattern SENDABLE = Pattern.compile("[\\x20-\\x7e]+");

    private final String authorization;
    private final List<String> secrets;

    private Credentials(String authorization, List<String> secrets) {
        this.authorization = authorization;
        this.secrets = secrets;
    }

    /** Nobody in particular. */
    public static Credentials none() {
        return NONE;
    }

    /**
     * Whoever holds a token.
     *
     * @param token bare for DC/OS, which is sent {@code token=…}; or with its scheme before it, such as {@code Bearer …}
     * @throws IllegalArgumentException if it is empty or no header can carry it; the message does not tell it
     */
    public static Credentials token(String token) {
        if (!SENDABLE.matcher(token).matches()) {
            throw new IllegalArgumentException("a token is printable ASCII on one line");
        }
        boolean hasScheme = token.contains(" ") || token.startsWith("token=");
        return new Credentials(
                hasScheme ? token : "token=" + token, List.of(token, token.replaceFirst("^(token=|\\S+ +)", "")));
    }

    /**
     * A user with a password.
     *
     * @throws IllegalArgumentException if the user is empty or has a colon, which would end it; the message does not tell the password
     */
    public static Credentials basic(String user, String password) {
        if (user.isEmpty() || user.contains(":")) {
            throw new IllegalArgumentException("a user has a name, and no colon in it");
        }
        String encoded = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return new Credentials("Basic " + encoded, List.of(encoded, password));
    }

    /** What to send in the header {@code Authorization}; empty for nobody in particular. */
    public Optional<String> authorization() {
        return Optional.of(authorization).filter(it -> !it.isEmpty());
    }

    /** A text as others may read it: servers and proxies repeat what they were sent. */
    public String hideIn(String text) {
        String hidden = text;
        for (String secret : secrets) {
            hidden = secret.isEmpty() ? hidden : hidden.replace(secret, "***");
        }
        return hidden;
    }

    @Override
    public String toString() {
        return authorization.isEmpty() ? "no credentials" : "credentials";
    }
}
