package coalmine.sandbox.vamp;

import coalmine.sandbox.gateway.Backend;
import coalmine.sandbox.gateway.Balance;
import coalmine.sandbox.gateway.Condition;
import coalmine.sandbox.gateway.Frontend;
import coalmine.sandbox.gateway.Protocol;
import coalmine.sandbox.gateway.Rewrite;
import coalmine.sandbox.gateway.Sticky;
import coalmine.sandbox.gateway.Target;
import coalmine.sandbox.vamp.Gateways.Entry;
import coalmine.sandbox.vamp.artifact.Gateway;
import coalmine.sandbox.vamp.artifact.Route;
import coalmine.sandbox.vamp.artifact.VampError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Gateways in the data plane's words. */
final class Frontends {

    private Frontends() {}

    /** A gateway with the targets that its routes have now. */
    static Frontend of(Entry entry) {
        Gateway gateway = entry.gateway();
        List<Backend> backends = new ArrayList<>();
        gateway.routes()
                .forEach((path, route) -> backends.add(backend(
                        gateway,
                        path,
                        route,
                        entry.status().targets().getOrDefault(path, List.of()).stream()
                                .map(target -> new Target(target.name(), target.host(), target.port()))
                                .toList())));
        return new Frontend(
                gateway.lookupName(),
                gateway.name(),
                gateway.portNumber(),
                protocol(gateway),
                gateway.sticky()
                        .map(it -> Sticky.valueOf(it.toUpperCase(Locale.ROOT)))
                        .orElse(Sticky.NONE),
                backends);
    }

    private static Protocol protocol(Gateway gateway) {
        return gateway.isTcp() ? Protocol.TCP : Protocol.HTTP;
    }

    private static Backend backend(Gateway gateway, String path, Route route, List<Target> targets) {
        return new Backend(
                gateway.lookupName(path),
                path,
                route.weight().orElse(0),
                targets,
                Balance.of(route.balance(), protocol(gateway)),
                route.condition()
                        .flatMap(it -> it.inline())
                        .map(text -> new Backend.Claim(Condition.parse(text), route.effectiveStrength())),
                route.rewrites().stream()
                        .flatMap(it -> it.inline().stream())
                        .map(Rewrite::parse)
                        .toList());
    }

    /**
     * Checks that the data plane understands a gateway's conditions and the like.
     *
     * @param gateway with everything resolved that its routes refer to
     * @throws VampError if it does not; a HAProxy might
     */
    static void check(Gateway gateway) {
        gateway.routes().forEach((path, route) -> {
            try {
                backend(gateway, path, route, List.of());
            } catch (IllegalArgumentException e) {
                throw VampError.notBuilt(e.getMessage() + " on route '" + path + "'");
            }
        });
    }
}
