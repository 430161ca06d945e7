package coalmine.access;

import static io.restassured.RestAssured.given;

import io.restassured.config.EncoderConfig;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RedirectConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.config.SSLConfig;
import io.restassured.http.ContentType;
import io.restassured.http.Header;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.http.client.HttpClient;
import org.apache.http.conn.ssl.SSLSocketFactory;
import org.apache.http.impl.client.DefaultHttpClient;
import org.apache.http.impl.client.DefaultHttpRequestRetryHandler;

/**
 * Calls of a server: with its credentials, in time, and tried again only where nothing can have come of it. A connection is made within 3 s, and each part
 * of an answer comes within 6 s, or 8 s where something is to be done. Nobody is followed elsewhere, as the credentials are not for others.
 */
public final class Calls {

    /** The media type that Vamp takes documents in. */
    public static final String YAML = "application/x-yaml";

    private static final int CONNECT_MILLIS = 3_000;
    private static final int READ_MILLIS = 6_000;
    private static final int WRITE_MILLIS = 8_000;

    private final Server server;
    private final RestAssuredConfig reading;
    private final RestAssuredConfig writing;

    public Calls(Server server) {
        this.server = server;
        this.reading = config(server, READ_MILLIS);
        this.writing = config(server, WRITE_MILLIS);
    }

    private static RestAssuredConfig config(Server server, int answerMillis) {
        return RestAssuredConfig.config()
                .encoderConfig(EncoderConfig.encoderConfig()
                        .encodeContentTypeAs(YAML, ContentType.TEXT)
                        .appendDefaultContentCharsetToContentTypeIfUndefined(false))
                .redirect(RedirectConfig.redirectConfig().followRedirects(false))
                .sslConfig(SSLConfig.sslConfig().with().sslSocketFactory(tls(server.trust())))
                .httpClient(HttpClientConfig.httpClientConfig()
                        .httpClientFactory(Calls::client)
                        .setParam("http.connection.timeout", CONNECT_MILLIS)
                        .setParam("http.socket.timeout", answerMillis));
    }

    /** REST Assured takes none but these; names are checked as strictly as ever. */
    @SuppressWarnings("deprecation")
    private static SSLSocketFactory tls(Trust trust) {
        return new SSLSocketFactory(trust.context(), SSLSocketFactory.STRICT_HOSTNAME_VERIFIER);
    }

    /** One that does what it is told once: left alone, it sends a request again whose connection was lost, and tells nobody. */
    @SuppressWarnings("deprecation")
    private static HttpClient client() {
        DefaultHttpClient client = new DefaultHttpClient();
        client.setHttpRequestRetryHandler(new DefaultHttpRequestRetryHandler(0, false));
        return client;
    }

    /**
     * Asks something.
     *
     * @param path what follows the server's URL, encoded as it is to be sent, with a slash before it
     * @return the answer, whatever its status, but for those that tell of the way to the server and not of what was asked
     * @throws AccessException if it cannot be asked
     */
    public Reply get(String path) {
        long first = System.nanoTime();
        for (int failed = 1; ; failed++) {
            try {
                return send("GET", path, UnaryOperator.identity());
            } catch (AccessException e) {
                if (!e.problem().mayPass()
                        || !server.retries().again(failed, first, "GET " + server + ": " + e.problem())) {
                    throw e;
                }
            }
        }
    }

    /**
     * Sends something, once.
     *
     * @param details adds what is to be sent
     * @throws AccessException if it cannot be sent, or nobody can know what has become of it
     */
    public Reply send(String method, String path, UnaryOperator<RequestSpecification> details) {
        Reply reply;
        try {
            RequestSpecification request = details.apply(given())
                    .config(method.equals("GET") ? reading : writing)
                    .urlEncodingEnabled(false)
                    .accept("application/json");
            server.credentials().authorization().ifPresent(it -> request.header("Authorization", it));
            reply = read(request.request(method, server.url() + path));
        } catch (Exception e) {
            // REST Assured throws the connection's own checked exceptions past the compiler.
            if (!Problem.isOfTheWay(e)) {
                throw e;
            }
            Problem problem = Problem.of(e);
            throw new AccessException(problem, server + " cannot be reached: " + problem + because(e), e);
        }
        Optional<Problem> onTheWay = Problem.of(reply.status());
        if (onTheWay.isPresent()) {
            throw new AccessException(onTheWay.get(), tell(method, path, reply, onTheWay.get()));
        }
        return reply;
    }

    private Reply read(Response response) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : response.headers()) {
            headers.put(
                    header.getName().toLowerCase(Locale.ROOT),
                    server.credentials().hideIn(header.getValue()));
        }
        return new Reply(response.statusCode(), headers, response.asString());
    }

    private String tell(String method, String path, Reply reply, Problem problem) {
        String where = reply.header("Location").map(it -> " to " + it).orElse("");
        String message = server.credentials().hideIn(reply.message());
        return method + " " + server + path + " was answered with " + reply.status() + ": " + problem + where
                + (message.isEmpty() ? "" : " (" + message + ")");
    }

    private String because(Exception failure) {
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        String said =
                Optional.ofNullable(last.getMessage()).orElse(last.getClass().getSimpleName());
        return " (" + server.credentials().hideIn(said).replaceAll("\\s+", " ") + ")";
    }
}
