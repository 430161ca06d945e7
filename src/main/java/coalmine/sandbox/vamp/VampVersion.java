package coalmine.sandbox.vamp;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Which Vamp the sandbox behaves like: 0.9.2 with its defects, or a later one that has mended some of them (facts, section 10). */
public enum VampVersion {
    /** As recorded. */
    V0_9_2("0.9.2"),

    /**
     * As of 0.9.5.6: an internal gateway stays in the configuration when a service comes to its cluster; the time that a service may take to be ready counts from
     * when its phase began; workflows that wait for an event run, and their client reads afresh where it is asked to; events can be asked for by
     * type, and the debugging loops' paths are gone. What it adds beyond that (metadata, ids of events, namespaces) clients need not have.
     */
    V0_9_5("0.9.5");

    private final String text;

    VampVersion(String text) {
        this.text = text;
    }

    /**
     * The version that a text names.
     *
     * @throws IllegalArgumentException if it is none that is imitated; the message says which are
     */
    public static VampVersion of(String text) {
        return Arrays.stream(values())
                .filter(version -> version.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Vamp " + text + " is not imitated; there are "
                        + Arrays.stream(values()).map(VampVersion::toString).collect(Collectors.joining(" and "))));
    }

    /** Whether the defects of 0.9.2 that this type's constants name have been mended. */
    boolean isMended() {
        return this != V0_9_2;
    }

    @Override
    public String toString() {
        return text;
    }
}
