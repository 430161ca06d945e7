package coalmine.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands between a sandbox's Vamp and its Marathon, passes everything on, and remembers what Vamp said. */
public final class MarathonEar implements AutoCloseable {

    /** What Vamp said. {@code path} comes with its query. */
    public record Heard(String method, String path, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "marathon-ear");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private volatile URI marathon;

    public MarathonEar(String address) {
        try {
            server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::passOn);
        server.start();
    }

    /** Starts a sandbox whose Vamp talks to its Marathon through this. */
    public Sandbox start(Machine machine, Sandbox.Options options) {
        return Sandbox.start(machine, options, url -> {
            marathon = url;
            return URI.create("http://" + server.getAddress().getHostString() + ":"
                    + server.getAddress().getPort());
        });
    }

    /** Everything that Vamp has said so far, in its order. */
    public List<Heard> heard() {
        return List.copyOf(heard);
    }

    private void passOn(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes());
        String path = exchange.getRequestURI().toString();
        heard.add(new Heard(exchange.getRequestMethod(), path, body));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(marathon + path))
                .method(
                        exchange.getRequestMethod(),
                        body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (String header : List.of("Accept", "Content-Type")) {
            if (exchange.getRequestHeaders().containsKey(header)) {
                request.header(header, exchange.getRequestHeaders().getFirst(header));
            }
        }
        try (exchange) {
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            response.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().add("Content-Type", type));
            exchange.sendResponseHeaders(response.statusCode(), 0);
            stream(response.body(), exchange.getResponseBody());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What comes is passed on at once, as events must be. */
    private static void stream(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
