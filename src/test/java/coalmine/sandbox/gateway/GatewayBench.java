package coalmine.sandbox.gateway;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.AccessLogEntry;
import coalmine.time.Pace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A data plane under test, on an address of its own, at a pace of 50, with what stands before and behind it. */
final class GatewayBench implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 20;

    final String host;
    final List<AccessLogEntry> log = new CopyOnWriteArrayList<>();
    final Vertx vertx = Vertx.vertx();
    final Context context = vertx.getOrCreateContext();
    final SandboxClock clock = new SandboxClock(context, new Pace(50));
    final DataPlane plane;
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * A bench.
     *
     * @param host the loopback address of all of it, which no other test class uses: they run at the same time, and would take each other's free ports
     */
    GatewayBench(String host) {
        this.host = host;
        this.plane = new DataPlane(context, clock, host, log::add);
    }

    /** A port that nothing listens on. */
    int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        }
    }

    Map<String, String> configure(Frontend... frontends) {
        return onContext(() -> plane.configure(Arrays.asList(frontends)));
    }

    /** A gateway with one route, {@code lookupName-route}, that has all the weight. */
    static Frontend gateway(String lookupName, int port, Target... targets) {
        return gateway(lookupName, port, List.of(route(lookupName + "-route", 100, targets)));
    }

    /** A gateway for HTTP without sticky sessions. */
    static Frontend gateway(String lookupName, int port, List<Backend> routes) {
        return new Frontend(lookupName, "name of " + lookupName, port, Protocol.HTTP, Sticky.NONE, routes);
    }

    /** A route without a condition, whose targets take turns. */
    static Backend route(String lookupName, int weight, Target... targets) {
        return new Backend(
                lookupName,
                "path/of/" + lookupName,
                weight,
                Arrays.asList(targets),
                Balance.ROUNDROBIN,
                Optional.empty(),
                List.of());
    }

    /** Where nothing listens. */
    Target nowhere() throws IOException {
        return target("nowhere", freePort());
    }

    Target target(String name, int port) {
        return new Target(name, host, port);
    }

    /** A web server, which answers its own name unless told otherwise. */
    Target instance(String name) {
        return instance(name, request -> request.response().end(name));
    }

    Target instance(String name, Handler<HttpServerRequest> handler) {
        HttpServer server =
                onContext(() -> vertx.createHttpServer().requestHandler(handler).listen(0, host));
        return target(name, server.actualPort());
    }

    /** A server without any manners, on the same event loop as the data plane. */
    Target rawInstance(String name, Handler<NetSocket> handler) {
        NetServer server =
                onContext(() -> vertx.createNetServer().connectHandler(handler).listen(0, host));
        return target(name, server.actualPort());
    }

    URI uri(int port) {
        return URI.create("http://" + host + ":" + port + "/some/path?with=query");
    }

    HttpResponse<String> get(int port) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(port)).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(int port, String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(port))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    Socket connect(int port) throws IOException {
        Socket socket = new Socket(host, port);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        return socket;
    }

    /** The statuses that were logged for a gateway or route. */
    List<Integer> statuses(String ft) {
        return log.stream()
                .filter(entry -> entry.ft().equals(ft))
                .map(AccessLogEntry::status)
                .toList();
    }

    void hold() {
        onContext(() -> {
            clock.hold();
            return Future.succeededFuture();
        });
    }

    void goOn() {
        onContext(() -> {
            clock.goOn();
            return Future.succeededFuture();
        });
    }

    /** Runs on the data plane's context and waits for what comes of it. */
    <T> T onContext(Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(run -> action.get().onComplete(promise));
        return await(promise.future());
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        onContext(plane::close);
        await(vertx.close());
    }
}
