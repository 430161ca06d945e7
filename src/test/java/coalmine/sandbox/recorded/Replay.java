package coalmine.sandbox.recorded;

import coalmine.sandbox.Sandbox;
import coalmine.time.PlatformDuration;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Sends to a sandbox what was once sent to a running Vamp, in the same order, and compares the answers. The sandbox's clock is held except while a
 * recorded state is waited for, so that no state is passed over unseen.
 */
final class Replay {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** A whole release, and the half of one. */
    private static final PlatformDuration LONGEST_WAY_TO_A_STATE = PlatformDuration.seconds(150);

    /** A third of Vamp's period: in each step one of its three loops has a round (facts 3.1). */
    private static final PlatformDuration STEP = PlatformDuration.seconds(1);

    /** Facts 3.1, and 5.2: of Vamp's rounds, and of the canary's and the health workflow's looks. */
    private static final PlatformDuration PERIOD_OF_ROUNDS = PlatformDuration.seconds(3);

    private static final PlatformDuration PERIOD_OF_LOOKS = PlatformDuration.seconds(5);
    private static final int ROUNDS_UNTIL_PHASES_COME_AGAIN = 5;
    private static final PlatformDuration LEAST_BEFORE_HEALTH = PlatformDuration.millis(1500);
    private static final PlatformDuration MOST_BEFORE_HEALTH = PlatformDuration.millis(4000);

    private static final PlatformDuration AT_ONCE = PlatformDuration.millis(100);

    /** Lists of events that health and metrics tell again and again. */
    private static final Pattern TICKS = Pattern.compile("/api/v1/events\\?tag=(health|metrics|gateways:).*");

    private static final int USERS_IN_A_STEP = 4;

    private static final String NOT_STARTED = "\"startedAt\":null";

    /** Observed 4: the recorded server had no UI folder and answered 404 where the official images answer 400. */
    private static final Set<String> WITHOUT_UI_FOLDER =
            Set.of("A-005", "A-007", "A-008", "A-066", "A-102", "A-103", "A-104", "A-105");

    /** How one exchange went. */
    record Outcome(Exchange exchange, Comparison comparison, Optional<String> difference) {

        boolean agrees() {
            return difference.isEmpty();
        }

        @Override
        public String toString() {
            return exchange.id() + " (" + exchange.method() + " " + exchange.path() + "): "
                    + difference.orElse("agrees");
        }
    }

    private final Sandbox sandbox;
    private final Likeness likeness;
    private final Map<String, String> documents;
    private final Set<String> known;
    private final Set<Integer> gatewayPorts = new TreeSet<>();
    /** From when Marathon was made to kill something until what came of it has been seen. */
    private boolean outage;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * @param documents ours, by the name of the recorded recipe's file that each stands in for
     * @param known the numbers of exchanges that are known to differ, for which nothing is waited
     */
    Replay(Sandbox sandbox, Likeness likeness, Map<String, String> documents, Set<String> known) {
        this.sandbox = sandbox;
        this.likeness = likeness;
        this.documents = documents;
        this.known = known;
    }

    /** Replays all exchanges; the sandbox's clock is held at the end. */
    List<Outcome> run(List<Exchange> exchanges) throws IOException, InterruptedException {
        sandbox.hold();
        List<Outcome> outcomes = new ArrayList<>();
        for (Exchange exchange : exchanges) {
            prepare(exchange);
            noteGateway(exchange);
            outcomes.add(replay(exchange));
        }
        return outcomes;
    }

    /**
     * Brings about what came between two recorded exchanges without being recorded: 35 scales that come and go, as later answers tell; and that the canary looked
     * for errors a little before the health workflow did, each time.
     */
    private void prepare(Exchange exchange) throws IOException, InterruptedException {
        if (exchange.id().equals("C-017-step7-canary")) {
            for (int round = 0; round < ROUNDS_UNTIL_PHASES_COME_AGAIN && !wouldLookBeforeHealth(); round++) {
                sandbox.goOnFor(PERIOD_OF_ROUNDS);
            }
        }
        if (exchange.id().equals("A-137-page-default")) {
            for (String scale : scales()) {
                send("PUT", "/api/v1/scales/" + scale, "{name: " + scale + ", cpu: 0.1, memory: 64MB}");
            }
        }
        if (exchange.id().equals("A-146-event-post")) {
            for (String scale : scales()) {
                send("DELETE", "/api/v1/scales/" + scale, "");
            }
        }
    }

