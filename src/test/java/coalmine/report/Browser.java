package coalmine.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium, driven over its own DevTools protocol: no driver has to be fetched for it. */
final class Browser implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final long PATIENCE_SECONDS = 30;

    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new HashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private CompletableFuture<Void> loaded = new CompletableFuture<>();
    private int last;

    /** Whether there is a Chromium on the path. */
    static boolean isInstalled() {
        return executable().isPresent();
    }

    private static Optional<Path> executable() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * @param profile an empty folder for what it keeps
     */
    Browser(Path profile) throws IOException {
        this.profile = profile;
        List<String> command =
                new ArrayList<>(List.of(executable().orElseThrow().toString()));
        // It runs as root in containers, and must not call anybody by itself.
        command.addAll(List.of("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"));
        command.addAll(List.of("--disable-background-networking", "--disable-component-update", "--disable-sync"));
        command.addAll(List.of("--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0"));
        command.addAll(List.of("--user-data-dir=" + profile, "about:blank"));
        process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        socket = connect(page(address()));
        for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
            ask(domain + ".enable", Map.of());
        }
    }

    private String address() throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                Thread rest = new Thread(() -> output.lines().forEach(ignored -> {}), "Chromium's output");
                rest.setDaemon(true);
                rest.start();
                return listening.group(1);
            }
        }
        throw new IOException("Chromium has ended before it listened");
    }

    private static URI page(String address) throws IOException {
        try {
            String list = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + address + "/json/list"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            for (JsonNode target : JSON.readTree(list)) {
                if (target.path("type").asText().equals("page")) {
                    return URI.create(target.get("webSocketDebuggerUrl").asText());
                }
            }
            throw new IOException("Chromium has no page: " + list);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private WebSocket connect(URI page) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(page, new WebSocket.Listener() {
                    private final StringBuilder message = new StringBuilder();

                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
                        message.append(part);
                        if (isLast) {
                            hear(message.toString());
                            message.setLength(0);
                        }
                        from.request(1);
                        return null;
                    }
                })
                .join();
    }

    private void hear(String message) {
        try {
            JsonNode json = JSON.readTree(message);
            if (json.has("id")) {
                synchronized (this) {
                    asked.remove(json.get("id").asInt()).complete(json);
                }
            } else {
                events.add(json);
                if (json.path("method").asText().equals("Page.loadEventFired")) {
                    synchronized (this) {
                        loaded.complete(null);
                    }
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Chromium says what is not JSON", e);
        }
    }

    /** Calls a method of the protocol, and waits for its result. */
    JsonNode ask(String method, Map<String, ?> parameters) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        String request;
        synchronized (this) {
            asked.put(++last, answer);
            request = JSON.valueToTree(Map.of("id", last, "method", method, "params", parameters))
                    .toString();
        }
        socket.sendText(request, true).join();
        JsonNode json = await(answer, method);
        if (json.has("error")) {
            throw new IllegalStateException(method + ": " + json.get("error"));
        }
        return json.path("result");
    }

    private static <T> T await(CompletableFuture<T> future, String what) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Chromium did not do it: " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Opens a page and waits until it has been loaded. */
    void open(URI page) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (this) {
            loaded = done;
        }
        ask("Page.navigate", Map.of("url", page.toString()));
        await(done, "load " + page);
    }

    /** Does something that leads to another page, and waits until that has been loaded. */
    void leaving(Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (this) {
            loaded = done;
        }
        action.run();
        await(done, "load the next page");
    }

    /** The value of an expression of JavaScript; of a promise, what it promises. */
    JsonNode evaluate(String expression) {
        JsonNode result =
                ask("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    void press(String key) {
        ask("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", key, "code", key, "windowsVirtualKeyCode", 9));
        ask("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", 9));
    }

    void resize(int width, int height) {
        ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /**
     * @param scheme {@code light} or {@code dark}
     */
    void prefer(String scheme) {
        ask(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void screenshot(Path file) throws IOException {
        JsonNode shot = ask("Page.captureScreenshot", Map.of("format", "png"));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(shot.get("data").asText()));
    }

    /** Every address that was asked for. */
    List<String> requests() {
        return events.stream()
                .filter(event -> event.path("method").asText().equals("Network.requestWillBeSent"))
                .map(event -> event.at("/params/request/url").asText())
                .toList();
    }

    /** Every error that a page wrote or threw. */
    List<String> errors() {
        return events.stream()
                .filter(event -> switch (event.path("method").asText()) {
                    case "Runtime.exceptionThrown" -> true;
                    case "Runtime.consoleAPICalled" ->
                        event.at("/params/type").asText().matches("error|warning|assert");
                    case "Log.entryAdded" ->
                        event.at("/params/entry/level").asText().matches("error|warning");
                    default -> false;
                })
                .map(JsonNode::toString)
                .toList();
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
        // Links out of the profile, which a temporary folder should not have when it is deleted.
        for (String link : List.of("SingletonLock", "SingletonSocket", "SingletonCookie")) {
            profile.resolve(link).toFile().delete();
        }
    }
}
