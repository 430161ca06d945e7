package coalmine.sandbox.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What was once sent to a running Vamp, its Marathon or one of its gateways, and answered.
 *
 * @param id its number in the recording and what it is about, such as {@code B-039-deployment-deployed-11}
 * @param server {@code vamp}, {@code marathon}, or {@code gateway:} and a port
 * @param body of the request; empty for none
 * @param answer of the answer: a tree, text, or null for none
 */
record Exchange(
        String id,
        String server,
        String method,
        String path,
        Map<String, String> headers,
        String body,
        int status,
        Map<String, String> answerHeaders,
        JsonNode answer) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads all recordings of a folder, in the order of the files' names.
     *
     * @param folder with {@code .jsonl} files, or with a folder {@code exchanges} that has them
     * @param change is applied to each line before it is read
     */
    static List<Exchange> readAll(Path folder, UnaryOperator<String> change) {
        Path exchanges = Files.isDirectory(folder.resolve("exchanges")) ? folder.resolve("exchanges") : folder;
        List<Exchange> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(exchanges)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (!line.isBlank()) {
                        all.add(of(JSON.readTree(change.apply(line))));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(exchanges + " has no recordings that can be read", e);
        }
        return all;
    }

    private static Exchange of(JsonNode json) {
        JsonNode request = json.get("request");
        JsonNode response = json.get("response");
        JsonNode body = request.path("body");
        return new Exchange(
                json.get("id").asText(),
                json.path("server").asText("vamp"),
                request.get("method").asText(),
                request.get("path").asText(),
                headers(request),
                body.isNull() || body.isMissingNode() ? "" : body.isTextual() ? body.asText() : body.toString(),
                response.get("status").asInt(),
                headers(response),
                response.path("body"));
    }

    private static Map<String, String> headers(JsonNode message) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        message.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        return headers;
    }

    /** The number in the recording: {@code B-039}. */
    String number() {
        return id.length() < 5 ? id : id.substring(0, 5);
    }

    /** The recipe's document that was left out of the recording, by the name of its file. */
    Optional<String> document() {
        return body.startsWith("<document of a recipe: ")
                ? Optional.of(body.substring(body.lastIndexOf('/') + 1, body.length() - 1))
                : Optional.empty();
    }

    boolean isRead() {
        return method.equals("GET") || method.equals("HEAD");
    }

    /** The path without its query. */
    String resource() {
        return path.replaceAll("\\?.*", "");
    }
}
