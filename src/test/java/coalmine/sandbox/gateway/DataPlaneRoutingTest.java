package coalmine.sandbox.gateway;

import static coalmine.sandbox.gateway.GatewayBench.gateway;
import static coalmine.sandbox.gateway.GatewayBench.route;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import coalmine.sandbox.gateway.Backend.Claim;
import coalmine.sandbox.pulse.AccessLogEntry;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conditions, rewrites, sticky sessions, TCP and upgrades. */
class DataPlaneRoutingTest {

    private GatewayBench bench;
    private int port;

    @BeforeEach
    void open() throws IOException {
        bench = new GatewayBench("127.9.40.3");
        port = bench.freePort();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static Backend claimed(String lookupName, int weight, String condition, int strength, Target... targets) {
        return new Backend(
                lookupName,
                "path/of/" + lookupName,
                weight,
                Arrays.asList(targets),
                Balance.ROUNDROBIN,
                Optional.of(new Claim(Condition.parse(condition), strength)),
                List.of());
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(bench.uri(port).resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return bench.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void a_condition_of_half_strength_on_a_fifth_of_the_weight_makes_three_fifths() throws Exception {
        bench.configure(gateway(
                "gw",
                port,
                List.of(
                        route("old", 80, bench.instance("old")),
                        claimed("new", 20, "< url_beg /2 >", 50, bench.instance("new")))));

        List<String> matching = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            matching.add(get("/2").body());
        }
        assertThat(Collections.frequency(matching, "new")).isEqualTo(30);
        List<String> others = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            others.add(get("/1").body());
        }
        assertThat(Collections.frequency(others, "new")).isEqualTo(10);
    }

    @Test
    void a_route_without_weight_is_reached_by_its_condition_alone() throws Exception {
        bench.configure(gateway(
                "gw",
                port,
                List.of(
                        route("old", 100, bench.instance("old")),
                        claimed("new", 0, "has Header X-Canary", 100, bench.instance("new")))));

        assertThat(get("/").body()).isEqualTo("old");
        assertThat(get("/", "X-Canary", "yes").body()).isEqualTo("new");
        await().until(() -> bench.log.size() == 5);
        assertThat(bench.log).extracting(AccessLogEntry::ft).containsExactly("gw", "o_gw", "old", "gw", "new");
    }

    @Test
    void a_rewrite_changes_the_path_that_the_target_sees() throws Exception {
        Target echo = bench.instance("echo", request -> request.response().end(request.uri()));
        bench.configure(gateway(
                "gw",
                port,
                List.of(new Backend(
                        "route",
                        "path",
                        100,
                        List.of(echo),
                        Balance.ROUNDROBIN,
                        Optional.empty(),
                        List.of(Rewrite.parse("/new if < path /old >"))))));

        assertThat(get("/old?a=b").body()).isEqualTo("/new?a=b");
        assertThat(get("/other").body()).isEqualTo("/other");
    }

    @Test
    void a_user_stays_with_a_route_until_it_has_no_traffic_any_more() throws Exception {
        Target old = bench.instance("old");
        Target young = bench.instance("new", request -> request.response().end("new " + request.getHeader("Cookie")));
        bench.configure(sticky(Sticky.ROUTE, route("old", 50, old), route("new", 50, young)));

        String cookie = null;
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = get("/");
            if (answer.body().startsWith("new")) {
                cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
            }
        }
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> answer = get("/", "Cookie", "mine=1; " + cookie);
            assertThat(answer.body()).isEqualTo("new mine=1");
            assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        }

