package coalmine.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Does on the wire what Vamp Runner 0.9.2's console does (facts 8.1): one event stream without a filter, a queue of 30 events that every step clears, PUT and
 * DELETE with {@code application/x-yaml}, always with the path's last slash, and a GET for a condition. It shares no code with Coalmine's own runner.
 */
final class VampRunnerConsole implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int QUEUE = 30;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String api;
    private final Duration patience;
    private final BlockingQueue<Set<String>> events = new ArrayBlockingQueue<>(QUEUE);
    private final Stream<String> stream;

    /**
     * @param patience for a step, on the wall
     */
    VampRunnerConsole(URI vamp, Duration patience) throws IOException, InterruptedException {
        this.api = vamp + "/api/v1";
        this.patience = patience;
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + "/events/stream"))
                .header("Accept", "text/event-stream")
                .build();
        this.stream = http.send(request, HttpResponse.BodyHandlers.ofLines()).body();
        Thread reader = new Thread(() -> stream.forEach(this::read), "Vamp Runner's events");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(String line) {
        if (!line.startsWith("data:")) {
            return;
        }
        try {
            Set<String> tags = new HashSet<>();
            JSON.readTree(line.substring("data:".length())).path("tags").forEach(tag -> tags.add(tag.asText()));
            if (events.remainingCapacity() == 0) {
                events.poll();
            }
            events.add(tags);
        } catch (IOException e) {
            throw new IllegalStateException("no JSON on the event stream: " + line, e);
        }
    }

    /** What has become of each step: run steps until one fails, then all clean-up steps. */
    List<String> run(Path folder) throws IOException, InterruptedException {
        JsonNode recipe = JSON.readTree(folder.resolve("recipe.json").toFile());
        List<String> states = new ArrayList<>();
        for (JsonNode step : recipe.path("run")) {
            states.add(perform(folder, step, "create"));
        }
        for (JsonNode step : recipe.path("cleanup")) {
            states.add(perform(folder, step, "delete"));
        }
        return states;
    }

    private String perform(Path folder, JsonNode step, String usual) throws IOException, InterruptedException {
        events.clear();
        String condition = step.path("condition").asText("");
        if (!condition.isEmpty() && !exists(condition)) {
            return "skipped";
        }
        String method = step.path("method").asText(usual).equals("create") ? "PUT" : "DELETE";
        HttpResponse<String> response = http.send(
                request(step.path("as").asText(""))
                        .header("Content-Type", "application/x-yaml")
                        .method(
                                method,
                                HttpRequest.BodyPublishers.ofString(Files.readString(
                                        folder.resolve(step.path("resource").asText()))))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            return "failed: " + response.statusCode() + " " + response.body();
        }
        Set<String> await = new HashSet<>();
        step.path("await").forEach(tag -> await.add(tag.asText()));
        long end = System.nanoTime() + patience.toNanos();
        while (!await.isEmpty()) {
            Set<String> tags = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (tags == null) {
                return "failed: no event with " + await;
            }
            if (tags.containsAll(await)) {
                break;
            }
        }
        return "succeeded";
    }

    private boolean exists(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
        return response.statusCode() < 300 && !response.body().isEmpty();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(api + "/" + path)).header("Accept", "application/json");
    }

    @Override
    public void close() {
        stream.close();
    }
}
