package coalmine.sandbox.vamp;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.gateway.DataPlane;
import coalmine.sandbox.net.Binding;
import coalmine.sandbox.pulse.EventStore;
import coalmine.sandbox.vamp.artifact.Breed;
import coalmine.sandbox.vamp.artifact.Documents;
import coalmine.sandbox.vamp.artifact.Workflow;
import coalmine.time.PlatformDuration;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The control plane: a Vamp 0.9.2 with its REST API, its three synchronisation loops (facts 3.1), and the default workflows. It meets Marathon
 * over HTTP only, and the data plane by configuring it.
 */
public final class Vamp {

    private static final Logger LOG = LoggerFactory.getLogger(Vamp.class);
    /** Facts 3.1, as the official images set it. */
    private static final PlatformDuration PERIOD = PlatformDuration.seconds(3);

    /** A real one waits for 5 s after its start; here that would only make everybody wait. */
    private static final PlatformDuration INITIAL_DELAY = PlatformDuration.ZERO;

    private static final PlatformDuration THIRD_OF_PERIOD = PlatformDuration.seconds(1);

    /** Facts 3.7: that of both loops of SLAs. */
    private static final PlatformDuration SLA_PERIOD = PlatformDuration.seconds(5);

    /** An event reaches the scale 1.9 to 5.2 s later (observed, "auto-scaling-sla"); the shortest of it, as the loops keep their distance here. */
    private static final PlatformDuration SLA_TO_ESCALATION = PlatformDuration.seconds(2);

    private final HttpServer server;
    private final Binding binding;
    private final ZooKeeper zooKeeper;
    private final MarathonDriver marathon;
    private final Workflows workflows;
    private final List<SandboxClock.Timer> loops = new ArrayList<>();
    private final Set<Future<Void>> underWay = new HashSet<>();
    private boolean closed;

    private Vamp(
            HttpServer server, Binding binding, ZooKeeper zooKeeper, MarathonDriver marathon, Workflows workflows) {
        this.server = server;
        this.binding = binding;
        this.zooKeeper = zooKeeper;
        this.marathon = marathon;
        this.workflows = workflows;
    }

    /**
     * What a Vamp works with.
     *
     * @param host the address that its API and its gateways listen on
     * @param port of the API; 0 for a free one
     * @param marathonUrl where Marathon is
     * @param searchUrl where the access log can be searched as in an Elasticsearch
     * @param defaults the workflows that are there from the start, with their breeds
     * @param version whose behaviour is imitated
     */
    public record Setup(
            SandboxClock clock,
            String host,
            int port,
            URI marathonUrl,
            String searchUrl,
            EventStore events,
            DataPlane dataPlane,
            List<DefaultWorkflow> defaults,
            VampVersion version) {}