    /** Whether a workflow that is started in Vamp's next round looks a little before the health workflow if both look every five seconds. */
    private boolean wouldLookBeforeHealth() throws IOException, InterruptedException {
        JsonNode info = tree(read(sandbox.vampUrl() + "/api/v1/info?on=jvm"));
        long up = info.at("/jvm/runtime/up_time").asLong();
        long period = PERIOD_OF_ROUNDS.toMillis();
        long nextRound = (up / period + 1) * period;
        JsonNode health = tree(read(sandbox.vampUrl() + "/api/v1/events?tag=health&per_page=1"))
                .path(0)
                .path("timestamp");
        if (health.isMissingNode()) {
            return true;
        }
        long healthAt = Duration.between(
                        Instant.parse(info.get("running_since").asText()), Instant.parse(health.asText()))
                .toMillis();
        long before = PERIOD_OF_LOOKS.toMillis() - Math.floorMod(nextRound - healthAt, PERIOD_OF_LOOKS.toMillis());
        return before >= LEAST_BEFORE_HEALTH.toMillis() && before <= MOST_BEFORE_HEALTH.toMillis();
    }

    private static List<String> scales() {
        return IntStream.rangeClosed(1, 35)
                .mapToObj(number -> String.format(Locale.ROOT, "page%02d", number))
                .toList();
    }

    private void send(String method, String path, String body) throws IOException, InterruptedException {
        http.send(
                HttpRequest.newBuilder(URI.create(sandbox.vampUrl() + path))
                        .header("Accept", "application/json")
                        .header("Content-Type", "application/x-yaml")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.discarding());
    }

    /** The recorded requests to gateways tell where users come in. */
    private void noteGateway(Exchange exchange) {
        if (exchange.server().startsWith("gateway:")) {
            gatewayPorts.add(Integer.valueOf(exchange.server().substring("gateway:".length())));
        }
    }

    private Outcome replay(Exchange exchange) throws IOException, InterruptedException {
        Comparison comparison = Comparison.of(exchange);
        Optional<String> difference = difference(exchange, comparison, send(exchange));
        if (exchange.server().equals("marathon") && !exchange.isRead()) {
            // What Marathon does about it at once is done before anybody has a look at it.
            outage = true;
            users();
            sandbox.goOnFor(AT_ONCE);
            settle();
        }
        if (difference.isPresent() && exchange.isRead() && !known.contains(exchange.number())) {
            difference = waitFor(exchange, comparison);
        }
        return new Outcome(exchange, comparison, difference);
    }

    /** Lets the clock go on, a step at a time, until the recorded state has come. */
    private Optional<String> waitFor(Exchange exchange, Comparison comparison)
            throws IOException, InterruptedException {
        Optional<String> difference = Optional.empty();
        for (long step = 0; step < LONGEST_WAY_TO_A_STATE.toMillis() / STEP.toMillis(); step++) {
            if (outage) {
                users();
            }
            sandbox.goOnFor(STEP);
            settle();
            difference = difference(exchange, comparison, send(exchange));
            if (difference.isEmpty()) {
                outage = false;
                return difference;
            }
        }
        return difference;
    }

    /**
     * Users who meet an outage, as those of the recording did: the traffic workflow's requests alone may miss one that lasts for milliseconds of this machine's
     * time.
     */
    private void users() {
        for (Integer port : gatewayPorts) {
            for (int user = 0; user < USERS_IN_A_STEP; user++) {
                http.sendAsync(
                        HttpRequest.newBuilder(URI.create("http://" + sandbox.gatewayHost() + ":" + port + "/"))
                                .build(),
                        BodyHandlers.discarding());
            }
        }
    }

    /** Waits until all processes that were begun have started: they do so in this machine's time, whatever the clock says. */
    private void settle() throws IOException, InterruptedException {
        String tasks;
        do {
            tasks = read(sandbox.marathonUrl() + "/v2/tasks");
        } while (tasks.contains(NOT_STARTED));
    }

