package coalmine.sandbox.gateway;

import java.util.List;

/**
 * A port that takes requests and divides them between backends.
 *
 * @param lookupName what the access log calls it
 * @param name the gateway's name, for people
 */
public record Frontend(String lookupName, String name, int port, List<Backend> backends) {

    public Frontend {
        backends = List.copyOf(backends);
    }
}
