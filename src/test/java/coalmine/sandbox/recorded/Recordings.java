package coalmine.sandbox.recorded;

import coalmine.recipe.Recipe;
import coalmine.sandbox.Machine;
import coalmine.sandbox.MarathonEar;
import coalmine.sandbox.MarathonEar.Heard;
import coalmine.sandbox.Sandbox;
import coalmine.sandbox.recorded.Replay.Outcome;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.Event;
import coalmine.vamp.EventStream;
import coalmine.vamp.EventStream.Arrival;
import coalmine.vamp.VampApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The recordings of a running Vamp 0.9.2, and what a sandbox made of them. */
final class Recordings {

    static final Path FOLDER = Path.of("src/test/resources/recordings");

    private static final Path RECIPE = Path.of("recipes/canary-release");
    private static final Pace PACE = new Pace(50);
    /** A minute went by from one recording to the next. */
    private static final int SECONDS_BETWEEN_PARTS = 60;

    /** The recorded recipe's documents that were left out, in the order of our recipe's steps. */
    private static final List<String> DOCUMENTS = List.of(
            "blueprint.yml", "artifacts.yml", "deploy1.yml", "gateway.yml", "deploy2.yml", "traffic.yml", "canary.yml");
    /** Our canary can be told its step; the recorded one could not. */
    private static final String OURS_ALONE = "(?m)^ *STEP: .*\\R";
    /** Our scripts are told their workflow's name; the recorded ones knew it. */
    private static final Pattern TOLD_NAME = Pattern.compile("(?m)^ *NAME: (.*)\\R");

    /**
     * What came of a replay.
     *
     * @param events by the first letter of the recordings' ids: what the sandbox announced meanwhile
     * @param heard what its Vamp said to its Marathon
     */
    record Result(List<Outcome> outcomes, Map<Character, List<Event>> events, List<Heard> heard) {}

    private Recordings() {}

    /**
     * Replays a folder on a fresh sandbox.
     *
     * @param address a loopback address of its own
     * @param change is applied to the recordings and to our documents alike
     */
    static Result replay(Path folder, String address, Likeness likeness, UnaryOperator<String> change)
            throws IOException, InterruptedException {
        try (Machine machine = new Machine();
                MarathonEar ear = new MarathonEar(address);
                Sandbox sandbox =
                        ear.start(machine, Sandbox.Options.atPace(PACE).on(address))) {
            machine.warm().join();
            VampApi vamp = new VampApi(sandbox.vampUrl());
            Replay replay = new Replay(
                    sandbox, likeness, documents(change), knownDifferences().keySet());
            List<Outcome> outcomes = new ArrayList<>();
            Map<Character, List<Event>> events = new TreeMap<>();
            try (EventStream stream = EventStream.open(vamp)) {
                for (Map.Entry<Character, List<Exchange>> part :
                        parts(folder, change).entrySet()) {
                    int mark = stream.mark();
                    outcomes.addAll(replay.run(part.getValue()));
                    untilTrafficSaysSomething(sandbox, vamp, stream, change.apply("traffic"), mark);
                    events.put(
                            part.getKey(),
                            stream.since(mark).stream().map(Arrival::event).toList());
                }
            }
            if (vamp.services(change.apply("sava")).isPresent()) {
                sandbox.goOn();
                scaleAndCleanUp(vamp, ear, change);
            }
            return new Result(outcomes, events, ear.heard());
        }
    }

    /** The recorded traffic had said something of itself by the end of the recording. */
    private static void untilTrafficSaysSomething(
            Sandbox sandbox, VampApi vamp, EventStream stream, String traffic, int mark) {
        for (int second = 0; second < SECONDS_BETWEEN_PARTS; second++) {
            boolean said = stream.since(mark).stream()
                    .anyMatch(arrival -> arrival.event().has("workflows:" + traffic, "response:ok"));
            if (said || vamp.workflowStatus(traffic).isEmpty()) {
                return;
            }
            sandbox.goOnFor(PlatformDuration.seconds(1));
        }
    }

    /** What else Vamp was made to tell Marathon when it was recorded: other scales, and the end of everything. */
    private static void scaleAndCleanUp(VampApi vamp, MarathonEar ear, UnaryOperator<String> change) {
        for (String service : List.of("sava:1.0", "sava:1.1")) {
            vamp.put(
                    change.apply("deployments/sava/clusters/sava/services/" + service + "/scale"),
                    service.endsWith("0")
                            ? "{cpu: 0.1, memory: 64MB, instances: 3}"
                            : "{cpu: 0.2, memory: 256MB, instances: 2}");
        }
        await(ear, 2, "PUT", "instances");
        for (String workflow : List.of("canary", "traffic", "metrics")) {
            vamp.delete("workflows/" + change.apply(workflow), "");
        }
        Recipe recipe = Recipe.read(RECIPE);
        recipe.cleanUp().stream()
                .filter(step -> step.documents().contains("clusters")
                        && step.documents().contains("sava:1.1"))
                .forEach(step -> vamp.delete("", change.apply(step.documents())));
        await(ear, 5, "DELETE", "");
    }

    /** Waits until Vamp has sent so many different requests of a kind. */
    private static void await(MarathonEar ear, int count, String method, String inBody) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> ear.heard().stream()
                                .filter(heard -> heard.method().equals(method)
                                        && heard.body().contains(inBody))
                                .map(Heard::path)
                                .distinct()
                                .count()
                        >= count);
    }

    private static Map<Character, List<Exchange>> parts(Path folder, UnaryOperator<String> change) {
        Map<Character, List<Exchange>> parts = new LinkedHashMap<>();
        for (Exchange exchange : Exchange.readAll(folder, change)) {
            parts.computeIfAbsent(exchange.id().charAt(0), letter -> new ArrayList<>())
                    .add(exchange);
        }
        return parts;
    }

    private static Map<String, String> documents(UnaryOperator<String> change) {
        Recipe recipe = Recipe.read(RECIPE);
        Map<String, String> documents = new TreeMap<>();
        for (String name : DOCUMENTS) {
            String ours = recipe.run().get(documents.size()).documents().replaceAll(OURS_ALONE, "");
            documents.put(change.apply(name), change.apply(knowingTheirName(ours)));
        }
        return documents;
    }

    private static String knowingTheirName(String documents) {
        Matcher told = TOLD_NAME.matcher(documents);
        return told.find()
                ? documents
                        .replace(told.group(), "")
                        .replace("process.env.NAME", told.group(1).replace('"', '\''))
                : documents;
    }

    /** The exchanges that are known to differ, by their numbers, with the reasons. */
    static Map<String, String> knownDifferences() {
        Properties properties = new Properties();
        try (InputStream stream = Files.newInputStream(FOLDER.resolve("differences.properties"))) {
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> differences = new TreeMap<>();
        properties.forEach((number, reason) -> differences.put(number.toString(), reason.toString()));
        return differences;
    }
}
