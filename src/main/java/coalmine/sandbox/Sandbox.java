package coalmine.sandbox;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.gateway.DataPlane;
import coalmine.sandbox.marathon.Image;
import coalmine.sandbox.marathon.Marathon;
import coalmine.sandbox.net.PortHolder;
import coalmine.sandbox.pulse.AccessLog;
import coalmine.sandbox.pulse.EventStore;
import coalmine.sandbox.pulse.SearchServer;
import coalmine.sandbox.vamp.Vamp;
import coalmine.sandbox.vamp.VampVersion;
import coalmine.sandbox.workflow.AgentProcess;
import coalmine.sandbox.workflow.WorkflowAgentImage;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * An embedded platform that behaves like Vamp 0.9.2 on Marathon: real processes, real HTTP traffic, and workflows in a real Node.js. All of its
 * state changes on one event-loop context, and one clock drives all of it.
 */
public final class Sandbox implements AutoCloseable {

    /**
     * How a sandbox is to be.
     *
     * @param host the loopback address that everything of it listens on
     * @param pace how fast its clock runs
     * @param vampPort of Vamp's API; 0 for a free one
     * @param marathonPort of Marathon's API; 0 for a free one
     * @param version the Vamp that it behaves like
     */
    public record Options(String host, Pace pace, int vampPort, int marathonPort, VampVersion version) {

        /** On the usual loopback address, with free ports for the APIs. */
        public static Options atPace(Pace pace) {
            return new Options("127.0.0.1", pace, 0, 0, VampVersion.V0_9_2);
        }

        public Options on(String otherHost) {
            return new Options(otherHost, pace, vampPort, marathonPort, version);
        }

        public Options withPorts(int vamp, int marathon) {
            return new Options(host, pace, vamp, marathon, version);
        }

        public Options behavingLike(VampVersion other) {
            return new Options(host, pace, vampPort, marathonPort, other);
        }
    }

    /** Facts 6.1: the image of Vamp's workflow agent, in whatever version. */
    private static final String WORKFLOW_AGENT = "magneticio/vamp-workflow-agent:";

    private final Options options;
    private final UnaryOperator<URI> wayToMarathon;
    private final Machine machine;
    private final AgentProcess agent;
    private final WorkflowAgentImage workflowAgent;
    private final Context context;
    private final SandboxClock clock;
    private final EventStore events;
    private final WorkflowOutput output;
    private Optional<Parts> parts = Optional.empty();

    private record Parts(Marathon marathon, SearchServer search, DataPlane dataPlane, AccessLog accessLog, Vamp vamp) {}

    private Sandbox(Machine machine, Options options, UnaryOperator<URI> wayToMarathon) {
        this.options = options;
        this.wayToMarathon = wayToMarathon;
        this.machine = machine;
        this.agent = machine.takeAgent();
        this.context = machine.newContext();
        this.clock = new SandboxClock(context, options.pace());
        this.events = new EventStore(clock);
        this.output = new WorkflowOutput(context, clock, events);
        this.workflowAgent = new WorkflowAgentImage(clock, agent, output);
    }

    /**
     * Starts a sandbox and waits until its default workflows run.
     *
     * @throws IllegalStateException if it does not come up, such as when a port is in use: the message names it, and who holds it
     */
    public static Sandbox start(Machine machine, Options options) {
        return start(machine, options, UnaryOperator.identity());
    }

    /**
     * Starts a sandbox whose Vamp gets to its Marathon by a way of its own, on which somebody may listen in.
     *
     * @param wayToMarathon the URL that Vamp is told, by that of Marathon
     */
    static Sandbox start(Machine machine, Options options, UnaryOperator<URI> wayToMarathon) {
        checkThatPortIsFree(options.host(), options.vampPort());
        checkThatPortIsFree(options.host(), options.marathonPort());
        Sandbox sandbox = new Sandbox(machine, options, wayToMarathon);
        try {
            Blocking.await(sandbox.boot(), "the sandbox on " + options.host());
            return sandbox;
        } catch (RuntimeException e) {
            sandbox.close();
            throw e;
        }
    }

