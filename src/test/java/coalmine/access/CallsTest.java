package coalmine.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import coalmine.vamp.FakeVamp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way to a server, and what can be wrong with it. */
class CallsTest {

    private static final String ADDRESS = "127.6.8.1";
    private static final String PATH = "/a/thing";

    @TempDir
    static Path folder;

    private static Authority authority;
    private static ClusterProxy encrypted;
    private static ClusterProxy misnamed;
    private static final FakeVamp BEHIND = new FakeVamp(ADDRESS);

    private final FakeVamp fake = new FakeVamp(ADDRESS);
    private final List<String> told = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void open() {
        authority = new Authority(folder);
        encrypted = new ClusterProxy(ADDRESS, BEHIND.uri())
                .withTls(authority.certify("ip:" + ADDRESS))
                .open();
        misnamed = new ClusterProxy(ADDRESS, BEHIND.uri())
                .withTls(authority.certify("dns:somebody.else"))
                .open();
        BEHIND.when("GET " + PATH, "[1]");
        // The first call of a process takes seconds, and those that are timed have not many.
        new Calls(Server.at(BEHIND.uri())).get(PATH);
    }

    @AfterAll
    static void closeAll() {
        encrypted.close();
        misnamed.close();
        BEHIND.close();
    }

    @AfterEach
    void close() {
        fake.close();
    }

    private Calls calls(Server server) {
        return new Calls(server.with(Retries.ofReads(told::add)));
    }

    private static AccessException failure(Calls calls) {
        return catchThrowableOfType(AccessException.class, () -> calls.get(PATH));
    }

    @Test
    void an_authority_of_ones_own_is_believed_once_it_is_named() {
        Server server = Server.at(encrypted.uri());

        AccessException failure = failure(calls(server));

        assertThat(failure.problem()).isEqualTo(Problem.UNTRUSTED);
        assertThat(failure)
                .hasMessageContaining("its certificate is not trusted")
                .hasMessageNotContaining("\n");
        assertThat(told).as("what was tried again in vain").isEmpty();
        assertThat(new Calls(server.trusting(Trust.alsoIn(authority.pem())))
                        .get(PATH)
                        .body())
                .isEqualTo("[1]");
    }

    @Test
    void a_certificate_of_another_host_is_told_apart() {
        Server server = Server.at(misnamed.uri()).trusting(Trust.alsoIn(authority.pem()));

        assertThat(failure(calls(server)).problem()).isEqualTo(Problem.MISNAMED);
    }

    @Test
    void a_server_that_does_not_speak_tls_is_told_apart() {
        try (ClusterProxy open = new ClusterProxy(ADDRESS, fake.uri()).open()) {
            Server server = Server.at(URI.create(open.uri().toString().replace("http:", "https:")));

            assertThat(failure(calls(server)).problem()).isEqualTo(Problem.NO_TLS);
        }
    }

    @Test
    void a_file_without_a_certificate_is_refused() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Path none = Files.writeString(folder.resolve("none.pem"), "hello\n");

