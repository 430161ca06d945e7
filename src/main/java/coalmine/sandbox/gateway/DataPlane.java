package coalmine.sandbox.gateway;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.AccessLogEntry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.net.NetClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The data plane: listens on the gateways' ports and divides their requests between the routes. What HAProxy is to Vamp.
 *
 * <p>Everything happens on one event-loop context, on which all methods are called.
 */
public final class DataPlane {

    private final Context context;
    private final SandboxClock clock;
    private final String host;
    private final Upstreams upstreams;
    private final Forwarder forwarder;
    private final NetClient tcp;
    private final Consumer<AccessLogEntry> accessLog;
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    /** Those that listen no more, but complete what they have. */
    private final List<Listener> withdrawn = new ArrayList<>();

    private Future<Map<String, String>> previous = Future.succeededFuture(Map.of());

    /**
     * A data plane without any gateway.
     *
     * @param context the sandbox's event-loop context
     * @param clock the sandbox's clock: retries wait for it, and the access log is stamped by it
     * @param host the address that all gateways listen on
     * @param accessLog is told of each request at its end, on the context: once for the gateway, and once for the route it took if there was one
     */
    public DataPlane(Context context, SandboxClock clock, String host, Consumer<AccessLogEntry> accessLog) {
        this.context = context;
        this.clock = clock;
        this.accessLog = accessLog;
        this.host = host;
        this.upstreams = new Upstreams(context.owner());
        this.forwarder = new Forwarder(context.owner(), clock, upstreams, accessLog);
        this.tcp = context.owner().createNetClient();
    }

    /**
     * Replaces the whole configuration. A gateway whose port stays the same goes on listening, and its requests in flight are completed as they
     * began; the balance between its routes starts anew only if a weight or the set of routes has changed. A gateway that is withdrawn stops
     * listening at once and completes the requests it has. (HAProxy's reload, which this imitates, may lose a few connections.)
     *
     * @param frontends all gateways there shall be; two with the same lookup name are a mistake of the caller's
     * @return completes when new ports listen and withdrawn ones are closed; always succeeds. The map says of each gateway that could not be
     *     opened, by its lookup name, why not; it is tried again at the next call
     * @throws IllegalArgumentException if two gateways have the same lookup name
     */
    public Future<Map<String, String>> configure(List<Frontend> frontends) {
        Map<String, Frontend> wanted = new LinkedHashMap<>();
        for (Frontend frontend : frontends) {
            if (wanted.put(frontend.lookupName(), frontend) != null) {
                throw new IllegalArgumentException("two gateways have the lookup name " + frontend.lookupName());
            }
        }
        // One after the other: a port that is being closed may be wanted by the next configuration.
        previous = previous.compose(failures -> apply(wanted));
        return previous;
    }

    /** Closes all ports and all connections, those with requests in flight included. The data plane cannot be used again. */
    public Future<Void> close() {
        return previous.compose(failures -> {
            List<Future<Void>> closing = new ArrayList<>();
            listeners
                    .values()
                    .forEach(listener -> closing.add(listener.entrance().cut()));
            withdrawn.forEach(listener -> closing.add(listener.entrance().cut()));
            listeners.clear();
            withdrawn.clear();
            return Future.join(closing)
                    .eventually(upstreams::close)
                    .eventually(tcp::close)
                    .mapEmpty();
        });
    }

    private Future<Map<String, String>> apply(Map<String, Frontend> wanted) {
        return withdrawAllBut(wanted).compose(closed -> open(wanted));
    }

    private Future<Void> withdrawAllBut(Map<String, Frontend> wanted) {
        withdrawn.removeIf(listener -> !listener.entrance().hasConnections());
        List<Future<Void>> closing = new ArrayList<>();
        listeners.entrySet().removeIf(entry -> {
            Frontend frontend = wanted.get(entry.getKey());
            Listener listener = entry.getValue();
            if (frontend != null && listener.serves(frontend)) {
                listener.replace(frontend);
                return false;
            }
            closing.add(listener.entrance().withdraw());
            withdrawn.add(listener);
            return true;
        });
        return Future.join(closing).mapEmpty();
    }

    private Future<Map<String, String>> open(Map<String, Frontend> wanted) {
        Map<String, String> failures = new LinkedHashMap<>();
        List<Future<Void>> opening = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        listeners.values().forEach(listener -> taken.add(listener.entrance().port()));
        wanted.forEach((lookupName, frontend) -> {
            if (listeners.containsKey(lookupName)) {
                return;
            }
            if (!taken.add(frontend.port())) {
                failures.put(
                        lookupName,
                        unavailable(
                                frontend, "port " + frontend.port() + " of " + host + " is in use by another gateway"));
                return;
            }
            Listener listener = listener(frontend);
            opening.add(listener.entrance()
                    .listen()
                    .onSuccess(listening -> listeners.put(lookupName, listener))
                    .onFailure(failure -> failures.put(lookupName, unavailable(frontend, failure.getMessage()))));
        });
        return Future.join(opening).transform(joined -> Future.succeededFuture(Map.copyOf(failures)));
    }

    private Listener listener(Frontend frontend) {
        return switch (frontend.protocol()) {
            case HTTP -> new HttpListener(context.owner(), host, frontend, forwarder);
            case TCP -> new TcpListener(context.owner(), clock, host, frontend, tcp, accessLog);
        };
    }

    private static String unavailable(Frontend frontend, String reason) {
        return "gateway " + frontend.name() + " does not listen: " + reason;
    }
}