    /** Starts a Vamp; completes when its API answers, and leaves nothing behind if it fails. To be called on the sandbox's context. */
    public static Future<Vamp> start(Context context, Setup setup) {
        Vertx vertx = context.owner();
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                .setHost(setup.host())
                .setPort(setup.port())
                .setHandle100ContinueAutomatically(true)
                .setHttp2ClearTextEnabled(false));
        // The API tells its own address, which is known only once the server listens; who asks before it works, waits.
        Promise<Api> api = Promise.promise();
        server.requestHandler(http -> {
            // Its body would else be lost before there is an API to read it.
            http.pause();
            api.future().onSuccess(it -> {
                it.handle(http);
                http.resume();
            });
        });
        Map<String, String> scripts = new HashMap<>();
        Future<ZooKeeper> zooKeeper =
                ZooKeeper.start(vertx, setup.host(), path -> Optional.ofNullable(scripts.get(path)));
        Future<Binding> listening = server.listen().map(bound -> new Binding(vertx, setup.host(), bound.actualPort()));
        // Both, as what listens has to be closed if the other does not.
        Future<?> both = Future.join(listening, zooKeeper)
                .recover(failure -> failing(
                        failure,
                        server.close()
                                .eventually(() -> listening.compose(Binding::whenFree))
                                .eventually(() -> zooKeeper.compose(ZooKeeper::close))));
        return both.compose(ready -> {
            String address = setup.host() + ":" + listening.result().port();
            String keyValueStore = setup.host() + ":" + zooKeeper.result().port();
            MarathonDriver marathon = new MarathonDriver(
                    vertx, setup.marathonUrl().getHost(), setup.marathonUrl().getPort());
            Archive archive = new Archive(setup.events(), setup.clock());
            Store store = new Store(archive);
            Gateways gateways = new Gateways(archive, store);
            Deployments deployments = new Deployments(store, gateways, archive, setup.clock());
            Workflows workflows = new Workflows(
                    store,
                    marathon,
                    archive,
                    new Triggers(setup.events(), setup.clock()),
                    scripts,
                    address,
                    keyValueStore,
                    setup.version());
            Vamp vamp = new Vamp(server, listening.result(), zooKeeper.result(), marathon, workflows);
            DeploymentSync deploymentSync = new DeploymentSync(
                    deployments,
                    gateways,
                    new Environments(gateways, setup.host()),
                    marathon,
                    archive,
                    setup.clock(),
                    setup.version());
            GatewaySync gatewaySync =
                    new GatewaySync(gateways, deployments, setup.dataPlane(), archive, setup.host(), setup.version());
            SlaSync slaSync = new SlaSync(deployments, gateways, store, setup.events(), archive, setup.clock());
            setup.defaults().forEach(workflow -> {
                store.create(workflow.breed(), workflow.breed().definition());
                workflows.put(workflow.workflow());
                archive.created(
                        "workflows",
                        workflow.workflow().name(),
                        Documents.toJson(workflow.workflow().tree()));
            });
            ArtifactApi artifacts = new ArtifactApi(store, gateways, deployments, workflows, archive, setup.host());
            SlaApi slas = new SlaApi(store, deployments, artifacts);
            EventApi events = new EventApi(setup.events(), setup.clock(), setup.version());
            Configuration configuration = new Configuration(
                    setup.clock(),
                    marathon,
                    setup.host(),
                    address,
                    setup.marathonUrl().toString(),
                    keyValueStore,
                    setup.searchUrl(),
                    setup.version());
            return marathon.listen(
                            app -> vamp.underWay(deploymentSync.look(app))
                                    .onFailure(
                                            error -> vamp.warn("looking at " + app + " failed: " + error.getMessage())),
                            workflows::taskEnded)
                    .map(connected -> {
                        api.complete(new Api(
                                artifacts,
                                slas,
                                events,
                                setup.events(),
                                configuration,
                                vamp.begin(setup.clock(), deploymentSync, gatewaySync, slaSync),
                                setup.clock(),
                                setup.version()));
                        return vamp;
                    })
                    .recover(failure -> failing(failure, vamp.close()));
        });
    }

    /** A failure that is told once what it has left behind is closed. */
    private static <T> Future<T> failing(Throwable failure, Future<?> closing) {
        return closing.transform(closed -> Future.failedFuture(failure));
    }

    /**
     * A workflow that a Vamp brings along.
     *
     * @param breed its script
     */
    public record DefaultWorkflow(Breed breed, Workflow workflow) {}

    /** The rounds of {@code /sync}, a second apart (facts 2.3). */
    private static void inTurn(SandboxClock clock, Runnable... rounds) {
        for (int i = 0; i < rounds.length; i++) {
            clock.after(PlatformDuration.seconds(i), rounds[i]);
        }
    }

    /**
     * Begins the loops, whose first rounds would have to wait until the way to Marathon is open.
     *
     * @return what runs rounds out of turn, by the paths that ask for it (facts 2.3)
     */
    private Map<String, Runnable> begin(
            SandboxClock clock, DeploymentSync deploymentSync, GatewaySync gatewaySync, SlaSync slaSync) {
        Runnable syncDeployments =
                loop(clock, INITIAL_DELAY.plus(THIRD_OF_PERIOD), PERIOD, "deployments", deploymentSync::round);
        Runnable syncGateways = loop(
                clock,
                INITIAL_DELAY.plus(THIRD_OF_PERIOD).plus(THIRD_OF_PERIOD),
                PERIOD,
                "gateways",
                gatewaySync::round);
        Runnable syncWorkflows = loop(clock, INITIAL_DELAY, PERIOD, "workflows", workflows::round);
        Runnable watchSlas = loop(clock, INITIAL_DELAY, SLA_PERIOD, "SLAs", slaSync::watch);
        Runnable escalate =
                loop(clock, INITIAL_DELAY.plus(SLA_TO_ESCALATION), SLA_PERIOD, "escalations", slaSync::escalate);
        return Map.of(
                "sync",
                () -> inTurn(clock, syncDeployments, syncGateways, syncWorkflows),
                "sla",
                watchSlas,
                "escalation",
                escalate);
    }

    /**
     * Runs a round in every period, unless the one before is still at it; what goes wrong in one is for the next to mend.
     *
     * @return runs a round out of turn
     */
    private Runnable loop(
            SandboxClock clock,
            PlatformDuration first,
            PlatformDuration period,
            String name,
            Supplier<Future<Void>> round) {
        AtomicReference<Future<Void>> last = new AtomicReference<>(Future.succeededFuture());
        Runnable one = () -> {
            if (last.get().isComplete()) {
                last.set(underWay(Future.succeededFuture().compose(start -> round.get()))
                        .onFailure(error -> warn("a round of the " + name + " failed, the next one tries again: "
                                + error.getMessage())));
            }
        };
        loops.add(clock.every(first, period, one));
        return one;
    }

    private Future<Void> underWay(Future<Void> work) {
        underWay.add(work);
        return work.onComplete(done -> underWay.remove(work));
    }

    /** What fails because everything is being closed is no news. */
    private void warn(String message) {
        if (!closed) {
            LOG.warn(message);
        }
    }

    /** Completes when all synchronisation that has begun by now has been done; on the sandbox's context. */
    public Future<Void> settled() {
        return Future.join(List.copyOf(underWay)).transform(done -> Future.succeededFuture());
    }

    public int port() {
        return binding.port();
    }

    /** Whether every workflow is running, as it is a few rounds after the start. */
    public boolean workflowsRun() {
        return workflows.all().stream().allMatch(workflow -> workflow.status() == Workflow.Status.RUNNING);
    }

    /** Stops all that it does, and closes its API; completes when the port is free again. */
    public Future<Void> close() {
        closed = true;
        loops.forEach(SandboxClock.Timer::cancel);
        workflows.close();
        marathon.close();
        return zooKeeper.close().eventually(server::close).eventually(binding::whenFree);
    }
}
