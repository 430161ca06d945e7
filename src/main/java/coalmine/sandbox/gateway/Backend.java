package coalmine.sandbox.gateway;

import java.util.List;

/**
 * One of a frontend's ways: a route with its share of the requests.
 *
 * @param lookupName what the access log calls it
 * @param path the route's path, for people
 * @param weight in whole percent
 * @param targets where its requests go, in turn
 */
public record Backend(String lookupName, String path, int weight, List<Target> targets) {

    public Backend {
        targets = List.copyOf(targets);
    }
}
