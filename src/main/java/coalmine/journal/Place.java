package coalmine.journal;

import coalmine.recipe.Namespace;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a run is: what it takes to find everything again that it created. Who may get in stays out of it.
 *
 * @param vamp scheme, host and port of Vamp's API
 * @param marathon scheme, host and port of Marathon's
 * @param pace platform seconds in a second on the wall
 * @param prefix what the run's names begin with
 */
public record Place(URI vamp, URI marathon, String gatewayHost, double pace, String prefix) {

    /** A place whose addresses carry no secrets. */
    public static Place of(URI vamp, URI marathon, String gatewayHost, double pace, Namespace namespace) {
        return new Place(withoutSecrets(vamp), withoutSecrets(marathon), gatewayHost, pace, namespace.prefix());
    }

    /** Whether a Vamp is this one, by its address. */
    public boolean isAt(URI url) {
        return vamp.equals(withoutSecrets(url));
    }

    private static URI withoutSecrets(URI url) {
        try {
            return new URI(url.getScheme(), null, url.getHost(), url.getPort(), url.getPath(), null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static Place in(JsonNode line) {
        return new Place(
                URI.create(line.path("vamp").asText()),
                URI.create(line.path("marathon").asText()),
                line.path("gatewayHost").asText(),
                line.path("pace").asDouble(1),
                line.path("prefix").asText());
    }

    void tell(ObjectNode line) {
        line.put("vamp", vamp.toString())
                .put("marathon", marathon.toString())
                .put("gatewayHost", gatewayHost)
                .put("pace", pace)
                .put("prefix", prefix);
    }
}
