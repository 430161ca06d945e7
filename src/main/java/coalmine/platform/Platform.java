package coalmine.platform;

import coalmine.time.Pace;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the suite finds a Vamp: {@code sandbox}, the default, {@code container} or {@code remote}. */
public interface Platform extends AutoCloseable {

    /**
     * The platform that the system property {@code coalmine.platform} names.
     *
     * @param gatewayPorts those on which users will find gateways, as a container has to be told
     * @throws IllegalArgumentException if there is none of that name, or a property that it needs is missing, wrong or misspelt; the message is one line
     *     that names the property
     * @throws IllegalStateException if it does not come up; the message says what mends it
     */
    static Platform chosen(Collection<Integer> gatewayPorts) {
        Settings.checkNames(System.getProperties().stringPropertyNames());
        String name = System.getProperty("coalmine.platform", "sandbox");
        return switch (name) {
            case "sandbox" -> new SandboxPlatform(pace("10"));
            case "container" -> ContainerPlatform.chosen(pace("10"), pace("1"), gatewayPorts);
            case "remote" -> RemotePlatform.chosen(pace("1"));
            default ->
                throw new IllegalArgumentException(
                        "-Dcoalmine.platform=" + name + " is not known; there are sandbox, container and remote");
        };
    }

    private static Pace pace(String usual) {
        String text = System.getProperty("coalmine.pace", usual);
        try {
            return Pace.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("-Dcoalmine.pace=" + text + ": " + e.getMessage(), e);
        }
    }

    /** One line for people: what this is, and which versions. */
    String description();

    Pace pace();

    /** How many scenarios can have an environment at the same time. */
    int capacity();

    /** Whether it was there before, perhaps for others as well, and will be there when this process has ended, however it ends. */
    default boolean isShared() {
        return false;
    }

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

    /** Why a Vamp of this platform cannot be killed as a whole and started again; empty if it can. */
    default Optional<String> cannotBeRestarted() {
        return Optional.of(
                "only a sandbox in a container can be killed as a whole and started again: -Dcoalmine.platform=container");
    }

    /** What the platform can tell of itself to whoever wants to know whether the suite could run, besides what any Vamp can. */
    default List<Finding> findings() {
        return List.of();
    }

    /** What is to be told once the work is done, a line each: what was tried again, for one. */
    default List<String> remarks() {
        return List.of();
    }

    /** Ends whatever was started for it. */
    @Override
    void close();
}
