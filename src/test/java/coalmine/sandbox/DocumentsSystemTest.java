package coalmine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import coalmine.sandbox.vamp.VampVersion;
import coalmine.time.Pace;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Vamp makes of documents of all sorts, good and bad: facts 1 and 2. No document may take anything from another. */
class DocumentsSystemTest {

    private static final String HOST = "127.5.9.1";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static Machine machine;
    private static Sandbox sandbox;

    @BeforeAll
    static void start() {
        machine = new Machine();
        sandbox = Sandbox.start(
                machine, Sandbox.Options.atPace(new Pace(50)).on(HOST).behavingLike(VampVersion.V0_9_2));
        send("PUT", "", """
                ---
                {kind: blueprint, name: whole, clusters: {c: {services: {breed: {name: 'whole:1', deployable: magneticio/sava:1.0.0, ports: {web: 8080/http}}, scale: {cpu: 0.1, memory: 64MB, instances: 1}}}}}
                ---
                {kind: deployment, name: d, clusters: {c: {services: {breed: 'whole:1', scale: {cpu: 0.1, memory: 64MB, instances: 1}}}}}
                """).then().statusCode(202);
    }

    @AfterAll
    static void close() {
        sandbox.close();
        machine.close();
        // Another test counts what of sandboxes is left in memory.
        sandbox = null;
        machine = null;
    }

    private static Response send(String method, String path, String body) {
        return RestAssured.given()
                .urlEncodingEnabled(false)
                .accept("application/json")
                .contentType("application/x-yaml")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .request(method, sandbox.vampUrl() + "/api/v1/" + path);
    }

