package coalmine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.access.ClusterProxy;
import coalmine.access.Server;
import coalmine.cli.Cli.Result;
import coalmine.platform.Environment;
import coalmine.platform.Examination;
import coalmine.platform.OwnSandbox;
import coalmine.time.Pace;
import coalmine.vamp.FakeVamp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can only be told by waiting for what does not come. */
class PatienceSystemTest {

    private static final String SANDBOX = "127.6.15.1";
    private static final String PROXY = "127.6.15.2";

    private static OwnSandbox sandbox;
    private static Environment environment;

    @BeforeAll
    static void start() {
        sandbox = OwnSandbox.start(SANDBOX, 0, 0, new Pace(10), "0.9.5");
        environment = sandbox.lend();
    }

    @AfterAll
    static void close() {
        environment.close();
        sandbox.close();
    }

    private static Result within10Seconds(String... command) {
        long start = System.nanoTime();
        Result result = Cli.run(command);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        return result;
    }

    @Test
    void a_proxy_that_holds_the_event_stream_back_is_told_with_what_mends_it() {
        Result kept = Cli.run(("recipes run canary-release --until 4 --keep --pace 10 --vamp " + environment.vamp()
                        + " --marathon " + environment.marathon())
                .split(" "));
        assertThat(kept.code()).as(kept.out()).isZero();
        try (ClusterProxy buffering = new ClusterProxy(PROXY, environment.vamp().url())
                .holdingStreamsBack()
                .open()) {
            Result result = within10Seconds(
                    "doctor",
                    "--vamp",
                    buffering.uri().toString(),
                    "--marathon",
                    environment.marathon().toString(),
                    "--gateway-host",
                    SANDBOX);

            assertThat(result.out())
                    .containsPattern("PROBLEM +events +none has come on the stream within 8 s; .*proxy_buffering off");
            assertThatThrownBy(() -> Examination.proveEvents(Server.at(buffering.uri())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("has not come on its stream within 8 s", "proxy_buffering off")
                    .hasMessageNotContaining("\n");
        }
        assertThatCode(() -> Examination.proveEvents(environment.vamp())).doesNotThrowAnyException();
    }

    @Test
    void who_does_not_answer_is_given_up_within_10_seconds() throws IOException {
        try (FakeVamp marathon = new FakeVamp(PROXY);
                ServerSocket deaf = new ServerSocket(0, 9, InetAddress.getByName(PROXY))) {
            marathon.when("GET /v2/info", "{\"name\":\"marathon\",\"version\":\"1.4.13\"}");
            String url = "http://" + PROXY + ":" + deaf.getLocalPort();

            Result doctor = within10Seconds("doctor", "--vamp", url, "--marathon", url);
            Result run = within10Seconds(
                    "recipes",
                    "run",
                    "canary-release",
                    "--vamp",
                    url,
                    "--marathon",
                    marathon.uri().toString());

            assertThat(doctor.out().lines().filter(line -> line.contains("PROBLEM")))
                    .hasSize(2)
                    .allMatch(line -> line.contains("it does not answer"));
            assertThat(run.err()).contains("it does not answer", "-Dcoalmine.vamp.url");
        }
    }
}
