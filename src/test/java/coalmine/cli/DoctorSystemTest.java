package coalmine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.access.ClusterProxy;
import coalmine.access.LaterVersions;
import coalmine.cli.Cli.Result;
import coalmine.platform.Environment;
import coalmine.platform.OwnSandbox;
import coalmine.time.Pace;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the doctor says of a Vamp at work. */
class DoctorSystemTest {

    private static final String SANDBOX = "127.6.14.1";
    private static final String PROXY = "127.6.14.2";

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

    @Test
    void a_vamp_is_well_while_it_is_empty_and_its_gateway_can_be_called_once_it_is_used() {
        try (ClusterProxy vamp = new ClusterProxy(PROXY, environment.vamp().url())
                        .showing(LaterVersions::vamp)
                        .open();
                ClusterProxy marathon = new ClusterProxy(
                                PROXY, environment.marathon().url())
                        .showing(LaterVersions::marathon)
                        .open()) {
            String[] there = {
                "--vamp", vamp.uri().toString(), "--marathon", marathon.uri().toString(), "--gateway-host", SANDBOX
            };

            Result empty = Cli.run(words("doctor", there));

            assertThat(empty.out())
                    .contains(
                            "version " + LaterVersions.VAMP,
                            "version " + LaterVersions.MARATHON,
                            "The suite could run.")
                    .contains("would be skipped, as Vamp 1.0.0 is there, and not 0.9.2");
            assertThat(empty.code()).isZero();
            assertThat(vamp.requests()).allMatch(request -> request.startsWith("GET "));
            assertThat(marathon.requests()).allMatch(request -> request.startsWith("GET "));

            Result kept = Cli.run(words("recipes run canary-release --until 5 --keep --pace 10", there));
            assertThat(kept.code()).as(kept.out()).isZero();
            Result used = Cli.run(words("doctor", there));

            assertThat(used.out())
                    .containsPattern("events +the stream brought the first within")
                    .containsPattern("gateways +1 can be called on " + SANDBOX)
                    .contains("there is already", "deployments/sava", "somebody who listens on " + SANDBOX + ":9050")
                    .contains("The suite could not run: 1 problem.");
            assertThat(used.code()).isEqualTo(1);
        }
    }

    @Test
    void the_sandbox_that_the_suite_would_start_is_well() {
        Result result = Cli.run("doctor");

        assertThat(result.out()).contains("Coalmine's sandbox", "The suite could run.");
        assertThat(result.code()).as(result.out()).isZero();
    }

    private static String[] words(String command, String... more) {
        return (command + " " + String.join(" ", more)).split(" ");
    }
}
