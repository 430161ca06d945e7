package coalmine.sandbox.gateway;

import static coalmine.sandbox.gateway.GatewayBench.gateway;
import static coalmine.sandbox.gateway.GatewayBench.route;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.time.PlatformDuration;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DataPlaneFailureTest {

    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private GatewayBench bench;
    private int port;

    @BeforeEach
    void open() throws IOException {
        bench = new GatewayBench("127.9.40.4");
        port = bench.freePort();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_refused_connection_is_tried_three_times_more_one_platform_second_apart_then_503() throws Exception {
        bench.configure(gateway("gw", port, bench.nowhere()));

        HttpResponse<String> response = bench.get(port);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .isEqualTo("<html><body><h1>503 Service Unavailable</h1>\n"
                        + "No server is available to handle this request.\n</body></html>\n\n");
        await().until(() -> bench.statuses("gw-route").equals(List.of(503)));
        assertThat(bench.statuses("gw")).containsExactly(503);
        assertThat(bench.log.get(0).totalMillis()).isGreaterThanOrEqualTo(3000);
    }

    @Test
    void an_instance_that_starts_to_listen_in_time_gets_the_request_at_the_next_try() throws Exception {
        Target late = bench.nowhere();
        bench.configure(gateway("gw", port, late));
        bench.hold();

        CompletableFuture<HttpResponse<String>> response = bench.client.sendAsync(
                HttpRequest.newBuilder(bench.uri(port)).build(), HttpResponse.BodyHandlers.ofString());
        await().during(Duration.ofMillis(100)).until(() -> !response.isDone());
        bench.onContext(() -> bench.vertx
                .createHttpServer()
                .requestHandler(request -> request.response().end("late"))
                .listen(late.port(), late.host()));
        bench.goOn();

        assertThat(response.join().body()).isEqualTo("late");
        await().until(() -> bench.statuses("gw").equals(List.of(200)));
        assertThat(bench.log.get(0).totalMillis()).isGreaterThanOrEqualTo(1000);
    }

    @Test
    void the_last_try_goes_to_another_instance_of_the_same_route() throws Exception {
        Target alive = bench.instance("alive");
        bench.configure(gateway(
                "gw",
                port,
                List.of(route("r1", 100, bench.nowhere(), alive), route("r0", 0, bench.instance("wrong route")))));

        assertThat(bench.get(port).body()).isEqualTo("alive");
        assertThat(bench.get(port).body()).isEqualTo("alive");

        await().until(() -> bench.statuses("gw").equals(List.of(200, 200)));
        assertThat(bench.log.get(0).totalMillis()).isGreaterThanOrEqualTo(3000);
        assertThat(bench.log).noneMatch(entry -> entry.ft().equals("r0"));
    }

    @Test
    void a_refused_request_keeps_its_body_for_the_instance_that_takes_it() throws Exception {
        Target echo = bench.instance("echo", request -> request.body().onSuccess(request.response()::end));
        bench.configure(gateway("gw", port, bench.nowhere(), echo));

        assertThat(bench.post(port, "a body").body()).isEqualTo("a body");
    }

    @Test
    void what_goes_wrong_in_the_gateway_itself_is_500() throws Exception {
        Balance nonsense = null;
        bench.configure(gateway(
                "gw",
                port,
                List.of(new Backend(
                        "r", "path", 100, List.of(bench.instance("a")), nonsense, Optional.empty(), List.of()))));

        assertThat(bench.get(port).statusCode()).isEqualTo(500);
    }

    @Test
    void a_route_without_any_instance_is_503_at_once() throws Exception {
        bench.configure(gateway("gw", port));
        bench.hold();

        assertThat(bench.get(port).statusCode()).isEqualTo(503);
        await().until(() -> bench.statuses("gw-route").equals(List.of(503)));
    }

    @Test
    void gateways_that_lead_to_each_other_are_503_in_the_end() throws Exception {
        int other = bench.freePort();
        bench.configure(
                gateway("one", port, bench.target("two", other)), gateway("two", other, bench.target("one", port)));

        assertThat(bench.get(port).statusCode()).isEqualTo(503);
        await().until(() -> bench.statuses("one").size() == 17);
        assertThat(bench.statuses("two")).hasSize(16).containsOnly(503);
    }

    @Test
    void without_any_weight_it_is_503_at_once_and_logged_for_no_route() throws Exception {
        bench.configure(
                gateway("gw", port, List.of(route("r1", 0, bench.instance("a")), route("r2", 0, bench.instance("b")))));
        bench.hold();

        assertThat(bench.get(port).statusCode()).isEqualTo(503);
        await().until(() -> bench.statuses("gw").equals(List.of(503)));
        assertThat(bench.log).hasSize(1);
    }

    @Test
    void a_request_in_flight_on_an_instance_that_dies_gets_502_and_is_not_tried_again() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        bench.configure(gateway(
                "gw",
                port,
                bench.rawInstance(
                        "dies",
                        socket -> socket.handler(request -> {
                            requests.incrementAndGet();
                            socket.close();
                        }))));

        HttpResponse<String> response = bench.get(port);

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body())
                .isEqualTo("<html><body><h1>502 Bad Gateway</h1>\n"
                        + "The server returned an invalid or incomplete response.\n</body></html>\n\n");
        await().until(() -> bench.statuses("gw-route").equals(List.of(502)));
        assertThat(requests).hasValue(1);
    }

    @Test
    void a_request_in_flight_on_a_kept_connection_gets_502_as_well() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        bench.configure(gateway(
                "gw",
                port,
                bench.rawInstance(
                        "dies later",
                        socket -> socket.handler(request -> {
                            if (requests.incrementAndGet() == 1) {
                                socket.write(ANSWER);
                            } else {
                                // Each is a turn of the event loop: enough of them for the gateway to know that the
                                // request arrived.
                                afterTurns(bench.vertx, 5, socket::close);
                            }
                        }))));

        assertThat(bench.get(port).statusCode()).isEqualTo(200);
        assertThat(bench.get(port).statusCode()).isEqualTo(502);
        assertThat(requests).hasValue(2);
    }

    @Test
    void a_kept_connection_found_closed_counts_as_refused() throws Exception {
        List<NetSocket> connections = new CopyOnWriteArrayList<>();
        bench.configure(
                gateway("gw", port, bench.rawInstance("closes", closingOnTheSecondRequestOfTheFirst(connections))));

        assertThat(bench.get(port).statusCode()).isEqualTo(200);
        assertThat(bench.get(port).statusCode()).isEqualTo(200);

        await().until(() -> bench.statuses("gw").equals(List.of(200, 200)));
        assertThat(connections).hasSize(2);
        assertThat(bench.log.get(2).totalMillis()).isGreaterThanOrEqualTo(1000);
    }

    @Test
    void a_kept_connection_found_closed_is_502_if_a_body_was_streamed_already() throws Exception {
        List<NetSocket> connections = new CopyOnWriteArrayList<>();
        bench.configure(
                gateway("gw", port, bench.rawInstance("closes", closingOnTheSecondRequestOfTheFirst(connections))));

        assertThat(bench.get(port).statusCode()).isEqualTo(200);
        assertThat(bench.post(port, "not to be sent twice").statusCode()).isEqualTo(502);
        assertThat(connections).hasSize(1);
    }

    @Test
    void what_must_not_be_done_twice_is_sent_once_even_without_a_body() throws Exception {
        List<NetSocket> connections = new CopyOnWriteArrayList<>();
        bench.configure(
                gateway("gw", port, bench.rawInstance("crashes", closingOnTheSecondRequestOfTheFirst(connections))));

        assertThat(bench.get(port).statusCode()).isEqualTo(200);
        assertThat(bench.post(port, "").statusCode()).isEqualTo(502);
        assertThat(connections).hasSize(1);
    }

    @Test
    void nonsense_on_a_kept_connection_is_502_and_is_not_asked_for_again() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        bench.configure(gateway(
                "gw",
                port,
                bench.rawInstance(
                        "babbles later",
                        socket -> socket.handler(
                                request -> socket.write(requests.incrementAndGet() == 2 ? "what?\r\n\r\n" : ANSWER)))));

        assertThat(bench.get(port).statusCode()).isEqualTo(200);
        assertThat(bench.get(port).statusCode()).isEqualTo(502);
        assertThat(requests).hasValue(2);
    }

    @Test
    void nonsense_from_an_instance_is_502() throws Exception {
        bench.configure(gateway(
                "gw",
                port,
                bench.rawInstance("babbles", socket -> socket.handler(request -> socket.write("what?\r\n\r\n")))));

        assertThat(bench.get(port).statusCode()).isEqualTo(502);
    }

    @Test
    void an_answer_that_breaks_off_does_not_end_cleanly_for_the_client() throws Exception {
        AtomicReference<NetSocket> instance = new AtomicReference<>();
        bench.configure(gateway(
                "gw",
                port,
                bench.rawInstance(
                        "breaks off",
                        socket -> socket.handler(request -> {
                            instance.set(socket);
                            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                        }))));

        try (Socket client = bench.connect(port)) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            StringBuilder got = new StringBuilder();
            while (!got.toString().endsWith("4\r\nhalf\r\n")) {
                got.append((char) client.getInputStream().read());
            }
            instance.get().close();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        await().until(() -> bench.statuses("gw").equals(List.of(200)));
    }

    @Test
    void a_client_takes_an_answer_that_broke_off_for_a_failure() throws Exception {
        bench.configure(gateway(
                "gw",
                port,
                bench.rawInstance(
                        "breaks off",
                        socket -> socket.handler(
                                request -> socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                                        .onSuccess(written -> afterTurns(bench.vertx, 5, socket::close))))));

        assertThatThrownBy(() -> bench.get(port)).isInstanceOf(IOException.class);
    }

    @Test
    void a_client_that_leaves_cancels_its_request_and_is_logged_without_a_status() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        bench.configure(gateway("gw", port, bench.instance("holds", request -> {
            request.response().closeHandler(cancelled::complete);
            arrived.complete(request);
        })));

        try (Socket client = bench.connect(port)) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            arrived.join();
        }

        cancelled.join();
        await().until(() -> bench.statuses("gw-route").equals(List.of(-1)));
        assertThat(bench.statuses("gw")).containsExactly(-1);
    }

    @Test
    void a_client_that_leaves_while_it_is_to_be_tried_again_ends_the_trying() throws Exception {
        Target refusing = bench.nowhere();
        bench.configure(gateway("gw", port, refusing));
        bench.hold();

        try (Socket client = bench.connect(port)) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
            await().during(Duration.ofMillis(100)).until(() -> bench.log.isEmpty());
        }
        await().until(() -> bench.statuses("gw").equals(List.of(-1)));
        AtomicInteger requests = new AtomicInteger();
        bench.onContext(() -> bench.vertx
                .createHttpServer()
                .requestHandler(request -> requests.incrementAndGet())
                .listen(refusing.port(), refusing.host()));
        bench.goOn();

        bench.onContext(() -> {
            var done = Promise.<Void>promise();
            bench.clock.after(PlatformDuration.seconds(4), done::complete);
            return done.future();
        });
        assertThat(requests).hasValue(0);
        assertThat(bench.log).hasSize(2);
    }

    @Test
    void a_port_in_use_is_named_and_tried_again_at_the_next_configuration() throws Exception {
        Target alive = bench.instance("alive");
        int taken = bench.freePort();
        Frontend blocked = gateway("blocked", taken, alive);
        Frontend free = gateway("free", port, alive);

        try (ServerSocket squatter = new ServerSocket(taken, 1, InetAddress.getByName(bench.host))) {
            assertThat(bench.configure(blocked, free))
                    .containsOnlyKeys("blocked")
                    .hasEntrySatisfying(
                            "blocked",
                            message -> assertThat(message)
                                    .contains("name of blocked", "port " + squatter.getLocalPort(), "in use"));
            assertThat(bench.get(port).body()).isEqualTo("alive");
        }

        assertThat(bench.configure(blocked, free)).isEmpty();
        assertThat(bench.get(taken).body()).isEqualTo("alive");
    }

    @Test
    void a_port_that_another_server_of_the_same_vertx_listens_on_is_in_use_too() {
        Target alive = bench.instance("alive");

        assertThat(bench.configure(gateway("gw", alive.port(), alive))).containsOnlyKeys("gw");
    }

    @Test
    void of_two_gateways_on_one_port_the_first_gets_it() throws Exception {
        Target alive = bench.instance("alive");

        assertThat(bench.configure(gateway("first", port, alive), gateway("second", port, alive)))
                .containsOnlyKeys("second")
                .hasEntrySatisfying("second", message -> assertThat(message).contains("port " + port, "in use"));
        assertThat(bench.get(port).body()).isEqualTo("alive");
        await().until(() -> bench.statuses("first").equals(List.of(200)));
    }

    @Test
    void closing_lets_go_of_everything() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        bench.configure(gateway("gw", port, bench.instance("holds", arrived::complete)));
        CompletableFuture<HttpResponse<String>> response = bench.client.sendAsync(
                HttpRequest.newBuilder(bench.uri(port)).build(), HttpResponse.BodyHandlers.ofString());
        arrived.join();

        bench.onContext(bench.plane::close);

        assertThatThrownBy(response::join).isInstanceOf(CompletionException.class);
        assertThatThrownBy(() -> bench.connect(port)).isInstanceOf(IOException.class);
    }

    private static Handler<NetSocket> closingOnTheSecondRequestOfTheFirst(List<NetSocket> connections) {
        return socket -> {
            connections.add(socket);
            boolean first = connections.size() == 1;
            AtomicInteger requests = new AtomicInteger();
            socket.handler(request -> {
                if (first && requests.incrementAndGet() == 2) {
                    socket.close();
                } else {
                    socket.write(ANSWER);
                }
            });
        };
    }

    private static void afterTurns(Vertx vertx, int turns, Runnable action) {
        vertx.setTimer(1, turn -> {
            if (turns == 1) {
                action.run();
            } else {
                afterTurns(vertx, turns - 1, action);
            }
        });
    }
}
