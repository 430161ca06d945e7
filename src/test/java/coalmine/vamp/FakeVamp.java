package coalmine.vamp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Plays the answers that a test gives it, and Vamp's event stream: {@code data} before {@code event}, no ids. */
public final class FakeVamp implements AutoCloseable {

    public static final String STREAM = "GET /api/v1/events/stream";

    static {
        // Otherwise each answer waits for 40 ms, as its body goes out after its head was acknowledged.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** What was asked. {@code line} is method and path with query. */
    public record Request(String line, Map<String, List<String>> headers, String body) {
        public String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }
    }

    /** What is answered. */
    public record Reply(int status, Map<String, String> headers, String body) {
        public static Reply json(String body) {
            return new Reply(200, Map.of("Content-Type", "application/json"), body);
        }

        public static Reply of(int status, String body) {
            return new Reply(status, Map.of("Content-Type", "application/json"), body);
        }

        public Reply with(String header, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(header, value);
            return new Reply(status, more, body);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Function<Request, Reply>> replies = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<HttpExchange> streams = new CopyOnWriteArrayList<>();

    public FakeVamp(String address) {
        try {
            server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        when(STREAM, request -> Reply.of(200, ""));
        when("GET /api/v1/events", request -> Reply.json("[]"));
    }

    public URI uri() {
        return URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort());
    }

    /** Answers a method and a path, looked for with the query first and then without. */
    public void when(String line, Function<Request, Reply> reply) {
        replies.put(line, reply);
    }

    public void when(String line, String json) {
        when(line, request -> Reply.json(json));
    }

    public List<Request> requests(String lineStart) {
        return requests.stream()
                .filter(request -> request.line().startsWith(lineStart))
                .toList();
    }

    public int openStreams() {
        return streams.size();
    }

    /** Sends an event to all who listen. */
    public void publish(String json) {
        send("data: " + json + "\nevent: event\n\n");
    }

    public void send(String frame) {
        for (HttpExchange stream : streams) {
            try {
                synchronized (stream) {
                    OutputStream out = stream.getResponseBody();
                    out.write(frame.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            } catch (IOException gone) {
                streams.remove(stream);
            }
        }
    }

    public void dropStreams() {
        List<HttpExchange> dropped = List.copyOf(streams);
        // Whoever connects anew while they are closed is none of them.
        streams.removeAll(dropped);
        dropped.forEach(HttpExchange::close);
    }

    @Override
    public void close() {
        dropStreams();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        Request request = new Request(line, Map.copyOf(exchange.getRequestHeaders()), body);
        requests.add(request);
        Reply reply = replies.getOrDefault(line, replies.getOrDefault(line.split("\\?")[0], FakeVamp::unknown))
                .apply(request);
        if (line.startsWith(STREAM) && reply.status() == 200) {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            // Who has the headers gets every event from then on.
            synchronized (exchange) {
                streams.add(exchange);
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().flush();
            }
            return;
        }
        reply.headers().forEach(exchange.getResponseHeaders()::add);
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static Reply unknown(Request request) {
        return Reply.of(404, "The requested resource could not be found.");
    }
}
