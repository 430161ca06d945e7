package coalmine.sandbox.vamp.artifact;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The hashes that Vamp derives from names (facts 1.1, 7.5), such as the one that a gateway has in the access log. */
public final class LookupName {

    private static final int PATH_LENGTH = 4;

    private LookupName() {}

    public static String ofDeployment(String name) {
        return of("Deployment", name);
    }

    public static String ofGateway(String name) {
        return of("Gateway", name);
    }

    /** The lookup name of a route inside a gateway; the gateway's name is empty inside a blueprint. */
    public static String ofRoute(String gateway, String path) {
        List<String> key = new ArrayList<>(padded(List.of(gateway)));
        key.addAll(padded(path.startsWith("[") ? List.of(path) : List.of(path.split("/"))));
        return of("Gateway", String.join("/", key));
    }

    /** The part of an app's id that stands for an artifact: its name if Marathon takes it as it is, or one with a hash. */
    public static String ofApp(String name) {
        return isPlain(name) ? name : name.replaceAll("[^A-Za-z0-9]", "-") + "-" + hash(name);
    }

    /** As {@link #ofApp(String)}, but the hash alone: the form for deployments and workflows. */
    public static String ofAppGroup(String name) {
        return isPlain(name) ? name : hash(name);
    }

    private static boolean isPlain(String name) {
        return name.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    }

    private static String hash(String name) {
        return String.format("%040x", sha1(name + "0000")).substring(0, 20);
    }

    private static String of(String type, String key) {
        // Printed as a number, so leading zeros are dropped.
        return sha1("class io.vamp.model.artifact." + type + "@" + key + "v1").toString(16);
    }

    private static List<String> padded(List<String> elements) {
        String[] result = elements.toArray(new String[PATH_LENGTH]);
        Arrays.fill(result, Math.min(elements.size(), PATH_LENGTH), PATH_LENGTH, "*");
        return Arrays.asList(result);
    }

    private static BigInteger sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return new BigInteger(1, digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
