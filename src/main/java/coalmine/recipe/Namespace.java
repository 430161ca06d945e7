package coalmine.recipe;

import java.util.OptionalInt;

/**
 * What keeps two runs apart that share a Vamp: every name that a run creates begins with its namespace, and every gateway port that it opens is moved by
 * a shift.
 *
 * <p>A namespace without a shift of its own gets one that follows from its name, so that whoever forgets it meets nobody: a multiple of 20, as our own
 * recipes open 17 ports in a row, from 1000 to 20980, which leaves them below the ports of Mesos' agents (31000 to 32000) and of Vamp's own gateways (from
 * 40000). Two namespaces get the same once in a thousand times; then the second run finds the first one's gateways, and says so.
 *
 * @param prefix what names begin with; empty for names as they are
 * @param portShift what is added to the ports of gateways
 */
public record Namespace(String prefix, int portShift) {

    /** Names and ports as the recipes say. */
    public static final Namespace NONE = new Namespace("", 0);

    /**
     * With a breed's version and Vamp's hash behind it (facts 7.5), the last part of an app's id stays shorter than the 63 characters that a name may have
     * in DNS.
     */
    private static final int LONGEST = 20;

    private static final String FORM = "[a-z]([a-z0-9-]*[a-z0-9])?";
    private static final int LAST_PORT = 65_535;

    /** The smallest shift that follows from a name, how far apart they are, and how many there are. */
    private static final int FIRST_SHIFT = 1000;

    private static final int SHIFTS_APART = 20;
    private static final int SHIFTS = 1000;

    /**
     * A namespace of a name.
     *
     * @param name empty for none
     * @param portShift what is added to the ports of gateways; if it is not given, it follows from the name
     * @throws IllegalArgumentException if Vamp or Marathon would not take the name, or if no port can be shifted so far
     */
    public static Namespace of(String name, OptionalInt portShift) {
        if (!name.isEmpty() && (!name.matches(FORM) || name.length() > LONGEST)) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no namespace: it begins the names of deployments and of Marathon's"
                            + " apps, so it has up to " + LONGEST
                            + " small letters, digits and '-', a letter first and no '-' last");
        }
        if (Math.abs((long) portShift.orElse(0)) >= LAST_PORT) {
            throw new IllegalArgumentException(
                    "no port can be shifted by " + portShift.getAsInt() + "; they go from 1 to " + LAST_PORT);
        }
        return new Namespace(
                name.isEmpty() ? "" : name + "-", portShift.orElseGet(() -> name.isEmpty() ? 0 : shiftOf(name)));
    }

    /**
     * A namespace as people say it.
     *
     * @param name empty for none
     * @param portShift a number; empty if it is to follow from the name
     * @throws IllegalArgumentException if either makes no sense
     */
    public static Namespace of(String name, String portShift) {
        if (!portShift.matches("(-?\\d{1,6})?")) {
            throw new IllegalArgumentException(
                    "\"" + portShift + "\" is no shift of ports; it is a whole number, such as 100");
        }
        return of(name, portShift.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(portShift)));
    }

    private static int shiftOf(String name) {
        return FIRST_SHIFT + SHIFTS_APART * Math.floorMod(name.hashCode(), SHIFTS);
    }

    /**
     * The namespace that the system properties {@code coalmine.namespace} and {@code coalmine.port.shift} say.
     *
     * @throws IllegalArgumentException if one of them makes no sense; the message names it
     */
    public static Namespace chosen() {
        String name = System.getProperty("coalmine.namespace", "");
        String shift = System.getProperty("coalmine.port.shift", "");
        try {
            return of(name, shift);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "-Dcoalmine.namespace=" + name + (shift.isEmpty() ? "" : " -Dcoalmine.port.shift=" + shift) + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Whether names and ports stay as the recipes say. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** What is called by some name in the recipes and features goes by this name here. */
    public String name(String plain) {
        return prefix + plain;
    }

    /**
     * The port that a gateway listens on here.
     *
     * @param plain the port that the recipe or the feature says
     * @throws IllegalArgumentException if there is no such port
     */
    public int port(int plain) {
        int port = plain + portShift;
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException("gateway port " + plain + " cannot be shifted by " + portShift
                    + ", as ports go from 1 to " + LAST_PORT + "; set another shift");
        }
        return port;
    }

    /**
     * What a gateway is called here.
     *
     * @param plain a name of one segment; or a deployment and a port; or a deployment, a cluster, and the name of a port (facts 1.6)
     */
    public String gateway(String plain) {
        String[] segments = plain.split("/");
        segments[0] = name(segments[0]);
        if (segments.length == 2 && segments[1].matches("\\d{1,5}")) {
            segments[1] = Integer.toString(port(Integer.parseInt(segments[1])));
        } else if (segments.length == 3) {
            segments[1] = name(segments[1]);
        }
        return String.join("/", segments);
    }

    /** One line for people; empty if there is nothing to say. */
    public String description() {
        return (prefix.isEmpty() ? "" : "names begin with \"" + prefix + "\"")
                + (prefix.isEmpty() || portShift == 0 ? "" : ", ")
                + (portShift == 0 ? "" : "gateway ports are shifted by " + portShift);
    }
}
