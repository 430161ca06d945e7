package coalmine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.access.Authority;
import coalmine.access.ClusterProxy;
import coalmine.cli.Cli.Result;
import coalmine.vamp.FakeVamp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the doctor says of platforms that have something. */
class DoctorTest {

    private static final String ADDRESS = "127.6.11.1";
    private static final String NOBODY = "http://" + ADDRESS + ":1";

    @TempDir
    Path folder;

    private final FakeVamp vamp = new FakeVamp(ADDRESS);
    private final FakeVamp marathon = new FakeVamp(ADDRESS);

    @BeforeEach
    void allIsWell() {
        isVersion("0.9.2");
        vamp.when(
                "GET /api/v1/info",
                "{\"pulse\":{\"type\":\"elasticsearch\"},\"container_driver\":{\"type\":\"marathon\"}}");
        vamp.when("GET /api/v1/workflows/health", "{\"name\":\"health\",\"status\":\"running\"}");
        List.of("breeds", "scales", "blueprints", "deployments", "gateways", "workflows", "conditions")
                .forEach(collection -> vamp.when("GET /api/v1/" + collection, "[]"));
        marathon.when("GET /v2/info", "{\"name\":\"marathon\",\"version\":\"1.4.13\"}");
        marathon.when("GET /v2/apps", "{\"apps\":[]}");
    }

    @AfterEach
    void close() {
        vamp.close();
        marathon.close();
    }

    private void isVersion(String version) {
        vamp.when("GET /api/v1/info?on=jvm", "{\"message\":\"Hi\",\"version\":\"" + version + "\"}");
    }

    private void hasGateway(int port) {
        vamp.when(
                "GET /api/v1/gateways",
                "[{\"name\":\"sava\",\"kind\":\"gateway\",\"port\":\"" + port
                        + "/http\",\"deployed\":true,\"routes\":{}}]");
    }

    private Result doctor() {
        return doctor(vamp.uri().toString(), marathon.uri().toString());
    }

    /** Whatever is wrong is said within ten seconds. */
    private static Result doctor(String vamp, String marathon, String... more) {
        List<String> command = new ArrayList<>(List.of("doctor", "--vamp", vamp, "--marathon", marathon));
        command.addAll(List.of(more));
        long start = System.nanoTime();
        Result result = Cli.run(command.toArray(String[]::new));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        return result;
    }

    private static void tells(Result result, String... words) {
        assertThat(result.out().lines().filter(line -> line.contains("PROBLEM")))
                .as(result.out())
                .anySatisfy(line -> assertThat(line).contains(words));
        assertThat(result.out()).contains("The suite could not run");
        assertThat(result.code()).isEqualTo(1);
    }

    @Test
    void a_platform_that_has_nothing_gets_one_page_and_nothing_is_changed_on_it() {
        Result result = doctor();

        assertThat(result.out())
                .contains(
                        "version 0.9.2 at " + vamp.uri(),
                        "version 1.4.13 at " + marathon.uri(),
                        "events in elasticsearch, containers in marathon",
                        "the stream opens",
                        "9050",
                        "would be skipped, as Vamp 0.9.2 is there, and not 0.9.5",
                        "The suite could run.")
                .doesNotContain("PROBLEM");
        assertThat(result.out().lines()).hasSizeLessThan(40);
        assertThat(result.code()).isZero();
        assertThat(vamp.requests("")).allMatch(request -> request.line().startsWith("GET "));
        assertThat(marathon.requests("")).allMatch(request -> request.line().startsWith("GET "));
    }

    @Test
    void all_default_scenarios_of_the_features_are_counted() {
        Result result = doctor();

        long nightly = Features.all().stream().filter(it -> !it.isByDefault()).count();
        long mended = Features.all().stream()
                .filter(it -> it.isByDefault() && it.vamps().contains("0.9.5"))
                .count();
        long byDefault = Features.all().size() - nightly;
        assertThat(nightly).isPositive();
        assertThat(mended).isPositive();
        assertThat(result.out())
                .contains("Scenarios: " + (byDefault - mended) + " of " + byDefault + " would run, and " + nightly
                        + " more by night");
    }

    @Test
    void vamp_and_marathon_are_told_apart_when_one_of_them_is_away() {
        Result noVamp = doctor(NOBODY, marathon.uri().toString());
        tells(noVamp, "Vamp", "cannot be reached: the connection is refused", "-Dcoalmine.vamp.url");
        assertThat(noVamp.out()).contains("version 1.4.13", "0 of");

        Result noMarathon = doctor(vamp.uri().toString(), NOBODY);
        tells(noMarathon, "Marathon", "cannot be reached: the connection is refused", "-Dcoalmine.marathon.url");
        assertThat(noMarathon.out()).contains("version 0.9.2");
    }

