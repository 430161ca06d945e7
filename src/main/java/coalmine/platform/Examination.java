package coalmine.platform;

import coalmine.access.Server;
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

    /** The default workflows tell the health of every gateway each 5 s (facts 5.2); this is one round, and room for it to arrive. */
    private static final Duration A_ROUND = Duration.ofSeconds(8);

    /** Containers' ports that are tried, at most. */
    private static final int TASKS = 4;

    private final Endpoints endpoints;
    private final VampApi vamp;
    private final MarathonApi marathon;

    private Examination(Endpoints endpoints) {
        this.endpoints = endpoints;
        this.vamp = new VampApi(endpoints.vamp());
        this.marathon = new MarathonApi(endpoints.marathon());
    }

    /**
     * What can be found out.
     *
     * @param version Vamp's; empty if it cannot be told
     */
    public record Result(Optional<String> version, List<Finding> findings) {}

    /** Looks at all of it. */
    public static Result of(Endpoints endpoints) {
        Examination examination = new Examination(endpoints);
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
                            this::components, this::workflows, this::events, this::gateways)
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

    private List<Finding> workflows() {
        Optional<String> health = vamp.workflowStatus("health");
        return List.of(
                health.filter("running"::equals).isPresent()
                        ? Finding.fine("workflows", "the one that tells the health of services is running")
                        : Finding.problem(
                                "workflows",
                                "the one that tells the health of services is "
                                        + health.orElse("not there")
                                        + "; install Vamp's default workflow \"health\", which GET /api/v1/workflows/health must show as running"));
    }

    /** Where there is a gateway, its health is told again and again: listens until something has come. */
    private List<Finding> events() {
        List<Event> stored = vamp.newestEvents();
        try (EventStream stream = EventStream.open(vamp)) {
            if (vamp.gateways().isEmpty()) {
                return List.of(
                        Finding.fine(
                                "events",
                                "the stream opens; nothing is there that would tell of itself, so the suite sends an event before it begins"));
            }
            long start = System.nanoTime();
            boolean come = stream.awaitMore(0, A_ROUND);
            String time = new PlatformDuration(Duration.ofNanos(System.nanoTime() - start)).toString();
            if (come) {
                return List.of(Finding.fine("events", "the stream brought the first within " + time));
            }
            return List.of(
                    vamp.newestEvents().equals(stored)
                            ? Finding.problem(
                                    "workflows",
                                    "none has told anything within " + time
                                            + "; see to it that Marathon runs their containers and that these reach Vamp and its event store")
                            : Finding.problem(
                                    "events", "none has come on the stream within " + time + "; " + heldBack()));
        } catch (VampException e) {
            return List.of(Finding.problem("events", e.getMessage() + "; " + heldBack()));
        }
    }

    private static String heldBack() {
        return "let the proxy before Vamp pass on /api/v1/events/stream as it comes (nginx: proxy_buffering off)";
    }

    /**
     * Sends an event, and sees to it that it comes on the stream.
     *
     * @throws IllegalStateException if it does not; the message is one line that says what mends it
     */
    public static void proveEvents(Server server) {
        VampApi vamp = new VampApi(server);
        try (EventStream stream = EventStream.open(vamp)) {
            vamp.tell("coalmine");
            int seen = 0;
            Deadline deadline = Deadline.in(new PlatformDuration(A_ROUND), Pace.REAL, Duration.ZERO);
            while (stream.since(0).stream().noneMatch(it -> it.event().has("coalmine"))) {
                if (!stream.awaitMore(seen, deadline.left())) {
                    throw new IllegalStateException("an event that was sent to " + server
                            + " has not come on its stream within " + deadline + "; " + heldBack());
                }
                seen = stream.mark();
            }
        } catch (VampException e) {
            throw new IllegalStateException(e.getMessage() + "; " + heldBack(), e);
        }
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