    private String read(String url) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create(url))
                                .header("Accept", "application/json")
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private HttpResponse<String> send(Exchange exchange) throws IOException, InterruptedException {
        String body = exchange.document()
                .map(name -> Optional.ofNullable(documents.get(name))
                        .orElseThrow(() -> new IllegalArgumentException(
                                exchange.id() + " sent " + name + ", which nothing of ours stands in for")))
                .orElseGet(() -> likeness.translated(exchange.body()) + lineFeed(exchange));
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server(exchange) + likeness.translated(exchange.path())))
                .method(exchange.method(), body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        exchange.headers().forEach(request::header);
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** The recording has texts trimmed; what Vamp says of a broken one tells that they ended with a line feed. */
    private static String lineFeed(Exchange exchange) {
        return exchange.body().isEmpty() || exchange.body().startsWith("{") ? "" : "\n";
    }

    private String server(Exchange exchange) {
        return switch (exchange.server()) {
            case "vamp" -> sandbox.vampUrl().toString();
            case "marathon" -> sandbox.marathonUrl().toString();
            default -> exchange.server().replace("gateway", "http://" + sandbox.gatewayHost());
        };
    }

    private Optional<String> difference(Exchange exchange, Comparison comparison, HttpResponse<String> answer) {
        int status = WITHOUT_UI_FOLDER.contains(exchange.number()) ? 400 : exchange.status();
        if (answer.statusCode() != status) {
            return Optional.of("status " + answer.statusCode() + " instead of " + status + ": " + answer.body());
        }
        if (WITHOUT_UI_FOLDER.contains(exchange.number())) {
            return Optional.empty();
        }
        return headers(exchange, comparison, answer).or(() -> switch (comparison) {
            case BY_VALUE -> body(exchange, answer.body());
            case BY_RANGE -> range(exchange, answer.body());
            case BY_STATUS -> kind(exchange, answer.body());
            case BY_SHAPE -> shape(exchange, answer.body());
        });
    }

    private Optional<String> headers(Exchange exchange, Comparison comparison, HttpResponse<String> answer) {
        if (comparison == Comparison.BY_SHAPE) {
            return Optional.empty();
        }
        for (String header : List.of("Content-Type", "Link", "X-Total-Count")) {
            String recorded = exchange.answerHeaders().getOrDefault(header, "");
            String actual = answer.headers().firstValue(header).orElse("");
            Optional<String> difference = TICKS.matcher(exchange.path()).matches()
                    ? likeness.compareText(header, withoutCount(recorded), withoutCount(actual))
                    : likeness.compareText(header, recorded, actual);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    /** How many ticks there have been tells the time that has passed since the start, and is as volatile as a time. */
    private static String withoutCount(String header) {
        return header.replaceAll("page=\\d+>; rel=last", "page=<count>>; rel=last")
                .replaceAll("^\\d+$", "<count>");
    }

    private Optional<String> body(Exchange exchange, String answer) {
        JsonNode recorded = exchange.answer();
        if (recorded.isNull() || recorded.isMissingNode()) {
            return answer.isEmpty() ? Optional.empty() : Optional.of(answer + " instead of nothing");
        }
        return recorded.isTextual() && !isJson(answer)
                ? likeness.compareText("", recorded.asText(), answer)
                : likeness.difference(recorded, tree(answer));
    }

    private static boolean isJson(String text) {
        return text.startsWith("{") || text.startsWith("[") || text.startsWith("\"");
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }

    /** A health is 0 or 1, a measured value is 0 or more; both are a bare number with decimals (facts 5.4). */
    private static Optional<String> range(Exchange exchange, String answer) {
        if (exchange.status() != 200) {
            return answer.isEmpty() ? Optional.empty() : Optional.of(answer + " instead of nothing");
        }
        JsonNode number = tree(answer);
        if (exchange.answer().isArray()) {
            return events(exchange.answer(), number);
        }
        boolean fits = number.isFloatingPointNumber()
                && number.asDouble() >= 0
                && (exchange.path().contains("/metrics/") || number.asDouble() == 0 || number.asDouble() == 1);
        return fits ? Optional.empty() : Optional.of(answer + " is not a number such as " + exchange.answer());
    }

    /** As many events as were told, each with the same keys and a number. */
    private static Optional<String> events(JsonNode recorded, JsonNode actual) {
        boolean alike = recorded.size() == actual.size();
        for (JsonNode event : actual) {
            alike &= event.path("value").asText().matches("\\d+(\\.\\d+)?")
                    && event.size() == recorded.get(0).size();
        }
        return alike ? Optional.empty() : Optional.of(actual + " instead of events such as " + recorded);
    }

    private static Optional<String> kind(Exchange exchange, String answer) {
        JsonNode recorded = exchange.answer();
        boolean same = recorded.isContainerNode()
                ? recorded.getNodeType() == tree(answer).getNodeType()
                : true;
        return same && answer.isEmpty() == recorded.isNull()
                ? Optional.empty()
                : Optional.of(answer + " instead of something like " + recorded);
    }

    /** The same outer keys; of a page, that it says what the recorded one said. */
    private static Optional<String> shape(Exchange exchange, String answer) {
        JsonNode recorded = exchange.answer();
        if (recorded.isTextual()) {
            return answer.contains(recorded.asText())
                    ? Optional.empty()
                    : Optional.of("'" + answer + "' does not say '" + recorded.asText() + "'");
        }
        List<String> wanted = new ArrayList<>();
        recorded.fieldNames().forEachRemaining(wanted::add);
        JsonNode actual = tree(answer);
        return wanted.stream().allMatch(actual::has)
                ? Optional.empty()
                : Optional.of(answer + " has not all of the keys " + wanted);
    }
}