    private static String get(String path) {
        return send("GET", path, "").asString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        PUT  | gateways/g      | {name: g, port: 99999/http}                    | Unsupported gateway port: '99999/http'. Must be a number from 1 to 65535, alone or with '/http' or '/tcp'.
        PUT  | gateways/g      | {name: g, port: abc/http}                      | Unsupported gateway port: 'abc/http'. Must be a number from 1 to 65535, alone or with '/http' or '/tcp'.
        PUT  | gateways/g      | {name: g, port: 0}                             | Unsupported gateway port: '0'. Must be a number from 1 to 65535, alone or with '/http' or '/tcp'.
        PUT  | deployments/x   | {name: x, gateways: {web: c/web}, clusters: {c: 'whole:1'}} | Unsupported gateway port: 'web'. Must be a number from 1 to 65535, alone or with '/http' or '/tcp'.
        PUT  | gateways/g      | {name: g, port: 9100, routes: {'[nohost]': {weight: 100%}}} | Unsupported route path: '[nohost]'. Must be one of: '$gateway', '$deployment/$port' or '$deployment/$cluster/$port'.
        PUT  | gateways/g      | {name: g, port: 9100, routes: {'[h:abc]': {weight: 100%}}}  | Unsupported route path: '[h:abc]'. Must be one of: '$gateway', '$deployment/$port' or '$deployment/$cluster/$port'.
        PUT  | deployments/a%2Fb | {name: whole}                                | Illegal name or reference - white space characters, '/', '[' and ']' are not allowed: a/b
        PUT  | deployments/a%20b | {name: whole}                                | Illegal name or reference - white space characters, '/', '[' and ']' are not allowed: a b
        PUT  | deployments/x   | {kind: breed, name: x, clusters: {c: 'whole:1'}} | Inconsistent kind: given 'breed' but found 'deployment'.
        POST | blueprints      | {name: b, env: {d.A: 1}, clusters: {c: {breed: {name: x, deployable: i}}}} | Parameter 'd.A -> 1' cannot be resolved. Check if cluster exists and if it has any breed with port, environment variable or constant referable by d.A.
        POST | blueprints      | {name: b, env: {c.A: 1}, clusters: {c: {breed: {name: x, deployable: i}}}} | Parameter 'c.A -> 1' cannot be resolved. Check if cluster exists and if it has any breed with port, environment variable or constant referable by c.A.
        POST | blueprints      | {name: b, gateways: {9050: c/p, 9050/http: c/p}, clusters: {c: x}} | Duplicate gateway port: '9050'.
        POST | breeds          | {name: y, deployable: i, dependencies: {z: {name: z, deployable: j, dependencies: {y: y}}}} | Recursive (cyclic) dependency detected for breed 'y'
        POST | breeds          | {name: y, deployable: i, arguments: [{a: b, c: d}]} | Invalid argument - argument must be in form of 'key: value'.
        POST | slas            | {name: sp, type: foo, parameters: 5}           | Unexpected type for path 'parameters'.
        POST | escalations     | {name: e, type: foo, parameters: [1]}          | Unexpected type for path 'parameters'.
        POST | workflows       | {name: w, breed: health, schedule: daemon, env: {A: }} | Can't find any value for path: /environment_variables/A
        POST | gateways        | {name: g, port: 9100, routes: {a: {condition: {name: zz, condition: X}}}} | Either it should be a reference 'condition -> zz' or an anonymous inline definition, but not both.
        POST | gateways        | {name: g, port: 9100, routes: {a: {rewrites: [{name: zz, path: '/x if < y >'}]}}} | Either it should be a reference 'rewrite -> zz' or an anonymous inline definition, but not both.
        POST | slas            | {name: s, type: escalation_only, escalations: [{name: zz, type: to_all, escalations: []}]} | Either it should be a reference 'escalation -> zz' or an anonymous inline definition, but not both.
        POST | breeds          | {name: y, deployable: i, dependencies: {z: {kind: scale, name: z, deployable: j}}} | Inconsistent kind: given 'scale' but found 'breed'.
        """)
    void what_is_wrong_is_refused_in_vamps_words(String method, String path, String body, String message) {
        Response answer = send(method, path, body);

        assertThat(answer.jsonPath().getString("message")).isEqualTo(message);
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void what_is_wrong_with_one_document_hinders_no_other() {
        Response answer = send("PUT", "", """
                ---
                {kind: gateway, name: bad, port: abc}
                ---
                {kind: scale, name: after-bad, cpu: 0.1, memory: 64MB}
                ---
                {kind: gateway, name: good, port: 9101, routes: {d/c/web: {weight: 100%}}}
                """);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(send("GET", "scales/after-bad", "").statusCode()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> get("gateways/good").contains("\"deployed\":true"));
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> RestAssured.get("http://" + HOST + ":9101/").statusCode() == 200);
    }

    @Test
    void a_date_is_text() {
        Response event = send("POST", "events", "{tags: [dated], value: 2016-12-05, timestamp: 2016-12-05T09:00:00Z}");

        assertThat(event.jsonPath().getString("value")).isEqualTo("2016-12-05");
        assertThat(event.jsonPath().getString("timestamp")).isEqualTo("2016-12-05T09:00:00Z");
        assertThat(send("GET", "events?tag=dated", "").jsonPath().getString("[0].value"))
                .isEqualTo("2016-12-05");
        assertThat(send("POST", "events", "{tags: [dated], value: !!set {a, b}}")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void a_dry_run_changes_neither_scale_nor_sla() {
        String sla = "{type: escalation_only, escalations: []}";

        send("PUT", "deployments/d/clusters/c/services/whole:1/scale?validate_only=true", "{cpu: 0.3, memory: 300MB}")
                .then()
                .statusCode(202);
        send("PUT", "deployments/d/clusters/c/sla?validate_only=true", sla)
                .then()
                .statusCode(202);

        assertThat(get("deployments/d/clusters/c/services/whole:1/scale"))
                .isEqualTo("{\"cpu\":0.1,\"memory\":\"64.00MB\",\"instances\":1}");
        assertThat(get("deployments/d/clusters/c/sla")).isEmpty();
        send("PUT", "deployments/d/clusters/c/sla", sla).then().statusCode(202);
        send("DELETE", "deployments/d/clusters/c/sla?validate_only=true", "")
                .then()
                .statusCode(204);
        assertThat(get("deployments/d/clusters/c/sla")).contains("escalation_only");
        send("DELETE", "deployments/d/clusters/c/sla", "").then().statusCode(204);
    }

    @Test
    void what_was_answered_can_be_sent_again() {
        for (String path : List.of("blueprints/whole", "workflows/health")) {
            send("PUT", path, get(path)).then().statusCode(path.startsWith("w") ? 202 : 200);
        }
        send("PUT", "deployments/again?validate_only=true", get("deployments/d?as_blueprint=true"))
                .then()
                .statusCode(202);
        String gateway =
                "{name: cond, port: 9102, routes: {d/c/web: {weight: 100%, condition: User-Agent == Firefox}}}";
        send("PUT", "gateways/cond", gateway).then().statusCode(202);
        send(
                        "PUT",
                        "gateways/cond",
                        get("gateways/cond").replace("\"condition\":{", "\"condition\":{\"kind\":\"condition\","))
                .then()
                .statusCode(202);
    }

    @Test
    void several_escalations_become_one_group_and_dialects_are_merged() {
        send("PUT", "slas/two", "{name: two, type: escalation_only, escalations: [a, b]}");
        assertThat(get("slas/two"))
                .contains(
                        "\"escalations\":[{\"type\":\"to_all\",\"escalations\":[{\"reference\":\"a\"},{\"reference\":\"b\"}]}]");

        String document = "{name: x, clusters: {c: {services: [{breed: 'whole:1', dialects: %s}]}}}";
        send("PUT", "deployments/d", document.formatted("{marathon: {labels: {a: b}}}"))
                .then()
                .statusCode(202);
        send("PUT", "deployments/d", document.formatted("{docker: {x: y}}"))
                .then()
                .statusCode(202);
        assertThat(get("deployments/d"))
                .contains("\"dialects\":{\"marathon\":{\"labels\":{\"a\":\"b\"}},\"docker\":{\"x\":\"y\"}}");
    }

    @Test
    void a_deployment_is_deleted_among_others_as_a_list_of_itself() throws IOException {
        send("PUT", "deployments/e", "{name: whole}").then().statusCode(202);

        JsonNode answer = new ObjectMapper()
                .readTree(send("DELETE", "", "{kind: deployment, name: e, clusters: {c: {services: 'whole:1'}}}")
                        .asString());

        assertThat(answer.at("/0/0/name").asText()).isEqualTo("e");
    }

    @Test
    void a_page_far_beyond_the_end_is_empty_and_info_is_only_read() {
        assertThat(get("breeds?page=2000000000&per_page=30")).isEqualTo("[]");
        assertThat(send("POST", "info", "{}").statusCode()).isEqualTo(404);
        assertThat(RestAssured.given()
                        .accept("application/json")
                        .contentType("application/javascript")
                        .body("1".getBytes(StandardCharsets.UTF_8))
                        .put(sandbox.vampUrl() + "/api/v1/breeds/dry?validate_only=true")
                        .jsonPath()
                        .getString("name"))
                .isEqualTo("dry");
    }

    @Test
    void a_path_that_is_badly_encoded_is_refused() throws IOException {
        assertThat(byHand("GET /api/v1/breeds/%zz"))
                .startsWith("HTTP/1.1 400 ")
                .endsWith("{\"message\":\"Illegal percent encoding in the path: '%zz'.\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"breeds", "events/stream"})
    void a_query_that_is_badly_encoded_is_refused(String path) throws IOException {
        assertThat(byHand("GET /api/v1/" + path + "?x=%zz"))
                .startsWith("HTTP/1.1 400 ")
                .endsWith("{\"message\":\"Illegal percent encoding in the query: 'x=%zz'.\"}");
    }

    @Test
    void links_carry_what_was_asked_for_encoded_as_it_came() throws IOException {
        assertThat(byHand("GET /api/v1/breeds?x=%0d%0aSet-Cookie%3Aa%26b&page=1"))
                .startsWith("HTTP/1.1 200 ")
                .contains("<http://x/api/v1/breeds?x=%0D%0ASet-Cookie:a%26b&page=1&per_page=30>; rel=first");
    }

    /** What is answered to a request that no client sends. */
    private static String byHand(String request) throws IOException {
        URI vamp = sandbox.vampUrl();
        try (Socket socket = new Socket(vamp.getHost(), vamp.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write((request + " HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));

            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_client_that_asks_whether_to_go_on_is_told_to() throws IOException {
        URI vamp = sandbox.vampUrl();
        try (Socket socket = new Socket(vamp.getHost(), vamp.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write(
                            ("POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nContent-Type: application/json\r\n"
                                            + "Content-Length: 14\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.UTF_8));
            byte[] start = socket.getInputStream().readNBytes("HTTP/1.1 100".length());
            assertThat(new String(start, StandardCharsets.UTF_8)).isEqualTo("HTTP/1.1 100");

            socket.getOutputStream().write("{\"tags\":[\"a\"]}".getBytes(StandardCharsets.UTF_8));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("HTTP/1.1 201 ");
        }
    }

    @Test
    void a_listener_that_leaves_too_much_unread_is_cut_off() throws IOException {
        URI vamp = sandbox.vampUrl();
        int sent = 0;
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(vamp.getHost(), vamp.getPort()));
            socket.getOutputStream()
                    .write("GET /api/v1/events/stream?tag=long HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            socket.getInputStream().readNBytes("HTTP/1.1 200 OK".length());
            String value = "x".repeat(1 << 17);
            // More than is kept here and what the operating system takes on its way.
            for (int i = 0; i < 24 * 8; i++) {
                send("POST", "events", "tags: [long]\nvalue: |\n  " + value + "\n")
                        .then()
                        .statusCode(201);
                sent += value.length();
            }

            assertThat(readUntilCutOff(socket, sent)).isLessThan(sent);
        }
    }

    private static int readUntilCutOff(Socket socket, int most) throws IOException {
        byte[] some = new byte[1 << 16];
        int all = 0;
        try {
            for (int read = 0;
                    read >= 0 && all < most;
                    read = socket.getInputStream().read(some)) {
                all += read;
            }
        } catch (SocketException e) {
            // A connection may end like that, too.
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"[x, x]", "{x: y}"})
    void what_aliases_make_endless_or_huge_is_refused(String first) {
        StringBuilder bomb = new StringBuilder("tags: [t]\nvalue:\n  - &a0 " + first + "\n");
        for (int i = 1; i < 25; i++) {
            bomb.append("  - &a%d [*a%d, *a%d]\n".formatted(i, i - 1, i - 1));
        }
        for (String body :
                List.of(bomb.toString(), bomb + "  - {? *a24 : x}\n", "&a [*a]", "{tags: [t], value: &a {x: *a}}")) {
            send("POST", "events", body)
                    .then()
                    .statusCode(400)
                    .body(
                            "message",
                            equalTo("Error: the aliases in it make the document too large, or it contains itself."));
        }
    }

    @Test
    void an_alias_is_what_it_stands_for() {
        assertThat(send("POST", "events", "{tags: [t], value: {a: &a {x: [1, 2]}, b: [*a, *a]}}")
                        .asString())
                .contains("\"value\":{\"a\":{\"x\":[1,2]},\"b\":[{\"x\":[1,2]},{\"x\":[1,2]}]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        POST | {tags: [null]}                                              | Unexpected type for path 'tags'.
        GET  | {tags: [null]}                                              | Unexpected type for path 'tags'.
        GET  | {timestamp: {gte: now-99999999999999999999s}}               | Event timestamp cannot be parsed: 'now-99999999999999999999s'.
        GET  | {timestamp: {gte: now-999999999999999999s}}                 | Event timestamp cannot be parsed: 'now-999999999999999999s'.
        GET  | {timestamp: {gte: now-999999999999999999d}}                 | Event timestamp cannot be parsed: 'now-999999999999999999d'.
        """)
    void an_event_and_a_search_that_make_no_sense_are_refused(String method, String body, String message) {
        Response answer = send(method, "events", body);

        assertThat(answer.jsonPath().getString("message")).isEqualTo(message);
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"breeds", "events"})
    void the_largest_numbers_of_pages_are_pages(String list) {
        String largest = String.valueOf(Integer.MAX_VALUE);
        for (String page : List.of("1", "3", largest)) {
            for (String perPage : List.of("1", "30", largest)) {
                Response answer = send("GET", list + "?page=" + page + "&per_page=" + perPage, "");

                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.header("Link")).doesNotContain("=-");
            }
        }
    }

    @Test
    void the_stream_takes_its_tags_from_a_body_too() throws Exception {
        HttpRequest listen = HttpRequest.newBuilder(URI.create(sandbox.vampUrl() + "/api/v1/events/stream"))
                .method("GET", HttpRequest.BodyPublishers.ofString("{\"tags\": [\"wanted\"]}"))
                .build();
        HttpResponse<Stream<String>> stream =
                HttpClient.newHttpClient().send(listen, HttpResponse.BodyHandlers.ofLines());
        send("POST", "events", "{tags: [other], value: 1}").then().statusCode(201);
        send("POST", "events", "{tags: [wanted], value: 2}").then().statusCode(201);

        try (Stream<String> lines = stream.body()) {
            assertThat(lines.filter(line -> line.startsWith("data")).findFirst().orElseThrow())
                    .contains("wanted");
        }
    }
}
