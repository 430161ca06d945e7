package coalmine.platform;

import coalmine.marathon.MarathonApi;
import coalmine.marathon.MarathonApi.App;
import coalmine.marathon.MarathonException;
import coalmine.time.Deadline;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.Event;
import coalmine.vamp.EventStream;
import coalmine.vamp.Gateway;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks at a Vamp, its Marathon and its gateways, and changes nothing on them: it reads, listens, and connects to ports. What can be looked at at the same
 * time is, so that it takes about ten seconds even where nobody answers.
 */
public final class Examination {

    /** For a Vamp that is there already: its default workflows tell the health every 5 s (facts 5.2), and that takes a while to arrive. */
    public static final Duration A_ROUND = Duration.ofSeconds(8);

    /** For one that has just been started, whose workflows may not have been yet. */
    public static final Duration FROM_ITS_START = Duration.ofSeconds(30);

    /** Containers' ports that are tried, at most. */
    private static final int TASKS = 4;

    private final Endpoints endpoints;
    private final Duration patience;
    private final VampApi vamp;
    private final MarathonApi marathon;

    private Examination(Endpoints endpoints, Duration patience) {
        this.endpoints = endpoints;
        this.patience = patience;
        this.vamp = new VampApi(endpoints.vamp());
        this.marathon = new MarathonApi(endpoints.marathon());
    }

    /**
     * What can be found out.
     *
     * @param version Vamp's; empty if it cannot be told
     */
    public record Result(Optional<String> version, List<Finding> findings) {}

