package coalmine.sandbox.marathon;

import coalmine.sandbox.clock.SandboxClock;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.Optional;
import java.util.function.Function;

/**
 * A scheduler that answers and behaves like Marathon 0.15.6, the one of Vamp's official image, with what later ones added where it does not
 * contradict (facts 7).
 */
public final class Marathon {

    private final Scheduler scheduler;
    private final HttpServer server;

    private Marathon(Scheduler scheduler, HttpServer server) {
        this.scheduler = scheduler;
        this.server = server;
    }

    /**
     * Starts the scheduler; completes when its API answers. To be called on the sandbox's context.
     *
     * @param host the address that the API and the tasks listen on
     * @param port of the API; 0 for a free one
     * @param catalogue the image of a name such as {@code magneticio/sava:1.0.0}; empty if it cannot be pulled
     */
    public static Future<Marathon> start(
            Context context, SandboxClock clock, String host, int port, Function<String, Optional<Image>> catalogue) {
        Events events = new Events(clock);
        Scheduler scheduler = new Scheduler(context, clock, host, catalogue, events);
        HttpServer server = context.owner()
                .createHttpServer(new HttpServerOptions().setHost(host).setPort(port));
        return server.requestHandler(new MarathonApi(scheduler, events, clock)::handle)
                .listen()
                .map(listening -> new Marathon(scheduler, listening));
    }

    public int port() {
        return server.actualPort();
    }

    /** Kills every task and closes the API; completes when all containers have ended. */
    public Future<Void> close() {
        return scheduler.close().eventually(server::close);
    }
}