    /** Sandboxes of one machine would else share a port without complaint. Port 0 stands for a free one. */
    private static void checkThatPortIsFree(String host, int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(host))) {
            probe.getLocalPort();
        } catch (BindException e) {
            throw new IllegalStateException(PortHolder.inUse(host, port), e);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "port " + port + " of " + host + " cannot be listened on: " + e.getMessage(), e);
        }
    }

    private Future<Void> boot() {
        Promise<Void> booted = Promise.promise();
        context.runOnContext(
                start -> assemble().compose(assembled -> untilWorkflowsRun()).onComplete(booted));
        return booted.future();
    }

    private Future<Void> assemble() {
        String host = options.host();
        AccessLog accessLog = new AccessLog(clock);
        DataPlane dataPlane = new DataPlane(context, clock, host, accessLog::append);
        SearchServer searches = new SearchServer(context, clock, accessLog);
        Future<Integer> searchPort = searches.listen(host, 0);
        Future<Marathon> marathon = Marathon.start(context, clock, host, options.marathonPort(), this::image);
        return Future.all(searchPort, marathon)
                .compose(both -> Vamp.start(
                        context,
                        new Vamp.Setup(
                                clock,
                                host,
                                options.vampPort(),
                                wayToMarathon.apply(URI.create("http://" + host + ":"
                                        + marathon.result().port())),
                                "http://" + host + ":" + searchPort.result(),
                                events,
                                dataPlane,
                                DefaultWorkflows.all(),
                                options.version())))
                .map(vamp -> {
                    parts = Optional.of(new Parts(marathon.result(), searches, dataPlane, accessLog, vamp));
                    return null;
                });
    }

    /** The catalogue of images. */
    private Optional<Image> image(String name) {
        if (name.startsWith(WORKFLOW_AGENT)) {
            return Optional.of(workflowAgent);
        }
        return machine.savaImage(name, options.pace());
    }

    private Future<Void> untilWorkflowsRun() {
        Promise<Void> running = Promise.promise();
        Runnable ending = events.listen(event -> {
            if (event.tags().contains("scheduled") && parts().vamp().workflowsRun()) {
                running.tryComplete();
            }
        });
        return running.future().onComplete(ran -> ending.run());
    }

    public URI vampUrl() {
        return URI.create("http://" + options.host() + ":" + parts().vamp().port());
    }

    public URI marathonUrl() {
        return URI.create("http://" + options.host() + ":" + parts().marathon().port());
    }

    /** The address that gateways listen on. */
    public String gatewayHost() {
        return options.host();
    }

    /** The Vamp that it behaves like. */
    public VampVersion version() {
        return options.version();
    }

    public Pace pace() {
        return options.pace();
    }

    private Parts parts() {
        return parts.orElseThrow(() -> new IllegalStateException("the sandbox has not come up"));
    }

    /** What the workflows have printed lately, newest last: one line each, with the platform's time and the workflow's name. */
    public List<String> workflowOutput() {
        return output.lines();
    }

    /** The process in which its workflows run; empty while there is none. */
    public OptionalLong workflowAgentPid() {
        return agent.pid();
    }

    /** Holds the clock still: nothing ages and nothing works until {@link #goOn()}. */
    public void hold() {
        onContext(clock::hold);
    }

    /** Lets the clock go on. */
    public void goOn() {
        onContext(clock::goOn);
    }

    /** Lets the clock go on for some time, and then holds it again: returns when it is held, and all that Vamp has begun meanwhile is done. */
    public void goOnFor(PlatformDuration time) {
        Promise<Void> held = Promise.promise();
        context.runOnContext(
                run -> clock.goOnFor(time, () -> parts().vamp().settled().onComplete(held)));
        Blocking.await(held.future(), "the end of " + time + " of the sandbox's clock on " + options.host());
    }

    private void onContext(Runnable action) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(run -> {
            action.run();
            done.complete();
        });
        Blocking.await(done.future(), "the sandbox's clock on " + options.host());
    }

    /** Ends everything that the sandbox has started: processes, isolates, listeners. */
    @Override
    public void close() {
        Promise<Void> closed = Promise.promise();
        context.runOnContext(run -> closeParts().onComplete(closed));
        try {
            Blocking.await(closed.future(), "the end of the sandbox on " + options.host());
        } finally {
            workflowAgent.close();
            machine.giveBack(agent);
        }
    }

    private Future<Void> closeParts() {
        return parts.map(up -> {
                    clock.goOn();
                    up.accessLog().close();
                    return up.vamp()
                            .close()
                            .eventually(() -> up.marathon().close())
                            .eventually(() -> up.dataPlane().close())
                            .eventually(() -> up.search().close());
                })
                .orElseGet(Future::succeededFuture);
    }
}
