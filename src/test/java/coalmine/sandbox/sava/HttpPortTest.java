package coalmine.sandbox.sava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.sandbox.sava.HttpPort.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample service's HTTP, byte by byte. */
class HttpPortTest {

    private static final String HOST = "127.8.2.2";
    private HttpPort port;

    @BeforeEach
    void open() throws IOException {
        port = HttpPort.open(
                HOST,
                0,
                request -> new Answer(
                        "text/plain",
                        "X-Tried: yes\r\n",
                        (request.method() + " " + request.path() + " " + request.accept())
                                .getBytes(StandardCharsets.UTF_8)));
    }

    @AfterEach
    void close() throws IOException {
        port.close();
    }

    @Test
    void a_connection_is_kept_until_the_client_says_so() throws IOException {
        assertThat(says("GET /a HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n"
                        + "GET /b%20c?d=e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Tried: yes\r\nContent-Length: 16\r\n\r\n"
                        + "GET /a text/html"
                        + "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Tried: yes\r\nContent-Length: 9\r\n"
                        + "Connection: close\r\n\r\nGET /b c ");
    }

    @Test
    void bodies_are_read_and_left_aside() throws IOException {
        assertThat(says("POST /counted HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
                        + "POST /chunked HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "A;name=value\r\n0123456789\r\n1\r\nx\r\n0\r\nTrailer: t\r\n\r\n"
                        + "GET /last HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .contains("POST /counted ", "POST /chunked ", "GET /last ");
    }

    @Test
    void a_client_that_waits_to_be_asked_for_its_body_is_asked() throws IOException {
        assertThat(says("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"))
                .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n");
    }

    @Test
    void an_answer_to_head_has_a_length_and_no_body() throws IOException {
        assertThat(says("HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .contains("Content-Length: 7\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void a_client_of_http_1_0_is_answered_once() throws IOException {
        assertThat(says("GET /old HTTP/1.0\r\n\r\nGET /more HTTP/1.0\r\n\r\n"))
                .contains("GET /old ")
                .doesNotContain("/more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET / SPDY/3\r\n\r\n",
                "GET / HTTP/1.1\r\nno header\r\n\r\n",
                "GET /%zz HTTP/1.1\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n"
            })
    void what_is_no_request_is_refused(String sent) throws IOException {
        assertThat(says(sent)).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }

    @Test
    void a_line_without_an_end_is_refused() throws IOException {
        assertThat(says("GET /" + "a".repeat(4200) + " HTTP/1.1")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void a_port_in_use_is_named() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            assertThatThrownBy(
                            () -> HttpPort.open(HOST, other.getLocalPort(), request -> new Answer("", "", new byte[0])))
                    .hasMessageStartingWith("cannot listen on " + HOST + ":" + other.getLocalPort() + ": ");
        }
    }

    /** What is answered to some bytes until the connection is closed. */
    private String says(String sent) throws IOException {
        try (Socket socket = new Socket(HOST, port.port())) {
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
