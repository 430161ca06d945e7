package coalmine.sandbox;

import coalmine.sandbox.marathon.Image;
import coalmine.sandbox.sava.SavaImage;
import coalmine.sandbox.sava.SpareProcesses;
import coalmine.sandbox.workflow.AgentProcess;
import coalmine.time.Pace;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What sandboxes of one JVM share because it is costly to start: the event loops, processes of the sample service that wait for work, and workflow
 * agents, of which every sandbox has one to itself at a time.
 */
public final class Machine implements AutoCloseable {

    /** As many as two services at their usual scale have. */
    private static final int SPARE_SAVAS = 6;

    /** The images that are our own sample service: {@code coalmine.sandbox.images} names others, separated by commas. */
    private final List<String> savaImages =
            Arrays.asList(Optional.ofNullable(System.getProperty("coalmine.sandbox.images"))
                    .filter(images -> !images.isBlank())
                    .orElse("magneticio/sava")
                    .split("\\s*,\\s*"));

    static {
        // The first sandbox would wait for both: Java's own resolver is there as well, and nobody records Netty.
        System.getProperties().putIfAbsent("vertx.disableDnsResolver", "true");
        System.getProperties().putIfAbsent("io.netty.jfr.enabled", "false");
    }

    private final Vertx vertx;
    private final CompletableFuture<Void> firstSandbox = new CompletableFuture<>();
    private final SpareProcesses spareSavas;
    private final AgentProcess firstAgent = AgentProcess.start();
    private final Deque<AgentProcess> idleAgents = new ArrayDeque<>(List.of(firstAgent));
    private boolean closed;

    /** Starts what the first sandbox waits for longest, which is an agent; processes of the sample service follow once that sandbox is up. */
    public Machine() {
        spareSavas = new SpareProcesses(SPARE_SAVAS, firstSandbox);
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(2)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    }

    /** The image of a name, if it is our own sample service. */
    Optional<Image> savaImage(String name, Pace pace) {
        return savaImages.contains(name.replaceAll(":[^:/]*$", ""))
                ? Optional.of(new SavaImage(spareSavas, pace))
                : Optional.empty();
    }

    /**
     * Completes when all is warm that is started ahead, or an agent was not to be had: some time after the first sandbox is up, and never before one is. Who
     * deploys before may have to wait for processes.
     */
    public CompletableFuture<Void> warm() {
        return firstAgent.ready().handle((ready, failure) -> ready).thenCompose(tried -> spareSavas.filled());
    }

    Context newContext() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    /** A sandbox is up: its processors are free for what is started ahead. */
    void sandboxIsUp() {
        firstSandbox.complete(null);
    }

    /** An agent for one sandbox alone, until it is given back. */
    synchronized AgentProcess takeAgent() {
        return idleAgents.isEmpty() ? AgentProcess.start() : idleAgents.pop();
    }

    synchronized void giveBack(AgentProcess agent) {
        if (closed) {
            agent.close();
        } else {
            idleAgents.push(agent);
        }
    }

    /** Ends everything that is not lent to a sandbox; what is ends with it. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            idleAgents.forEach(AgentProcess::close);
            idleAgents.clear();
        }
        spareSavas.close();
        Blocking.await(vertx.close(), "the end of the event loops");
    }
}
