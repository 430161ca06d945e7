package coalmine.sandbox.gateway;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.AccessLogEntry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The data plane: what HAProxy is to Vamp. It listens where the control plane tells it to, and divides the requests. New configuration applies
 * without dropping a request, which is better than HAProxy's reload.
 *
 * <p>Belongs to the sandbox's event-loop context.
 */
public final class DataPlane {

    private final Context context;
    private final String host;
    private final Proxy proxy;
    private final Map<String, Listener> listeners = new LinkedHashMap<>();

    /**
     * A data plane that listens nowhere yet.
     *
     * @param host the address that its frontends listen on
     * @param accessLog hears of every request, once for the frontend and once for the chosen backend (facts 5.1)
     */
    public DataPlane(Context context, SandboxClock clock, String host, Consumer<AccessLogEntry> accessLog) {
        this.context = context;
        this.host = host;
        // Every request gets a connection of its own, so that a dead instance is found out by a refusal and never by a
        // stale connection.
        HttpClient client = context.owner()
                .createHttpClient(
                        new HttpClientOptions().setKeepAlive(false).setDecompressionSupported(false),
                        new PoolOptions().setHttp1MaxSize(256));
        this.proxy = new Proxy(client, clock, accessLog);
    }

    /**
     * Replaces the whole configuration.
     *
     * @return completes when new ports listen and withdrawn ones are closed; by lookup name, says why a frontend could not listen. Such a one is
     *     tried again with the next configuration
     */
    public Future<Map<String, String>> configure(List<Frontend> frontends) {
        Map<String, Frontend> wanted = new LinkedHashMap<>();
        frontends.forEach(frontend -> wanted.put(frontend.lookupName(), frontend));
        List<Future<Void>> closing = new ArrayList<>();
        listeners.values().removeIf(listener -> {
            Frontend frontend = wanted.get(listener.frontend().lookupName());
            boolean gone =
                    frontend == null || frontend.port() != listener.frontend().port();
            if (gone) {
                closing.add(listener.close());
            }
            return gone;
        });
        return Future.join(closing).transform(closed -> listen(wanted));
    }

    private Future<Map<String, String>> listen(Map<String, Frontend> wanted) {
        Map<String, String> failures = new LinkedHashMap<>();
        List<Future<Void>> opening = new ArrayList<>();
        for (Frontend frontend : wanted.values()) {
            Listener present = listeners.get(frontend.lookupName());
            if (present != null) {
                present.reconfigure(frontend);
                continue;
            }
            Listener listener = new Listener(frontend, proxy);
            listeners.put(frontend.lookupName(), listener);
            opening.add(listener.listen(context.owner(), host).recover(error -> {
                listeners.remove(frontend.lookupName(), listener);
                failures.put(
                        frontend.lookupName(),
                        "gateway " + frontend.name() + " cannot listen on " + host + ":" + frontend.port()
                                + ", which is in use by somebody else: " + error.getMessage());
                return Future.succeededFuture();
            }));
        }
        return Future.join(opening).map(all -> failures);
    }

    /** Closes every port. */
    public Future<Void> close() {
        List<Future<Void>> closing =
                listeners.values().stream().map(Listener::close).toList();
        listeners.clear();
        return Future.join(closing).<Void>mapEmpty().eventually(proxy::close);
    }
}
