package coalmine.sandbox.vamp.artifact;

import java.util.Optional;

/** Where what a gateway refers to is looked up. */
public interface References {

    /** The text of a stored condition. */
    Optional<String> condition(String name);

    /** The text of a stored rewrite. */
    Optional<String> rewrite(String name);

    Optional<Route> route(String name);
}