        bench.configure(sticky(Sticky.ROUTE, route("old", 100, old), route("new", 0, young)));
        HttpResponse<String> moved = get("/", "Cookie", cookie);
        assertThat(moved.body()).isEqualTo("old");
        assertThat(moved.headers().firstValue("Set-Cookie")).isPresent();
    }

    @Test
    void a_user_stays_with_an_instance_and_is_moved_when_it_is_gone() throws Exception {
        Target first = bench.instance("first");
        Target second = bench.instance("second");
        bench.configure(sticky(Sticky.INSTANCE, route("route", 100, first, second)));
        HttpResponse<String> answer = get("/");
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");

        for (int i = 0; i < 4; i++) {
            assertThat(get("/", "Cookie", cookie).body()).isEqualTo(answer.body());
        }

        Target other = answer.body().equals("first") ? second : first;
        bench.configure(sticky(Sticky.INSTANCE, route("route", 100, other)));
        assertThat(get("/", "Cookie", cookie).body()).isEqualTo(other.name());
    }

    private Frontend sticky(Sticky sticky, Backend... backends) {
        return new Frontend("gw", "gw", port, Protocol.HTTP, sticky, List.of(backends));
    }

    private Frontend tcp(Backend... backends) {
        return new Frontend("gw", "gw", port, Protocol.TCP, Sticky.NONE, List.of(backends));
    }

    private Target echoing(String name) {
        return bench.rawInstance(
                name, socket -> socket.handler(data -> socket.write(name + " " + data.toString(US_ASCII) + "\n")));
    }

    private String ask(Socket socket, String question) throws IOException {
        socket.getOutputStream().write(question.getBytes(US_ASCII));
        StringBuilder answer = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next != '\n' && next >= 0;
                next = socket.getInputStream().read()) {
            answer.append((char) next);
        }
        return answer.toString();
    }

    @Test
    void connections_of_tcp_are_divided_by_weight_and_logged_when_they_end() throws Exception {
        bench.configure(tcp(route("old", 75, echoing("old")), route("new", 25, echoing("new"))));

        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            try (Socket socket = bench.connect(port)) {
                answers.add(ask(socket, "hello"));
            }
        }

        assertThat(Collections.frequency(answers, "new hello")).isEqualTo(2);
        assertThat(Collections.frequency(answers, "old hello")).isEqualTo(6);
        await().until(() -> bench.log.size() == 16);
        assertThat(bench.statuses("gw")).hasSize(8).containsOnly(-1);
    }

    @Test
    void a_new_connection_goes_to_the_target_with_the_fewest() throws Exception {
        Backend route = new Backend(
                "route",
                "path",
                100,
                List.of(echoing("a"), echoing("b")),
                Balance.LEASTCONN,
                Optional.empty(),
                List.of());
        bench.configure(tcp(route));

        Socket first = bench.connect(port);
        try (Socket second = bench.connect(port)) {
            String a = ask(first, "x");
            String b = ask(second, "x");
            assertThat(List.of(a, b)).containsExactlyInAnyOrder("a x", "b x");
            first.close();
            await().until(() -> bench.statuses("route").size() == 1);
            try (Socket third = bench.connect(port)) {
                assertThat(ask(third, "x")).isEqualTo(a);
            }
        }
    }

    @Test
    void a_connection_that_nobody_takes_is_closed() throws Exception {
        bench.configure(tcp(route("route", 100)));

        try (Socket socket = bench.connect(port)) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_refused_connection_is_tried_on_another_target_at_last() throws Exception {
        bench.configure(tcp(route("route", 100, bench.nowhere(), echoing("b"))));

        for (int i = 0; i < 2; i++) {
            try (Socket socket = bench.connect(port)) {
                assertThat(ask(socket, "x")).isEqualTo("b x");
            }
        }
    }

    @Test
    void a_gateway_of_tcp_that_is_withdrawn_keeps_its_connections_and_frees_its_port() throws Exception {
        bench.configure(tcp(route("route", 100, echoing("a"))));
        try (Socket socket = bench.connect(port)) {
            assertThat(ask(socket, "x")).isEqualTo("a x");

            bench.configure();
            assertThat(bench.configure(gateway("gw", port, bench.instance("web"))))
                    .isEmpty();

            assertThat(ask(socket, "y")).isEqualTo("a y");
            assertThat(get("/").body()).isEqualTo("web");
        }
    }

    @Test
    void a_web_socket_is_passed_through() throws Exception {
        Target chat = bench.instance(
                "chat",
                request -> request.toWebSocket()
                        .onSuccess(socket ->
                                socket.textMessageHandler(text -> socket.writeTextMessage("you said " + text))));
        bench.configure(gateway("gw", port, chat));
        CompletableFuture<String> heard = new CompletableFuture<>();

        WebSocket socket = bench.client
                .newWebSocketBuilder()
                .buildAsync(
                        bench.uri(port).resolve("ws://" + bench.host + ":" + port + "/chat"), new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                                heard.complete(data.toString());
                                return null;
                            }
                        })
                .get(20, TimeUnit.SECONDS);
        socket.sendText("hello", true);

        assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo("you said hello");
        socket.abort();
        await().until(() -> bench.statuses("gw").equals(List.of(101)));
    }

    @Test
    void an_upgrade_that_the_target_does_not_grant_is_an_ordinary_answer() throws Exception {
        bench.configure(gateway("gw", port, bench.instance("plain")));

        try (Socket socket = bench.connect(port)) {
            String answer = ask(socket, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200");
        }
    }
}
