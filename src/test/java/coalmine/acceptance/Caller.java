package coalmine.acceptance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A user who asks one thing after the other, and reads the answers of runners: who answered, on which port, and what was asked. */
final class Caller {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .connectTimeout(LONGEST_ANSWER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    private final String host;

    /**
     * @param host where the gateways are
     */
    Caller(String host) {
        this.host = host;
    }

    /**
     * How a request was answered.
     *
     * @param text the body, or why there is none
     * @param json what a runner says; missing if it was none that answered
     * @param cookie what the user is to bring along next time
     */
    record Reply(String text, JsonNode json, Optional<String> cookie) {

        private static Reply of(String text, Optional<String> cookie) {
            try {
                return new Reply(text, JSON.readTree(text), cookie);
            } catch (JsonProcessingException e) {
                return new Reply(text, MissingNode.getInstance(), cookie);
            }
        }

        private static Reply none(String why) {
            return new Reply(why, MissingNode.getInstance(), Optional.empty());
        }

        String id() {
            return json.path("id").asText();
        }
    }

    /** Asks a gateway for a path, which begins with a slash. */
    Reply get(int port, String path, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
                .timeout(LONGEST_ANSWER);
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200
                    ? Reply.of(response.body(), cookie(response))
                    : Reply.none("status " + response.statusCode());
        } catch (IOException e) {
            return Reply.none("no answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an answer", e);
        }
    }

    /** Writes something to a gateway of TCP, and reads until it hangs up. */
    Reply write(int port, String request) {
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout((int) LONGEST_ANSWER.toMillis());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Reply.of(answer, Optional.empty());
        } catch (IOException e) {
            return Reply.none("no answer: " + e.getMessage());
        }
    }

    private static Optional<String> cookie(HttpResponse<String> response) {
        return response.headers().firstValue("Set-Cookie").map(line -> line.replaceAll(";.*", ""));
    }
}
