package coalmine.sandbox.gateway;

import static coalmine.sandbox.gateway.GatewayBench.gateway;
import static coalmine.sandbox.gateway.GatewayBench.route;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.time.PlatformDuration;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataPlaneTest {

    /** More than the kernel and two event loops take in before a write has to wait. */
    private static final int MUCH = 64 * 1024 * 1024;

    private GatewayBench bench;
    private int port;

    @BeforeEach
    void open() throws IOException {
        bench = new GatewayBench("127.9.40.1");
        port = bench.freePort();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void requests_are_divided_exactly_by_weight_over_any_hundred() throws Exception {
        configureShares(80, 20);

        List<String> answers = answers(150);

        for (int start = 0; start + 100 <= answers.size(); start += 10) {
            assertThat(Collections.frequency(answers.subList(start, start + 100), "old"))
                    .isEqualTo(80);
        }
        assertThat(Collections.frequency(answers.subList(0, 50), "new")).isEqualTo(10);
    }

    @Test
    void configuring_the_same_weights_again_in_another_order_does_not_disturb_the_sequence() throws Exception {
        Backend old = route("old", 60, bench.instance("old"));
        Backend young = route("new", 40, bench.instance("new"));
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            bench.configure(gateway("gw", port, i % 2 == 0 ? List.of(old, young) : List.of(young, old)));
            answers.addAll(answers(5));
        }

        assertThat(Collections.frequency(answers, "old")).isEqualTo(60);
    }

    @Test
    void a_new_instance_of_a_route_does_not_disturb_the_shares() throws Exception {
        Target old = bench.instance("old");
        Target first = bench.instance("new");
        Target second = bench.instance("new");
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Backend young = i % 2 == 0 ? route("new", 5, first) : route("new", 5, first, second);
            bench.configure(gateway("gw", port, List.of(route("old", 95, old), young)));
            answers.addAll(answers(5));
        }

        assertThat(Collections.frequency(answers, "new")).isEqualTo(5);
    }

    @Test
    void new_weights_start_the_sequence_anew() throws Exception {
        Backend old = route("old", 50, bench.instance("old"));
        Target young = bench.instance("new");
        bench.configure(gateway("gw", port, List.of(old, route("new", 50, young))));
        answers(3);

        bench.configure(gateway("gw", port, List.of(route("old", 0), route("new", 100, young))));
        assertThat(answers(10)).containsOnly("new");

        bench.configure(gateway("gw", port, List.of(old, route("new", 50, young))));
        assertThat(answers(4)).containsExactly("old", "new", "old", "new");
    }

    @Test
    void the_instances_of_a_route_take_turns() throws Exception {
        bench.configure(gateway("gw", port, bench.instance("a"), bench.instance("b"), bench.instance("c")));

        assertThat(answers(6)).containsExactly("a", "b", "c", "a", "b", "c");
    }

    @Test
    void chained_gateways_log_each_hop_and_its_route() throws Exception {
        int inner = bench.freePort();
        bench.configure(
                gateway("outer", port, bench.target("d/c/port", inner)),
                gateway("inner", inner, bench.instance("sava")));

        assertThat(bench.get(port).body()).isEqualTo("sava");

        await().until(() -> bench.log.size() == 4);
        assertThat(bench.log)
                .extracting(entry -> entry.ft() + " " + entry.status())
                .containsExactlyInAnyOrder("inner 200", "inner-route 200", "outer 200", "outer-route 200");
        assertThat(bench.log).allSatisfy(entry -> {
            assertThat(entry.timestamp()).isBeforeOrEqualTo(bench.clock.now());
            assertThat(entry.totalMillis()).isNotNegative();
        });
    }

    @Test
    void the_time_of_a_request_is_logged_in_platform_milliseconds() throws Exception {
        bench.configure(gateway(
                "gw",
                port,
                bench.instance(
                        "slow",
                        request -> bench.clock.after(
                                PlatformDuration.seconds(2),
                                () -> request.response().end()))));

        bench.get(port);

        await().until(() -> bench.log.size() == 2);
        assertThat(bench.log.get(0).totalMillis()).isGreaterThanOrEqualTo(2000);
    }

    @Test
    void an_answer_is_passed_on_with_its_status_and_headers() throws Exception {
        Iterable<String> cookies = List.of("a=1", "b=2");
        bench.configure(gateway(
                "gw",
                port,
                bench.instance(
                        "teapot",
                        request -> request.response()
                                .setStatusCode(418)
                                .setStatusMessage("Short and stout")
                                .putHeader("Set-Cookie", cookies)
                                .putHeader("Keep-Alive", "timeout=5")
                                .end("tea"))));

        HttpResponse<String> response = bench.get(port);

        assertThat(response.statusCode()).isEqualTo(418);
        assertThat(response.body()).isEqualTo("tea");
        assertThat(response.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(response.headers().firstValue("content-length")).hasValue("3");
        assertThat(response.headers().firstValue("keep-alive")).isEmpty();
        await().until(() -> bench.statuses("gw").equals(List.of(418)));
    }

    @Test
    void an_instance_sees_the_request_and_for_whom_it_was_forwarded() throws Exception {
        AtomicReference<HttpServerRequest> seen = new AtomicReference<>();
        AtomicReference<MultiMap> headers = new AtomicReference<>();
        bench.configure(gateway("gw", port, bench.instance("sees", request -> {
            seen.set(request);
            headers.set(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
            request.response().end();
        })));

        try (Socket client = bench.connect(port)) {
            write(
                    client,
                    "DELETE /a%20b?c=d HTTP/1.1\r\nHost: sava.vamp\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Port: 1\r\n"
                            + "Connection: X-Mine, keep-alive\r\nX-Mine: 1\r\nTE: trailers\r\nX-Yours: 2\r\n\r\n");
            assertThat(head(client)).startsWith("HTTP/1.1 200");
        }

        assertThat(seen.get().method().name()).isEqualTo("DELETE");
        assertThat(seen.get().uri()).isEqualTo("/a%20b?c=d");
        assertThat(headers.get().get("Host")).isEqualTo("sava.vamp");
        assertThat(headers.get().getAll("X-Forwarded-For")).containsExactly("10.0.0.1", "127.0.0.1");
        assertThat(headers.get().getAll("X-Forwarded-Port")).containsExactly(String.valueOf(port));
        assertThat(headers.get().get("X-Yours")).isEqualTo("2");
        assertThat(headers.get().names()).doesNotContain("X-Mine", "TE", "Connection");
    }

    @Test
    void a_client_cannot_have_its_body_dropped() throws Exception {
        bench.configure(gateway(
                "gw",
                port,
                bench.instance(
                        "echo",
                        request -> request.body()
                                .onSuccess(
                                        body -> request.response().end(request.getHeader("Host") + " got " + body)))));

        try (Socket client = bench.connect(port)) {
            write(
                    client,
                    "POST / HTTP/1.1\r\nHost: sava.vamp\r\nConnection: content-length, Host, close\r\n"
                            + "Content-Length: 5\r\n\r\nabcde");

            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .endsWith("\r\n\r\nsava.vamp got abcde");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void a_connection_is_closed_for_a_client_that_asks_for_it_among_other_things(String method) throws Exception {
        bench.configure(gateway("gw", port, bench.instance("a")));

        try (Socket client = bench.connect(port)) {
            write(client, method + " / HTTP/1.1\r\nHost: x\r\nConnection: TE, close\r\n\r\n");

            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("connection: close\r\n");
        }
    }

    @Test
    void connections_are_kept_on_both_sides() throws Exception {
        Set<Object> upstream = ConcurrentHashMap.newKeySet();
        bench.configure(gateway("gw", port, bench.instance("counts", request -> {
            upstream.add(request.connection());
            request.response().end("x");
        })));

        try (Socket client = bench.connect(port)) {
            for (int i = 0; i < 20; i++) {
                write(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(head(client)).contains("content-length: 1");
                assertThat(client.getInputStream().read()).isEqualTo('x');
            }
        }
        assertThat(upstream).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified"})
    void an_answer_without_a_body_leaves_the_connection_usable(String status) throws Exception {
        bench.configure(gateway(
                "gw",
                port,
                bench.instance(
                        "empty",
                        request -> request.response()
                                .setStatusCode(Integer.parseInt(status.substring(0, 3)))
                                .end())));

        try (Socket client = bench.connect(port)) {
            for (int i = 0; i < 3; i++) {
                write(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(head(client)).startsWith("HTTP/1.1 " + status);
            }
        }
    }

    @Test
    void the_answer_to_a_head_request_has_the_length_but_no_body() throws Exception {
        bench.configure(gateway(
                "gw",
                port,
                bench.instance(
                        "head",
                        request -> request.response()
                                .putHeader("Content-Length", "1234")
                                .end())));

        try (Socket client = bench.connect(port)) {
            for (int i = 0; i < 3; i++) {
                write(client, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(head(client)).containsIgnoringCase("content-length: 1234");
            }
        }
    }

    @Test
    void a_client_of_http_1_0_gets_a_streamed_answer_until_the_connection_closes() throws Exception {
        bench.configure(gateway("gw", port, bench.instance("streams", request -> {
            request.response().setChunked(true).write("all ");
            request.response().end("of it");
        })));

        try (Socket client = bench.connect(port)) {
            write(client, "GET / HTTP/1.0\r\n\r\n");
            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.0 200")
                    .doesNotContain("chunked")
                    .endsWith("\r\n\r\nall of it");
        }
    }

    @Test
    void an_answer_is_passed_on_as_it_comes() throws Exception {
        CompletableFuture<HttpServerResponse> instance = new CompletableFuture<>();
        bench.configure(gateway("gw", port, bench.instance("streams", request -> {
            request.response().setChunked(true).writeHead();
            instance.complete(request.response());
        })));

        try (InputStream body = bench.client
                .send(HttpRequest.newBuilder(bench.uri(port)).build(), HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
            for (String piece : List.of("first", "second", "third")) {
                GatewayBench.await(instance.join().write(piece));
                assertThat(new String(body.readNBytes(piece.length()), US_ASCII))
                        .isEqualTo(piece);
            }
            assertThat(bench.log).isEmpty();
            GatewayBench.await(instance.join().end());
            assertThat(body.read()).isEqualTo(-1);
        }
        await().until(() -> bench.statuses("gw").equals(List.of(200)));
    }

    @Test
    void a_request_body_is_passed_on_as_it_comes() throws Exception {
        StringBuffer seen = new StringBuffer();
        bench.configure(gateway("gw", port, bench.instance("reads", request -> {
            request.handler(chunk -> seen.append(chunk));
            request.endHandler(end -> request.response().end("thanks"));
        })));

        try (Socket client = bench.connect(port)) {
            write(client, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            await().until(() -> seen.toString().equals("first"));
            write(client, "6\r\nsecond\r\n");
            await().until(() -> seen.toString().equals("firstsecond"));
            write(client, "0\r\n\r\n");
            assertThat(head(client)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void a_client_that_asks_whether_to_go_on_is_told_by_the_instance() throws Exception {
        bench.configure(gateway("gw", port, bench.instance("encourages", request -> {
            request.response().writeContinue();
            request.body().onSuccess(request.response()::end);
        })));

        try (Socket client = bench.connect(port)) {
            write(client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
            assertThat(head(client)).startsWith("HTTP/1.1 100");
            write(client, "body");
            assertThat(head(client)).startsWith("HTTP/1.1 200");
            assertThat(client.getInputStream().readNBytes(4)).isEqualTo("body".getBytes(US_ASCII));
        }
    }

    @Test
    void a_slow_client_slows_the_instance_down() throws Exception {
        AtomicLong written = new AtomicLong();
        bench.configure(gateway("gw", port, bench.instance("pours", request -> {
            request.response().putHeader("Content-Length", String.valueOf(MUCH));
            pour(request.response(), written);
        })));

        try (Socket client = bench.connect(port)) {
            write(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            head(client);
            awaitStandstill(written);
            assertThat(written.get()).isLessThan(MUCH);
            assertThat(drain(client.getInputStream(), MUCH)).isEqualTo(MUCH);
        }
        await().until(() -> bench.statuses("gw").equals(List.of(200)));
    }

    @Test
    void a_slow_instance_slows_the_client_down() throws Exception {
        AtomicLong written = new AtomicLong();
        AtomicLong read = new AtomicLong();
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        bench.configure(gateway("gw", port, bench.instance("sips", request -> {
            request.pause();
            request.handler(chunk -> read.addAndGet(chunk.length()));
            request.endHandler(end -> request.response().end());
            arrived.complete(request);
        })));

        try (Socket client = bench.connect(port)) {
            CompletableFuture<Void> pouring = CompletableFuture.runAsync(() -> pour(client, written));
            HttpServerRequest request = arrived.join();
            awaitStandstill(written);
            assertThat(written.get()).isLessThan(MUCH);
            bench.context.runOnContext(run -> request.resume());
            pouring.join();
            assertThat(head(client)).startsWith("HTTP/1.1 200");
        }
        assertThat(read.get()).isEqualTo(MUCH);
    }

    @Test
    void new_configuration_drops_no_request_under_load() throws Exception {
        int beside = bench.freePort();
        Target old = bench.instance("old");
        Target young = bench.instance("new");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger served = new AtomicInteger();
        bench.configure(shares(50, old, 50, young));
        List<CompletableFuture<Void>> clients = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    while (!stop.get()) {
                        assertThat(sent(port).statusCode()).isEqualTo(200);
                        served.incrementAndGet();
                    }
                }))
                .toList();

        for (int i = 0; i < 100; i++) {
            int goal = served.get() + 5;
            Frontend changed = shares(i, old, 100 - i, young);
            bench.configure(
                    i % 2 == 0 ? new Frontend[] {changed} : new Frontend[] {gateway("b", beside, old), changed});
            await().pollInterval(Duration.ofMillis(1)).until(() -> served.get() >= goal);
        }
        stop.set(true);

        clients.forEach(CompletableFuture::join);
        await().until(() -> bench.statuses("gw").size() == served.get());
        assertThat(bench.statuses("gw")).containsOnly(200);
    }

    @Test
    void a_withdrawn_gateway_stops_listening_at_once_and_completes_what_it_has() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        bench.configure(gateway("gw", port, bench.instance("holds the first", request -> {
            if (!arrived.complete(request)) {
                request.response().end();
            }
        })));
        CompletableFuture<HttpResponse<String>> response = bench.client.sendAsync(
                HttpRequest.newBuilder(bench.uri(port)).build(), HttpResponse.BodyHandlers.ofString());
        HttpServerRequest request = arrived.join();

        try (Socket idle = bench.connect(port)) {
            write(idle, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            head(idle);
            bench.configure();

            assertThatThrownBy(() -> bench.connect(port)).isInstanceOf(IOException.class);
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
        }
        // The port can be had by another while the old one's request is still in flight.
        bench.configure(gateway("other", port, bench.instance("other")));
        assertThat(sent(port).body()).isEqualTo("other");

        GatewayBench.await(request.response().end("at last"));
        assertThat(response.join().body()).isEqualTo("at last");
        await().until(() -> bench.statuses("gw").equals(List.of(200, 200)));
    }

    @Test
    void a_gateway_moves_to_another_port() throws Exception {
        int elsewhere = bench.freePort();
        Target instance = bench.instance("instance");
        bench.configure(gateway("gw", port, instance));

        assertThat(bench.configure(gateway("gw", elsewhere, instance))).isEmpty();

        assertThat(bench.get(elsewhere).body()).isEqualTo("instance");
        assertThatThrownBy(() -> bench.connect(port)).isInstanceOf(IOException.class);
    }

    @Test
    void two_gateways_change_places() throws Exception {
        int other = bench.freePort();
        Target a = bench.instance("a");
        Target b = bench.instance("b");
        bench.configure(gateway("ga", port, a), gateway("gb", other, b));

        assertThat(bench.configure(gateway("ga", other, a), gateway("gb", port, b)))
                .isEmpty();

        assertThat(bench.get(port).body()).isEqualTo("b");
        assertThat(bench.get(other).body()).isEqualTo("a");
    }

    @Test
    void configurations_that_follow_at_once_are_applied_one_after_the_other() throws Exception {
        Target instance = bench.instance("instance");

        bench.onContext(() -> {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                all.add(bench.plane.configure(List.of(gateway("gw", port, instance))));
                all.add(bench.plane.configure(List.of()));
            }
            all.add(bench.plane.configure(List.of(gateway("gw", port, instance))));
            return Future.all(all);
        });

        assertThat(bench.get(port).body()).isEqualTo("instance");
    }

    @Test
    void two_gateways_of_one_lookup_name_are_refused() {
        assertThatThrownBy(() -> bench.plane.configure(List.of(gateway("gw", 1000), gateway("gw", 2000))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gw");
    }

    private void configureShares(int old, int young) {
        bench.configure(shares(old, bench.instance("old"), young, bench.instance("new")));
    }

    private Frontend shares(int oldShare, Target old, int newShare, Target young) {
        return gateway("gw", port, List.of(route("old", oldShare, old), route("new", newShare, young)));
    }

    private List<String> answers(int count) throws Exception {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(bench.get(port).body());
        }
        return answers;
    }

    private HttpResponse<String> sent(int port) {
        try {
            return bench.get(port);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void write(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String head(Socket client) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = client.getInputStream().read();
            assertThat(next).describedAs("end of stream after: %s", head).isNotEqualTo(-1);
            head.append((char) next);
        }
        return head.toString();
    }

    private static void pour(HttpServerResponse response, AtomicLong written) {
        Buffer piece = Buffer.buffer(new byte[64 * 1024]);
        while (written.get() < MUCH && !response.writeQueueFull()) {
            written.addAndGet(piece.length());
            response.write(piece);
        }
        if (written.get() == MUCH) {
            response.end();
        } else {
            response.drainHandler(drained -> pour(response, written));
        }
    }

    private static void pour(Socket client, AtomicLong written) {
        try {
            OutputStream out = client.getOutputStream();
            write(client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + MUCH + "\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            while (written.get() < MUCH) {
                out.write(piece);
                written.addAndGet(piece.length);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long drain(InputStream in, long count) throws IOException {
        byte[] piece = new byte[64 * 1024];
        long total = 0;
        while (total < count) {
            int read = in.read(piece);
            if (read < 0) {
                break;
            }
            total += read;
        }
        return total;
    }

    private static void awaitStandstill(AtomicLong counter) {
        AtomicLong last = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> counter.get() > 0 && last.getAndSet(counter.get()) == counter.get());
    }
}
