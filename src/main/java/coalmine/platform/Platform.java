package coalmine.platform;

import coalmine.time.Pace;
import java.util.Optional;
import java.util.Set;

/** Where the suite finds a Vamp: {@code sandbox}, the default, or {@code remote}. */
public interface Platform extends AutoCloseable {

    /**
     * The platform that the system property {@code coalmine.platform} names.
     *
     * @throws IllegalArgumentException if there is none of that name, or a property that it needs is missing or wrong; the message is one line that
     *     names the property
     */
    static Platform chosen() {
        String name = System.getProperty("coalmine.platform", "sandbox");
        return switch (name) {
            case "sandbox" -> new SandboxPlatform(pace("10"));
            case "remote" -> RemotePlatform.chosen(pace("1"));
            default ->
                throw new IllegalArgumentException(
                        "-Dcoalmine.platform=" + name + " is not known; there are sandbox and remote");
        };
    }

    private static Pace pace(String usual) {
        String text = System.getProperty("coalmine.pace", usual);
        try {
            return new Pace(Double.parseDouble(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("-Dcoalmine.pace=" + text + ": " + e.getMessage(), e);
        }
    }

    /** One line for people: what this is, and which versions. */
    String description();

    Pace pace();

    /** How many scenarios can have an environment at the same time. */
    int capacity();

    /**
     * Why this platform cannot be a Vamp of any of some versions; empty if it can.
     *
     * @param vamps versions such as {@code 0.9.5}; none of them if any version will do
     */
    Optional<String> cannotBe(Set<String> vamps);

    /**
     * Lends an environment; waits until there is one. To be given back by closing it.
     *
     * @param vamps the versions of Vamp of which it is to be one; none of them if any will do
     */
    Environment lend(Set<String> vamps);

    /** Lends an environment with whatever Vamp there is. */
    default Environment lend() {
        return lend(Set.of());
    }

    /** Ends whatever was started for it. */
    @Override
    void close();
}