    @Test
    void something_else_in_their_places_is_named() {
        vamp.when("GET /api/v1/info?on=jvm", "<html>Welcome</html>");
        marathon.when("GET /v2/info", "{\"name\":\"chronos\"}");

        Result result = doctor();

        tells(result, "is not a Vamp", "-Dcoalmine.vamp.url");
        tells(result, "is not a Marathon", "-Dcoalmine.marathon.url");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.7.11", "2.0.1", "katana"})
    void a_vamp_of_an_unknown_version_is_named(String version) {
        isVersion(version);

        tells(doctor(), "is Vamp " + version, "0.9.x and 1.x");
    }

    @Test
    void whoever_is_not_let_in_learns_what_to_set() {
        vamp.when("GET /api/v1/info?on=jvm", request -> FakeVamp.Reply.of(401, ""));
        marathon.when("GET /v2/info", request -> FakeVamp.Reply.of(403, ""));

        Result result = doctor();

        tells(result, "401", "-Dcoalmine.vamp.token=@FILE", "COALMINE_VAMP_TOKEN");
        tells(result, "403", "-Dcoalmine.marathon.user", "COALMINE_MARATHON_TOKEN");
    }

    @Tag("patient")
    @Test
    void certificates_that_are_not_believed_or_of_another_host_are_told_apart() {
        Authority authority = new Authority(folder);
        try (ClusterProxy named = new ClusterProxy(ADDRESS, vamp.uri())
                        .withTls(authority.certify("ip:" + ADDRESS))
                        .open();
                ClusterProxy misnamed = new ClusterProxy(ADDRESS, marathon.uri())
                        .withTls(authority.certify("dns:somebody.else"))
                        .open()) {
            tells(doctor(named.uri().toString(), misnamed.uri().toString()), "Vamp", "not trusted", "-Dcoalmine.ca");

            Result believed = doctor(
                    named.uri().toString(),
                    misnamed.uri().toString(),
                    "--ca",
                    authority.pem().toString());

            assertThat(believed.out()).contains("version 0.9.2 at https://").doesNotContain("not trusted");
            tells(believed, "Marathon", "not for this host name", "-Dcoalmine.marathon.url");
        }
    }

    @Tag("patient")
    @Test
    void a_gateway_that_nobody_can_call_is_told_with_what_mends_it() {
        hasGateway(1);

        tells(
                doctor(),
                "Vamp says that sava is deployed, but " + ADDRESS + ":1 takes no connection",
                "-Dcoalmine.gateway.host");
    }

    @Test
    void workflows_that_do_not_run_are_told() {
        vamp.when("GET /api/v1/workflows/health", request -> FakeVamp.Reply.of(404, ""));

        tells(doctor(), "workflows", "is not there", "install Vamp's default workflow \"health\"");
    }

    @Test
    void a_vamp_that_runs_containers_elsewhere_is_told() {
        vamp.when("GET /api/v1/info", "{\"container_driver\":{\"type\":\"kubernetes\"}}");

        tells(doctor(), "it runs containers on kubernetes", "vamp.container-driver.type");
    }

    @Test
    void what_is_there_of_the_suites_names_and_ports_is_told() throws IOException {
        vamp.when("GET /api/v1/breeds", "[{\"name\":\"sava:1.0\"},{\"name\":\"somebody-elses\"}]");
        try (ServerSocket somebody = new ServerSocket(9050, 9, InetAddress.getByName(ADDRESS))) {
            Result result = doctor();

            tells(result, "breeds/sava:1.0", "somebody who listens on " + ADDRESS + ":9050", "remove it");
            assertThat(result.out()).doesNotContain("somebody-elses");
            assertThat(somebody.isBound()).isTrue();
        }
    }

    @Test
    void a_platform_that_is_not_there_is_a_problem_as_well() {
        System.setProperty("coalmine.platform", "moon");
        try {
            tells(Cli.run("doctor"), "platform", "-Dcoalmine.platform=moon is not known");
        } finally {
            System.clearProperty("coalmine.platform");
        }
    }

    @Test
    void a_url_with_a_password_is_refused_without_repeating_it() {
        Result result = Cli.run("doctor", "--vamp", "http://anna:s3cr3t@" + ADDRESS, "--marathon", NOBODY);

        assertThat(result.err())
                .contains("carries a user", "-Dcoalmine.vamp.password=@FILE")
                .doesNotContain("s3cr3t");
        assertThat(result.code()).isEqualTo(2);
    }

    @Test
    void urls_may_have_paths() {
        try (ClusterProxy below = new ClusterProxy(ADDRESS, vamp.uri())
                        .below("/service/vamp")
                        .open();
                ClusterProxy beside = new ClusterProxy(ADDRESS, marathon.uri())
                        .below("/marathon")
                        .open()) {
            assertThat(doctor(below.uri() + "/", beside.uri().toString()).code())
                    .isZero();
        }
    }
}
