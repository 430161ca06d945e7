package coalmine.vamp;

import coalmine.access.Problem;
import coalmine.access.Server;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/** One connection on which a Vamp tells its events as they happen (facts 4.4), until either side ends it. */
final class EventConnection implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(8);

    private final InputStream stream;
    private volatile long heardNanos = System.nanoTime();

    private EventConnection(InputStream stream) {
        this.stream = stream;
    }

    /** What connections to a Vamp are made with. */
    static HttpClient client(Server server) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(server.trust().context())
                .build();
    }

    /**
     * Subscribes to all events; when it returns, none that comes is missed.
     *
     * @throws VampException if Vamp cannot be reached or does not stream
     */
    static EventConnection open(Server server, HttpClient http) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + "/api/v1/events/stream"))
                .header("Accept", "text/event-stream")
                .timeout(CONNECT_TIMEOUT);
        server.credentials().authorization().ifPresent(it -> request.header("Authorization", it));
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            String type = response.headers().firstValue("Content-Type").orElse("no content type");
            if (response.statusCode() != 200 || !type.startsWith("text/event-stream")) {
                response.body().close();
                throw new VampException(server + " does not stream events: its /api/v1/events/stream answers "
                        + response.statusCode() + " with " + type);
            }
            return new EventConnection(response.body());
        } catch (HttpConnectTimeoutException e) {
            throw new VampException(server + " cannot be reached: " + Problem.of(e), e);
        } catch (HttpTimeoutException e) {
            throw new VampException(
                    server + " does not begin to stream events within " + CONNECT_TIMEOUT.toSeconds()
                            + " s; a proxy before it may hold them back (nginx: proxy_buffering off)",
                    e);
        } catch (IOException e) {
            throw new VampException(server + " cannot be reached: " + Problem.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VampException("interrupted while connecting to " + server, e);
        }
    }

    /** Tells of each event until the connection ends. A frame's data and its type come in either order, and both are in the data anyway. */
    void follow(Consumer<Event> listener) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                heardNanos = System.nanoTime();
                String data = line.startsWith("data:") ? line.substring("data:".length()) : "";
                if (!data.isBlank()) {
                    listener.accept(Event.heard(JSON.readTree(data)));
                }
            }
        } catch (JsonProcessingException e) {
            // half an event, as the connection was lost in the middle of it; it is read again from the store
        } catch (IOException e) {
            // lost or closed; either way whoever follows knows what to do
        }
    }

    /** For how long nothing has come on it, not even a heartbeat. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heardNanos);
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            // it is as closed as it gets
        }
    }
}
