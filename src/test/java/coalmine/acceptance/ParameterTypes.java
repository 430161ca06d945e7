package coalmine.acceptance;

import coalmine.recipe.Namespace;
import coalmine.time.PlatformDuration;
import io.cucumber.java.ParameterType;

/** The words that steps have in common. */
public final class ParameterTypes {

    @ParameterType("([a-z][a-z0-9-]*) (\\d+(?:\\.\\d+)+)")
    public ServiceVersion version(String service, String version) {
        return new ServiceVersion(service, version, Namespace.chosen());
    }

    /** What something of the recipe is called on Vamp: a workflow, a service, a cluster. */
    @ParameterType("\"[^\"]*\"|[^\\s\"]+")
    public String name(String plain) {
        return Namespace.chosen().name(plain.replace("\"", ""));
    }

    /** What a gateway is called on Vamp, slashes included. */
    @ParameterType("\"[^\"]*\"")
    public String gatewayName(String plain) {
        return Namespace.chosen().gateway(plain.replace("\"", ""));
    }

    @ParameterType("(\\d+)%")
    public Integer weight(String percent) {
        int weight = Integer.parseInt(percent);
        if (weight > 100) {
            throw new IllegalArgumentException("a weight is at most 100%, but the step says " + weight + "%");
        }
        return weight;
    }

    @ParameterType("(\\d+) seconds?")
    public PlatformDuration seconds(String number) {
        return PlatformDuration.seconds(Long.parseLong(number));
    }

    @ParameterType("gateway (\\d+)")
    public Integer gateway(String port) {
        int number = Integer.parseInt(port);
        if (number < 1 || number > 65535) {
            throw new IllegalArgumentException("a gateway's port is from 1 to 65535, but the step says " + number);
        }
        return Namespace.chosen().port(number);
    }
}
