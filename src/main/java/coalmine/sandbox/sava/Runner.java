package coalmine.sandbox.sava;

import coalmine.sandbox.sava.HttpPort.Answer;
import coalmine.sandbox.sava.HttpPort.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The sample service as Vamp Runner's recipes want it (facts 8.1, 8.2): JSON over HTTP and over TCP that says who answers and what was asked. It
 * asks on if its environment names somebody to ask, and passes that one's answer on.
 *
 * <p>Its environment, with numbers from 1: {@code SAVA_RUNNER_ID}; {@code SAVA_RUNNER_HTTP_PORT1} and {@code SAVA_RUNNER_TCP_PORT1}, ports inside the
 * container, 8081 and 8091 unless given; {@code SAVA_RUNNER_HTTP_DEPENDENCY_URL1} and {@code SAVA_RUNNER_TCP_DEPENDENCY_URL1};
 * {@code SAVA_RUNNER_HTTP_COUNT} and {@code SAVA_RUNNER_TCP_COUNT}, 1 unless given. A port of the app's on which nobody listens inside stays closed.
 */
final class Runner {

    private static final String PREFIX = "SAVA_RUNNER_";
    private static final int LONGEST_REQUEST = 1024;
    /** As good as any: it tells one process from another. */
    private static final String RUNTIME =
            Long.toHexString(System.nanoTime() | Long.MIN_VALUE).toUpperCase(Locale.ROOT);

    private final Assignment assignment;

    private Runner(Assignment assignment) {
        this.assignment = assignment;
    }

    /** Whether a container is meant to be one of these: its environment says so, or its image's tag. */
    static boolean isMeantBy(Assignment assignment) {
        for (String variable : assignment.env().keySet()) {
            if (variable.startsWith(PREFIX)) {
                return true;
            }
        }
        return assignment.version().startsWith("runner");
    }

    /** Listens on the ports that the environment names, as far as the app has them. */
    static void listen(Assignment assignment) throws IOException {
        Runner runner = new Runner(assignment);
        for (int number = 1; number <= runner.number("HTTP_COUNT", 1); number++) {
            runner.listenForHttp(number);
        }
        for (int number = 1; number <= runner.number("TCP_COUNT", 1); number++) {
            runner.listenForTcp(number);
        }
    }

    private String text(String variable) {
        String value = assignment.env().get(PREFIX.concat(variable));
        return value == null ? "" : value;
    }

    private int number(String variable, int otherwise) {
        try {
            int value = Integer.parseInt(text(variable));
            return value == 0 ? otherwise : value;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private void listenForHttp(int number) throws IOException {
        int port = number("HTTP_PORT".concat(Integer.toString(number)), 8080 + number);
        Integer hostPort = assignment.ports().get(port);
        if (hostPort != null) {
            HttpPort.open(
                    assignment.address(),
                    hostPort,
                    new Answering(this, port, text("HTTP_DEPENDENCY_URL".concat(Integer.toString(number)))));
        }
    }

    private void listenForTcp(int number) throws IOException {
        int port = number("TCP_PORT".concat(Integer.toString(number)), 8090 + number);
        Integer hostPort = assignment.ports().get(port);
        if (hostPort != null) {
            ServerSocket server = HttpPort.bind(assignment.address(), hostPort);
            HttpPort.start(
                    new Accepting(this, server, port, text("TCP_DEPENDENCY_URL".concat(Integer.toString(number)))));
        }
    }

    private byte[] answer(int port, String key, String asked) {
        return "{\"id\":\""
                .concat(json(text("ID")))
                .concat("\",\"runtime\":\"")
                .concat(RUNTIME)
                .concat("\",\"port\":")
                .concat(Integer.toString(port))
                .concat(",\"")
                .concat(key)
                .concat("\":\"")
                .concat(json(asked))
                .concat("\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String json(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    /** Answers HTTP; where the one that it should ask cannot be had, it says so by an empty path and its own name. */
    private record Answering(Runner runner, int port, String dependency) implements HttpPort.Service {

        @Override
        public Answer answer(Request request) {
            String path = request.path().isEmpty() ? "" : request.path().substring(1);
            return new Answer(
                    "application/json",
                    "X-Sava-Instance: ".concat(runner.assignment.instance()).concat("\r\n"),
                    dependency.isEmpty() ? runner.answer(port, "path", path) : asked(path));
        }

        private byte[] asked(String path) {
            try {
                HttpURLConnection connection = (HttpURLConnection)
                        URI.create(dependency.concat("/").concat(path)).toURL().openConnection();
                try (InputStream body = connection.getInputStream()) {
                    return body.readAllBytes();
                }
            } catch (IOException | IllegalArgumentException e) {
                return runner.answer(port, "path", "");
            }
        }
    }

    /** Takes connections until the process ends, each in a thread of its own. */
    private record Accepting(Runner runner, ServerSocket server, int port, String dependency) implements Runnable {

        @Override
        public void run() {
            while (true) {
                try {
                    HttpPort.start(new Conversation(runner, server.accept(), port, dependency));
                } catch (IOException e) {
                    // A client that went away before it was taken; the next will stay.
                    continue;
                }
            }
        }
    }

    /** One question and one answer. */
    private record Conversation(Runner runner, Socket client, int port, String dependency) implements Runnable {

        @Override
        public void run() {
            try (client) {
                byte[] buffer = new byte[LONGEST_REQUEST];
                int length = client.getInputStream().read(buffer);
                if (length > 0) {
                    String request = new String(buffer, 0, length, StandardCharsets.UTF_8);
                    client.getOutputStream()
                            .write(dependency.isEmpty() ? runner.answer(port, "request", request) : asked(request));
                }
            } catch (IOException e) {
                // The client has gone; there is nobody to tell.
                return;
            }
        }

        private byte[] asked(String request) {
            int colon = Math.max(0, dependency.lastIndexOf(':'));
            String host = dependency.substring(0, colon);
            try (Socket other = new Socket(host, Integer.parseInt(dependency.substring(colon + 1)))) {
                other.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                return other.getInputStream().readNBytes(LONGEST_REQUEST);
            } catch (IOException | IllegalArgumentException e) {
                return runner.answer(port, "request", "");
            }
        }
    }
}
