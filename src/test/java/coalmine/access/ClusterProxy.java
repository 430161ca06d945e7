package coalmine.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.parsetools.RecordParser;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * A proxy as clusters have them before a Vamp or a Marathon: it speaks TLS, wants to know who is there, takes its time, loses connections, and shows
 * answers as later versions give them. What it does besides passing on is chosen before it is opened.
 */
public final class ClusterProxy implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> NOT_PASSED_ON =
            Set.of("host", "authorization", "content-length", "transfer-encoding", "connection", "accept-encoding");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final URI target;
    private final String address;
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final HttpServerOptions options = new HttpServerOptions();
    private String prefix = "";
    private String authorization = "";
    private Duration latency = Duration.ZERO;
    private Duration longestStream = Duration.ZERO;
    private int everyRead;
    private StreamHandling streams = StreamHandling.PASS_ON;
    private UnaryOperator<JsonNode> change = UnaryOperator.identity();
    private Optional<HttpServer> server = Optional.empty();

    private enum StreamHandling {
        PASS_ON,
        HOLD_BACK
    }

    /**
     * @param address the loopback address that it listens on
     * @param target what it stands before
     */
    public ClusterProxy(String address, URI target) {
        this.address = address;
        this.target = target;
    }

    /**
     * Speaks TLS.
     *
     * @param keyStore of {@link Authority#certify}
     */
    public ClusterProxy withTls(Path keyStore) {
        options.setSsl(true)
                .setKeyCertOptions(new PfxOptions()
                        .setPath(keyStore.toString())
                        .setPassword(Authority.PASSWORD)
                        .setAlias(Authority.SERVER));
        return this;
    }

    /** Lets in nobody else; answers 401 and repeats what it was sent, as careless ones do. */
    public ClusterProxy demanding(String header) {
        authorization = header;
        return this;
    }

    /** Listens below a path only, such as {@code /service/vamp}. */
    public ClusterProxy below(String path) {
        prefix = path;
        return this;
    }

    /** Takes so long before it passes on. */
    public ClusterProxy takingItsTime(Duration time) {
        latency = time;
        return this;
    }

    /** Hangs up on every so manieth read; on half of them when the answer has begun. */
    public ClusterProxy losingEvery(int read) {
        everyRead = read;
        return this;
    }

    /** Ends event streams after a while. */
    public ClusterProxy endingStreamsAfter(Duration time) {
        longestStream = time;
        return this;
    }

    /** Begins event streams, and keeps what comes on them to itself. */
    public ClusterProxy holdingStreamsBack() {
        streams = StreamHandling.HOLD_BACK;
        return this;
    }

    /** Shows every JSON that passes otherwise. */
    public ClusterProxy showing(UnaryOperator<JsonNode> otherwise) {
        change = otherwise;
        return this;
    }

    public ClusterProxy open() {
        HttpServer listening = vertx.createHttpServer(options).requestHandler(this::handle);
        try {
            listening
                    .listen(0, address)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        server = Optional.of(listening);
        return this;
    }

    /** Where to call it. */
    public URI uri() {
        return URI.create((options.isSsl() ? "https" : "http") + "://" + address + ":"
                + server.orElseThrow().actualPort() + prefix);
    }

    /** How often it has hung up on somebody. */
    public int dropped() {
        return dropped.get();
    }

    /** Method and path of everything that it was asked. */
    public List<String> requests() {
        return requests;
    }

    private void handle(HttpServerRequest request) {
        requests.add(request.method() + " " + request.uri());
        if (!authorization.isEmpty() && !authorization.equals(request.getHeader("Authorization"))) {
            request.response().setStatusCode(401).end("who is " + request.getHeader("Authorization") + "?");
            return;
        }
        if (!request.uri().startsWith(prefix)) {
            request.response().setStatusCode(404).end("nothing here");
            return;
        }
        request.body().onSuccess(body -> {
            if (latency.isZero()) {
                pass(request, body);
            } else {
                vertx.setTimer(latency.toMillis(), now -> pass(request, body));
            }
        });
    }

    private void pass(HttpServerRequest request, Buffer body) {
        boolean stream = request.path().endsWith("/events/stream");
        boolean read = request.method().name().equals("GET") && !stream;
        boolean lose = read && everyRead > 0 && reads.incrementAndGet() % everyRead == 0;
        if (lose && dropped.incrementAndGet() % 2 == 1) {
            request.connection().close();
            return;
        }
        client.request(new RequestOptions()
                        .setMethod(request.method())
                        .setHost(target.getHost())
                        .setPort(target.getPort())
                        .setURI(request.uri().substring(prefix.length())))
                .compose(onward -> {
                    request.headers().forEach(header -> {
                        if (!NOT_PASSED_ON.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                            onward.putHeader(header.getKey(), header.getValue());
                        }
                    });
                    return onward.send(body);
                })
                .onFailure(e -> request.response().setStatusCode(502).end("nobody behind"))
                .onSuccess(answer -> {
                    HttpServerResponse response = request.response().setStatusCode(answer.statusCode());
                    answer.headers().forEach(header -> {
                        if (!NOT_PASSED_ON.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                            response.putHeader(header.getKey(), header.getValue());
                        }
                    });
                    if (stream && answer.statusCode() == 200) {
                        stream(answer, request);
                    } else {
                        answer.body().onSuccess(whole -> answer(request, whole, lose));
                    }
                });
    }

    private void answer(HttpServerRequest request, Buffer whole, boolean lose) {
        Buffer shown = Buffer.buffer(shown(whole.toString()));
        if (!lose) {
            request.response().end(shown);
            return;
        }
        request.response().putHeader("Content-Length", Integer.toString(shown.length()));
        request.response()
                .write(shown.slice(0, shown.length() / 2))
                .onComplete(now -> request.connection().close());
    }

    private void stream(HttpClientResponse answer, HttpServerRequest request) {
        HttpServerResponse response = request.response().setChunked(true);
        response.writeHead();
        answer.handler(RecordParser.newDelimited("\n", line -> {
            if (streams == StreamHandling.PASS_ON) {
                String text = line.toString();
                response.write(
                        (text.startsWith("data:") ? "data: " + shown(text.substring("data:".length())) : text) + "\n");
            }
        }));
        answer.endHandler(now -> request.connection().close());
        request.connection().closeHandler(now -> answer.request().reset());
        if (!longestStream.isZero()) {
            vertx.setTimer(longestStream.toMillis(), now -> {
                dropped.incrementAndGet();
                request.connection().close();
            });
        }
    }

    private String shown(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return json.isContainerNode() ? change.apply(json).toString() : text;
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
