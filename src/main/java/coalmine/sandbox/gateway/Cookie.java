package coalmine.sandbox.gateway;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What keeps a user with a route or with one of its targets: a cookie that the gateway sets and takes away again before the request goes on, as
 * HAProxy's {@code cookie … insert indirect httponly} does. Its name is our own; a route without traffic keeps nobody, so that a rollback moves
 * everyone.
 */
final class Cookie {

    /**
     * Where a user was.
     *
     * @param target the key of the target; empty if only the route counts
     */
    record Place(String route, String target) {}

    private static final String BETWEEN = "~";

    private final String name;
    private final Sticky sticky;

    Cookie(String frontend, Sticky sticky) {
        this.name = "vamp-" + frontend;
        this.sticky = sticky;
    }

    /** Where the user was before; empty if that makes no difference or is not known. */
    Optional<Place> place(Condition.Request request) {
        return sticky == Sticky.NONE ? Optional.empty() : request.cookie(name).map(Cookie::place);
    }

    private static Place place(String value) {
        int between = value.indexOf(BETWEEN);
        return between < 0
                ? new Place(value, "")
                : new Place(value.substring(0, between), value.substring(between + 1));
    }

    /** Takes the cookie out of a request's headers: it is none of the target's business. */
    void remove(MultiMap headers) {
        if (sticky == Sticky.NONE || !headers.contains("Cookie")) {
            return;
        }
        List<String> kept = new ArrayList<>();
        for (String line : headers.getAll("Cookie")) {
            for (String pair : line.split(";\\s*")) {
                if (!pair.trim().startsWith(name + "=")) {
                    kept.add(pair.trim());
                }
            }
        }
        headers.remove("Cookie");
        if (!kept.isEmpty()) {
            headers.add("Cookie", String.join("; ", kept));
        }
    }

    /** Tells the user where the answer came from, unless that is known already. */
    void set(Optional<Place> known, String route, Target target, MultiMap answer) {
        if (sticky == Sticky.NONE) {
            return;
        }
        Place place = new Place(route, sticky == Sticky.INSTANCE ? Targets.key(target) : "");
        if (!known.equals(Optional.of(place))) {
            String value = place.target().isEmpty() ? place.route() : place.route() + BETWEEN + place.target();
            answer.add("Set-Cookie", name + "=" + value + "; path=/; HttpOnly");
        }
    }
}
