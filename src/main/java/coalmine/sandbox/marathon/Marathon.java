package coalmine.sandbox.marathon;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.net.Binding;
import coalmine.time.PlatformDuration;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A scheduler that speaks Marathon's REST API, version 2, and runs each task as a container of its own (facts 7). It presents itself as
 * Marathon 0.15.6, which Vamp 0.9.2's image brings, and takes apps written for 1.x too.
 *
 * <p>There is one agent, with the ports 31000 to 32000 of its address and resources without end, and no health checks. What else of Marathon
 * is not there answers 501.
 */
public final class Marathon {

    private static final String VERSION = "0.15.6";
    private static final PlatformDuration HEARTBEAT = PlatformDuration.seconds(10);

    private final Context context;
    private final Scheduler scheduler;
    private final HttpServer server;
    private final Binding binding;
    private final SandboxClock.Timer heartbeat;

    private Marathon(
            Context context, Scheduler scheduler, HttpServer server, Binding binding, SandboxClock.Timer heartbeat) {
        this.context = context;
        this.scheduler = scheduler;
        this.server = server;
        this.binding = binding;
        this.heartbeat = heartbeat;
    }

    /**
     * Starts the scheduler and its API.
     *
     * @param context the sandbox's event-loop context, on which all of it happens
     * @param clock what it waits and stamps by
     * @param host the address of the API and of the tasks, such as {@code 127.0.0.1}; no name
     * @param port the API's port; 0 for a free one
     * @param catalogue the image of a name; empty if there is none
     * @return fails if the address is none, or the port is taken
     */
    public static Future<Marathon> start(
            Context context, SandboxClock clock, String host, int port, Function<String, Optional<Image>> catalogue) {
        return on(context, () -> {
            Stamps stamps = new Stamps(clock);
            EventStream events = new EventStream(stamps);
            String master = masterId(clock, host);
            Scheduler scheduler = new Scheduler(context, clock, host, catalogue, stamps, events, master + "-S0");
            Deployments deployments = new Deployments(context, scheduler, stamps, events);
            JsonObject info = new JsonObject();
            MarathonApi api = new MarathonApi(scheduler, deployments, events, info);
            return context.owner()
                    .createHttpServer(
                            new HttpServerOptions().setHost(host).setPort(port).setHttp2ClearTextEnabled(false))
                    .requestHandler(api.router(context.owner()))
                    .listen()
                    .map(server -> {
                        info.mergeIn(info(host, server.actualPort(), master));
                        return new Marathon(
                                context,
                                scheduler,
                                server,
                                new Binding(context.owner(), host, server.actualPort()),
                                clock.every(HEARTBEAT, HEARTBEAT, events::beat));
                    });
        });
    }

    /** The port of the API. */
    public int port() {
        return binding.port();
    }

    /** Kills every task and closes the API; completes when all containers have ended and the port is free again. */
    public Future<Void> close() {
        return on(context, () -> {
            heartbeat.cancel();
            return scheduler.close().transform(ended -> server.close()).eventually(binding::whenFree);
        });
    }

    private static <T> Future<T> on(Context context, Supplier<Future<T>> action) {
        Promise<T> outcome = Promise.promise();
        context.runOnContext(now -> {
            try {
                action.get().onComplete(outcome);
            } catch (RuntimeException e) {
                outcome.fail(e);
            }
        });
        return outcome.future();
    }

    /** As Mesos names a master: since when, its address as a number, its port. */
    private static String masterId(SandboxClock clock, String host) {
        try {
            byte[] address = InetAddress.getByName(host).getAddress();
            long number = 0;
            for (int i = address.length - 1; i >= 0; i--) {
                number = number << 8 | address[i] & 0xff;
            }
            String since = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                    .withZone(ZoneOffset.UTC)
                    .format(clock.now());
            return since + "-" + Long.toUnsignedString(number) + "-5050-1";
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address: " + host, e);
        }
    }

    private static JsonObject info(String host, int port, String master) {
        return new JsonObject()
                .put("name", "marathon")
                .put("version", VERSION)
                .put("buildref", "an imitation in Coalmine's sandbox")
                .put("elected", true)
                .put("leader", host + ":" + port)
                .put("frameworkId", master + "-0000")
                .put(
                        "marathon_config",
                        new JsonObject()
                                .put("master", host + ":5050")
                                .put("framework_name", "marathon")
                                .put("ha", false)
                                .put("hostname", host)
                                .put("executor", "//cmd")
                                .put("local_port_min", 10000)
                                .put("local_port_max", 20000)
                                .put("mesos_user", "root"))
                .put("zookeeper_config", new JsonObject().put("zk", "").put("zk_timeout", 10000))
                .put("event_subscriber", new JsonObject().put("type", "http_event_stream"))
                .put("http_config", new JsonObject().put("http_port", port).put("https_port", 8443));
    }
}
