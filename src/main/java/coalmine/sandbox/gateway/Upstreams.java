package coalmine.sandbox.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** The connections to the gateways' targets: kept alive, and shared by all gateways of a sandbox. */
final class Upstreams {

    /** As in the gateway agent's basic HAProxy configuration. It is wall-clock time, for on loopback only a machine in trouble gets near it. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** So many that no request of a sandbox ever queues for one. */
    private static final int CONNECTIONS_PER_TARGET = 2048;

    private static final int LARGEST_HEADERS = 64 * 1024;

    private final HttpClient client;
    private final Set<HttpConnection> unused = new HashSet<>();

    Upstreams(Vertx vertx) {
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis())
                        .setMaxInitialLineLength(LARGEST_HEADERS)
                        .setMaxHeaderSize(LARGEST_HEADERS)
                        .setHttp2ClearTextUpgrade(false))
                .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_TARGET))
                .withConnectHandler(connection -> {
                    unused.add(connection);
                    connection.closeHandler(closed -> unused.remove(connection));
                    // The request learns of it, too; without a handler it would be logged as well.
                    connection.exceptionHandler(failure -> {});
                })
                .build();
    }

    /** A request to a target, not yet sent. Fails if no connection is to be had. */
    Future<HttpClientRequest> request(Target target, HttpMethod method, String uri) {
        return client.request(new RequestOptions()
                .setHost(target.host())
                .setPort(target.port())
                .setMethod(method)
                .setURI(uri));
    }

    /** Whether the request's connection carries its first request. To be asked once for each request. */
    boolean isFirstOnItsConnection(HttpClientRequest request) {
        return unused.remove(request.connection());
    }

    Future<Void> close() {
        return client.close();
    }
}