    /**
     * Looks at all of it.
     *
     * @param patience how long to listen for the health of something
     */
    public static Result of(Endpoints endpoints, Duration patience) {
        Examination examination = new Examination(endpoints, patience);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            return examination.all(threads);
        } finally {
            threads.shutdownNow();
        }
    }

    private Result all(ExecutorService threads) {
        CompletableFuture<List<Finding>> onMarathon = CompletableFuture.supplyAsync(this::marathon, threads);
        List<Finding> findings = new ArrayList<>();
        Optional<String> version = Optional.empty();
        try {
            version = Optional.of(RemotePlatform.version(endpoints.vamp()));
            List<CompletableFuture<List<Finding>>> onVamp = Stream.<Supplier<List<Finding>>>of(
                            this::components, this::events, this::gateways)
                    .map(look -> CompletableFuture.supplyAsync(() -> vampTells(look), threads))
                    .toList();
            findings.add(Finding.fine("Vamp", "version " + version.get() + " at " + endpoints.vamp()));
            onVamp.forEach(look -> findings.addAll(look.join()));
        } catch (IllegalArgumentException e) {
            findings.add(Finding.problem("Vamp", e.getMessage()));
        }
        findings.addAll(findings.isEmpty() ? 0 : 1, onMarathon.join());
        return new Result(version, findings);
    }

    private List<Finding> vampTells(Supplier<List<Finding>> look) {
        try {
            return look.get();
        } catch (VampException e) {
            return List.of(Finding.problem(
                    "Vamp", e.getMessage() + "; " + Remedy.vamp().of(e)));
        }
    }

    private List<Finding> marathon() {
        try {
            List<Finding> findings = new ArrayList<>();
            String version = RemotePlatform.marathonVersion(endpoints.marathon());
            List<App> apps = marathon.apps();
            findings.add(Finding.fine(
                    "Marathon",
                    "version " + version + " at " + endpoints.marathon() + " with " + apps.size() + " apps"));
            findings.addAll(containers(apps));
            return findings;
        } catch (IllegalArgumentException e) {
            return List.of(Finding.problem("Marathon", e.getMessage()));
        } catch (MarathonException e) {
            return List.of(Finding.problem(
                    "Marathon", e.getMessage() + "; " + Remedy.marathon().of(e)));
        }
    }

    /** The suite does not call containers, but sees to it that their ports are closed when they should be gone. */
    private static List<Finding> containers(List<App> apps) {
        return apps.stream()
                .flatMap(app -> app.tasks().stream())
                .filter(task -> task.started() && !task.ports().isEmpty())
                .limit(TASKS)
                .map(task -> new GatewayPort(task.host(), task.ports().get(0)))
                .filter(port -> port.trouble().isPresent())
                .map(port -> Finding.remark(
                        "containers",
                        port + " of a running container cannot be reached from here; that such ports (31000 to 32000 by"
                                + " default) are closed after a scenario cannot be told then"))
                .limit(1)
                .toList();
    }

    /** What Vamp is made of; it cannot tell if one of its parts does not answer (facts 2.3). */
    private List<Finding> components() {
        try {
            JsonNode info = vamp.get("info").orElseThrow(() -> new VampException("it has no /api/v1/info"));
            String containers = info.path("container_driver").path("type").asText();
            String told = Stream.of(
                            part("persistence", info.path("persistence").path("database")),
                            part("key-value store", info.path("key_value")),
                            part("events", info.path("pulse")),
                            part("containers", info.path("container_driver")))
                    .flatMap(Optional::stream)
                    .reduce((all, one) -> all + ", " + one)
                    .orElse("nothing of its parts");
            boolean elsewhere =
                    !containers.isEmpty() && !containers.toLowerCase().contains("marathon");
            return List.of(
                    elsewhere
                            ? Finding.problem(
                                    "Vamp",
                                    "it runs containers on " + containers
                                            + "; the suite kills them in Marathon: set vamp.container-driver.type = marathon in Vamp's configuration")
                            : Finding.fine("Vamp", "it tells " + told));
        } catch (VampException e) {
            return List.of(Finding.remark(
                    "Vamp", "it cannot tell of its parts, so one of them may not answer: " + e.getMessage()));
        }
    }

    private static Optional<String> part(String name, JsonNode tree) {
        return Optional.of(tree.path("type").asText())
                .filter(type -> !type.isEmpty())
                .map(type -> name + " in " + type);
    }

    /** Listens until the health workflow has told something; that proves the stream, and that workflows run. */
    private List<Finding> events() {
        List<Event> stored = vamp.newestEvents();
        try (EventStream stream = EventStream.open(vamp)) {
            long start = System.nanoTime();
            Deadline deadline = Deadline.in(new PlatformDuration(patience), Pace.REAL, Duration.ZERO);
            int seen = 0;
            while (stream.since(0).stream().noneMatch(it -> it.event().has("health"))
                    && stream.awaitMore(seen, deadline.left())) {
                seen = stream.mark();
            }
            String time = new PlatformDuration(Duration.ofNanos(System.nanoTime() - start)).toString();
            if (stream.since(0).stream().anyMatch(it -> it.event().has("health"))) {
                return List.of(Finding.fine(
                        "events", "the stream brings them, and workflows run: the health was told within " + time));
            }
            if (stream.mark() > 0) {
                return List.of(noHealth("the stream brings events, but no health within " + time));
            }
            return List.of(
                    vamp.newestEvents().equals(stored)
                            ? noHealth("no event has come within " + time)
                            : Finding.problem(
                                    "events",
                                    "none has come on the stream within " + time
                                            + ", though Vamp has stored new ones; let the proxy before Vamp pass on /api/v1/events/stream"
                                            + " as it comes (nginx: proxy_buffering off)"));
        } catch (VampException e) {
            return List.of(Finding.problem("events", e.getMessage()));
        }
    }

    private static Finding noHealth(String seen) {
        return Finding.problem(
                "workflows",
                seen
                        + "; the default workflows do not seem to run: see to it that GET /api/v1/workflows/health is there and running,"
                        + " and that Marathon runs its container");
    }

    private List<Finding> gateways() {
        List<Finding> findings = new ArrayList<>();
        try {
            InetAddress.getByName(endpoints.gatewayHost());
        } catch (UnknownHostException e) {
            return List.of(Finding.problem(
                    "gateways",
                    "there is no host " + endpoints.gatewayHost() + "; set -D" + Endpoints.GATEWAY_HOST
                            + " to the host on which the gateways listen"));
        }
        List<Gateway> outer =
                vamp.gateways().stream().filter(Gateway::isCalledByUsers).toList();
        for (Gateway gateway : outer) {
            new GatewayPort(endpoints.gatewayHost(), gateway.portNumber())
                    .trouble()
                    .ifPresent(trouble -> findings.add(Finding.problem(
                            "gateways", "Vamp says that " + gateway.name() + " is deployed, but " + trouble)));
        }
        if (findings.isEmpty()) {
            findings.add(
                    outer.isEmpty()
                            ? Finding.remark(
                                    "gateways",
                                    "none is deployed that could be called on " + endpoints.gatewayHost()
                                            + "; the first scenario will tell whether a firewall is between")
                            : Finding.fine("gateways", outer.size() + " can be called on " + endpoints.gatewayHost()));
        }
        return findings;
    }
}