        assertThatThrownBy(() -> Trust.alsoIn(empty)).hasMessageContaining("holds no certificate");
        assertThatThrownBy(() -> Trust.alsoIn(none)).hasMessageContaining("holds no certificate");
        assertThatThrownBy(() -> Trust.alsoIn(folder.resolve("no.pem"))).hasMessageContaining("cannot be read");
    }

    @Test
    void whoever_asks_says_who_they_are() {
        fake.when("GET " + PATH, "[]");

        new Calls(Server.at(fake.uri()).as(Credentials.token("abc"))).get(PATH);
        new Calls(Server.at(fake.uri()).as(Credentials.token("Bearer abc"))).get(PATH);
        new Calls(Server.at(fake.uri()).as(Credentials.basic("anna", "secret"))).get(PATH);
        new Calls(Server.at(fake.uri())).get(PATH);

        assertThat(fake.requests("GET"))
                .extracting(request -> request.header("Authorization"))
                .containsExactly("token=abc", "Bearer abc", "Basic YW5uYTpzZWNyZXQ=", "");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void nobody_reads_a_secret_that_a_server_repeats(int status) {
        fake.when(
                "GET " + PATH,
                request -> FakeVamp.Reply.of(status, "<h1>Who is\n" + request.header("Authorization") + "?</h1>"));

        AccessException token = failure(calls(Server.at(fake.uri()).as(Credentials.token("s3cr3t"))));
        AccessException password = failure(calls(Server.at(fake.uri()).as(Credentials.basic("anna", "s3cr3t"))));

        assertThat(token.problem()).isEqualTo(Problem.DENIED);
        assertThat(token).hasMessageEndingWith("it does not let in who is there (Who is token=***?)");
        assertThat(password).hasMessageContaining("Basic ***").hasMessageNotContaining("czNjcjN0");
        assertThat(Server.at(fake.uri()).as(Credentials.token("s3cr3t")).toString() + Credentials.token("s3cr3t"))
                .doesNotContain("s3cr3t");
    }

    @Tag("patient")
    @ParameterizedTest
    @ValueSource(ints = {502, 504})
    void a_read_that_a_proxy_cannot_pass_on_is_tried_twice_more_and_told(int status) {
        AtomicInteger times = new AtomicInteger();
        fake.when(
                "GET " + PATH,
                request -> times.incrementAndGet() < 3 ? FakeVamp.Reply.of(status, "") : FakeVamp.Reply.json("[2]"));

        assertThat(calls(Server.at(fake.uri())).get(PATH).body()).isEqualTo("[2]");
        assertThat(told).hasSize(2).allMatch(line -> line.endsWith("it is not available"));

        times.set(-10);
        assertThat(failure(calls(Server.at(fake.uri()))).problem()).isEqualTo(Problem.UNAVAILABLE);
        assertThat(times).hasValue(-7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "POST", "DELETE"})
    void nothing_else_is_ever_tried_again(String method) {
        fake.when(method + " " + PATH, request -> FakeVamp.Reply.of(503, ""));
        Calls calls = calls(Server.at(fake.uri()));

        assertThatThrownBy(() -> calls.send(method, PATH, UnaryOperator.identity()))
                .isInstanceOf(AccessException.class);
        assertThat(fake.requests(method)).hasSize(1);
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "POST", "DELETE", "GET"})
    void a_connection_that_is_lost_is_told_and_only_a_read_is_tried_again(String method) throws IOException {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getByName(ADDRESS))) {
            Thread hangingUp = new Thread(() -> hangUp(socket, connections));
            hangingUp.setDaemon(true);
            hangingUp.start();
            Calls calls = calls(Server.at(URI.create("http://" + ADDRESS + ":" + socket.getLocalPort())));

            AccessException failure = catchThrowableOfType(AccessException.class, () -> {
                if (method.equals("GET")) {
                    calls.get(PATH);
                } else {
                    calls.send(method, PATH, it -> it);
                }
            });

            assertThat(failure.problem()).isEqualTo(Problem.DROPPED);
            assertThat(connections).hasValue(method.equals("GET") ? 3 : 1);
        }
    }

    /** Reads the head of a request, and answers nothing. */
    private static void hangUp(ServerSocket socket, AtomicInteger connections) {
        try {
            while (true) {
                try (var connection = socket.accept()) {
                    connections.incrementAndGet();
                    connection.getInputStream().read(new byte[2000]);
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    @Test
    void nobody_who_listens_and_no_such_host_are_told_apart() {
        assertThat(failure(calls(Server.at(URI.create("http://" + ADDRESS + ":1"))))
                        .problem())
                .isEqualTo(Problem.REFUSED);
        assertThat(told).hasSize(2);
        assertThat(failure(calls(Server.at(URI.create("http://no.such.invalid"))))
                        .problem())
                .isEqualTo(Problem.UNKNOWN_HOST);
        assertThat(told).hasSize(2);
    }

    @Test
    void what_a_server_says_is_a_line_for_people() {
        assertThat(new Reply(404, Map.of(), "{\"message\":\"Not <b> there\",\"details\":[1]}").message())
                .isEqualTo("Not <b> there [1]");
        assertThat(new Reply(502, Map.of(), "<html>\n<h1>Bad\nGateway</h1></html>").message())
                .isEqualTo("Bad Gateway");
        assertThat(new Reply(500, Map.of(), "oh\n" + "no ".repeat(500)).message())
                .startsWith("oh no no")
                .endsWith(" …")
                .hasSizeLessThan(510);
    }

    @Test
    void nobody_is_followed_elsewhere() {
        fake.when(
                "GET " + PATH,
                request -> FakeVamp.Reply.of(302, "").with("Location", "http://" + ADDRESS + ":1/login"));

        AccessException failure = failure(calls(Server.at(fake.uri()).as(Credentials.token("abc"))));

        assertThat(failure.problem()).isEqualTo(Problem.MOVED);
        assertThat(failure).hasMessageContaining("to http://" + ADDRESS + ":1/login");
    }

    @Test
    void a_secret_that_no_header_can_carry_is_refused_without_being_told() {
        assertThatThrownBy(() -> Credentials.token("s3\ncr3t")).hasMessageNotContaining("s3");
        assertThatThrownBy(() -> Credentials.token("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Credentials.basic("a:b", "s3cr3t")).hasMessageNotContaining("s3");
    }
}
