package coalmine.acceptance;

import static io.cucumber.junit.platform.engine.Constants.FILTER_TAGS_PROPERTY_NAME;
import static io.cucumber.junit.platform.engine.Constants.GLUE_PROPERTY_NAME;
import static io.cucumber.junit.platform.engine.Constants.PLUGIN_PROPERTY_NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectDirectory;
import static org.junit.platform.launcher.EngineFilter.includeEngines;

import coalmine.access.Authority;
import coalmine.access.ClusterProxy;
import coalmine.access.LaterVersions;
import coalmine.platform.Environment;
import coalmine.platform.OwnSandbox;
import coalmine.time.Pace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Kills the canary on a Vamp as clusters have it: a sandbox behind proxies that speak TLS below a path, want a password or a token, take their
 * time, lose connections, end event streams, and show answers as Vamp 1.0 and Marathon 1.5 do.
 */
@DisabledIfSystemProperty(
        named = "coalmine.platform",
        matches = "remote|container",
        disabledReason = "it brings a platform of its own")
class BehindAProxyIT {

    private static final String SANDBOX = "127.6.9.1";
    private static final String PROXY = "127.6.9.2";
    private static final Pace PACE = new Pace(4);
    private static final String PASSWORD = "open-sesame";
    private static final String TOKEN = "eyJ0b2tlbiI6MX0";
    private static final String MESSAGES = "messages.ndjson";
    private static final Duration LATENCY = Duration.ofMillis(20);

    @TempDir
    Path folder;

    private final Map<String, String> before = new HashMap<>();
    private OwnSandbox sandbox;
    private ClusterProxy vamp;
    private ClusterProxy marathon;

    @BeforeEach
    void open() throws IOException {
        Authority authority = new Authority(Files.createDirectory(folder.resolve("ca")));
        Path certificate = authority.certify("ip:" + PROXY);
        sandbox = OwnSandbox.start(SANDBOX, 0, 0, PACE, "0.9.5");
        try (Environment environment = sandbox.lend()) {
            vamp = new ClusterProxy(PROXY, environment.vamp().url())
                    .withTls(certificate)
                    .below("/service/vamp")
                    .demanding("Basic YW5uYTpvcGVuLXNlc2FtZQ==")
                    .takingItsTime(LATENCY)
                    .losingEvery(10)
                    .endingStreamsAfter(Duration.ofSeconds(2))
                    .showing(LaterVersions::vamp)
                    .open();
            marathon = new ClusterProxy(PROXY, environment.marathon().url())
                    .withTls(certificate)
                    .below("/marathon")
                    .demanding("token=" + TOKEN)
                    .takingItsTime(LATENCY)
                    .losingEvery(10)
                    .showing(LaterVersions::marathon)
                    .open();
        }
        set("coalmine.platform", "remote");
        set("coalmine.pace", Double.toString(PACE.platformSecondsPerSecond()));
        set("coalmine.vamp.url", vamp.uri().toString());
        set("coalmine.vamp.user", "anna");
        set("coalmine.vamp.password", file("password", PASSWORD));
        set("coalmine.marathon.url", marathon.uri().toString());
        set("coalmine.marathon.token", file("token", TOKEN));
        set("coalmine.gateway.host", SANDBOX);
        set("coalmine.ca", authority.pem().toString());
    }

    private String file(String name, String secret) throws IOException {
        return "@" + Files.writeString(folder.resolve(name), secret + "\n");
    }

    private void set(String property, String value) {
        before.putIfAbsent(property, System.getProperty(property, ""));
        System.setProperty(property, value);
    }

    @AfterEach
    void close() {
        before.forEach((property, value) -> {
            if (value.isEmpty()) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, value);
            }
        });
        marathon.close();
        vamp.close();
        sandbox.close();
    }

    @Test
    void the_rollback_is_proven_on_a_later_vamp_behind_proxies_that_lose_connections() throws IOException {
        SummaryGeneratingListener summary = run("@smoke and @rollback");

        StringWriter failures = new StringWriter();
        summary.getSummary().printFailuresTo(new PrintWriter(failures));
        assertThat(summary.getSummary().getTotalFailureCount())
                .as(failures.toString())
                .isZero();
        assertThat(summary.getSummary().getTestsSucceededCount()).isEqualTo(1);
        assertThat(vamp.dropped()).as("lost connections to Vamp").isPositive();
        assertThat(marathon.dropped()).as("lost connections to Marathon").isPositive();
        assertThat(Files.readString(folder.resolve(MESSAGES)))
                .as("all that a run leaves behind")
                .contains("Vamp " + LaterVersions.VAMP, "Marathon " + LaterVersions.MARATHON)
                .doesNotContain(PASSWORD, TOKEN, "YW5uYTpvcGVuLXNlc2FtZQ");
    }

    @Test
    void a_gateway_that_a_firewall_hides_is_told_with_what_mends_it() {
        set("coalmine.gateway.host", PROXY);

        SummaryGeneratingListener summary = run("@smoke and @introduction");

        assertThat(summary.getSummary().getFailures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.getException())
                        .hasMessageContainingAll(
                                "not open to users though Vamp says that its gateway is deployed",
                                PROXY + ":9050 takes no connection",
                                "-Dcoalmine.gateway.host"));
    }

    private SummaryGeneratingListener run(String tags) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectDirectory("features"))
                                .filters(includeEngines("cucumber"))
                                .configurationParameter(GLUE_PROPERTY_NAME, "coalmine.acceptance")
                                .configurationParameter(
                                        PLUGIN_PROPERTY_NAME,
                                        Progress.class.getName() + ", message:" + folder.resolve(MESSAGES))
                                .configurationParameter(FILTER_TAGS_PROPERTY_NAME, tags)
                                .build(),
                        summary);
        return summary;
    }
}
