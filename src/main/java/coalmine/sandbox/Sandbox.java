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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
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
    /** How what has started so far is ended, the last of it first. On the context only, as is {@link #closed}. */
    private final Deque<Supplier<Future<Void>>> endings = new ArrayDeque<>();

    private boolean closed;
    private Optional<Parts> parts = Optional.empty();

    private record Parts(Marathon marathon, Vamp vamp) {}

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
     * @throws IllegalStateException if it does not come up, such as when a port is in use: the message names it, and who holds it, or when the
     *     address is none of this machine
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
        checkThatAddressIsOurs(options.host());
        if (options.vampPort() != 0 && options.vampPort() == options.marathonPort()) {
            throw new IllegalStateException(
                    "port " + options.vampPort() + " cannot be that of Vamp's API and that of Marathon's at once");
        }
        checkThatPortIsFree(options.host(), options.vampPort());
        checkThatPortIsFree(options.host(), options.marathonPort());
        Sandbox sandbox = new Sandbox(machine, options, wayToMarathon);
        try {
            Blocking.await(sandbox.boot(), "the sandbox on " + options.host());
            machine.sandboxIsUp();
            return sandbox;
        } catch (RuntimeException e) {
            sandbox.giveUp(e);
            throw e;
        }
    }

    private void giveUp(RuntimeException reason) {
        try {
            close();
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    /** Else it would look as if the port were in use. */
    private static void checkThatAddressIsOurs(String host) {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            probe.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(
                    host + " is no address of this machine that can be listened on: " + e.getMessage(), e);
        }
    }

    /** Sandboxes of one machine would else share a port without complaint. Port 0 stands for a free one. */
    private static void checkThatPortIsFree(String host, int port) {
        if (port == 0) {
            return;
        }
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
        context.runOnContext(start -> Future.succeededFuture()
                .compose(begun -> assemble())
                .compose(assembled -> untilWorkflowsRun())
                .onComplete(booted));
        return booted.future();
    }

    private Future<Void> assemble() {
        String host = options.host();
        AccessLog accessLog = new AccessLog(clock);
        endings.push(() -> {
            accessLog.close();
            return Future.succeededFuture();
        });
        DataPlane dataPlane = new DataPlane(context, clock, host, accessLog::append);
        endings.push(dataPlane::close);
        SearchServer searches = new SearchServer(context, clock, accessLog);
        return kept(searches.listen(host, 0), port -> searches.close())
                .compose(searchPort -> kept(
                                Marathon.start(context, clock, host, options.marathonPort(), this::image),
                                Marathon::close)
                        .compose(marathon -> kept(
                                        Vamp.start(context, setup(marathon.port(), searchPort, dataPlane)), Vamp::close)
                                .map(vamp -> {
                                    parts = Optional.of(new Parts(marathon, vamp));
                                    return null;
                                })));
    }

    private Vamp.Setup setup(int marathonPort, int searchPort, DataPlane dataPlane) {
        String host = options.host();
        return new Vamp.Setup(
                clock,
                host,
                options.vampPort(),
                wayToMarathon.apply(URI.create("http://" + host + ":" + marathonPort)),
                "http://" + host + ":" + searchPort,
                events,
                dataPlane,
                DefaultWorkflows.all(),
                options.version());
    }

    /**
     * Remembers how to end what is starting. What has started only when the sandbox was closed, as it took too long or something else of it failed, is ended
     * at once: nobody else would.
     */
    private <T> Future<T> kept(Future<T> starting, Function<T, Future<Void>> ending) {
        return starting.compose(started -> {
            if (closed) {
                return ending.apply(started)
                        .transform(ended -> Future.failedFuture("the sandbox was closed while it started"));
            }
            endings.push(() -> ending.apply(started));
            return Future.succeededFuture(started);
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

    /** What all of it waits and stamps by. */
    SandboxClock clock() {
        return clock;
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
        Promise<Void> ended = Promise.promise();
        context.runOnContext(run -> end().onComplete(ended));
        try {
            Blocking.await(ended.future(), "the end of the sandbox on " + options.host());
        } finally {
            workflowAgent.close();
            machine.giveBack(agent);
        }
    }

    private Future<Void> end() {
        closed = true;
        clock.goOn();
        Future<Void> ended = Future.succeededFuture();
        while (!endings.isEmpty()) {
            ended = ended.eventually(endings.pop());
        }
        return ended;
    }
}
