package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.time.Pace;
import coalmine.vamp.FakeVamp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

    private static final List<String> PROPERTIES = List.of(
            "coalmine.platform", "coalmine.plattform", "coalmine.pace", "coalmine.vamp.url", "coalmine.marathon.url");

    private final FakeVamp fake = new FakeVamp("127.6.6.1");

    @AfterEach
    void close() {
        PROPERTIES.forEach(System::clearProperty);
        fake.close();
    }

    private Endpoints at(URI vamp) {
        return Endpoints.of(vamp, fake.uri(), Optional.empty(), Optional.empty());
    }

    @Test
    void an_unknown_platform_is_refused_with_those_that_there_are() {
        System.setProperty("coalmine.platform", "moon");
        assertThatThrownBy(() -> Platform.chosen(List.of()))
                .hasMessage("-Dcoalmine.platform=moon is not known; there are sandbox, container and remote");
    }

    @Test
    void a_pace_that_cannot_be_is_refused() {
        System.setProperty("coalmine.pace", "0");
        assertThatThrownBy(() -> Platform.chosen(List.of())).hasMessageContaining("-Dcoalmine.pace=0");
        System.setProperty("coalmine.pace", "fast");
        assertThatThrownBy(() -> Platform.chosen(List.of()))
                .hasMessage("-Dcoalmine.pace=fast: a pace is a number above 0 and at most 1000, but was fast");
    }

    @Test
    void a_property_that_is_misspelt_is_refused_with_those_that_there_are() {
        System.setProperty("coalmine.plattform", "remote");
        assertThatThrownBy(() -> Platform.chosen(List.of()))
                .hasMessageContainingAll("no property -Dcoalmine.plattform", "coalmine.platform, ");
    }

    @Test
    void the_readme_tells_of_every_property() throws IOException {
        String readme = Files.readString(Path.of("README.md"));

        assertThat(Settings.NAMES)
                .filteredOn(name -> !name.matches("coalmine.vamp.password|coalmine.marathon.(user|password)"))
                .allMatch(name -> readme.contains("`" + name + "`"));
        assertThat(readme.lines().filter(line -> line.startsWith("| `coalmine.")))
                .flatMap(line -> Pattern.compile("`(coalmine\\.[a-z.]*[a-z])`")
                        .matcher(line.split("\\|")[1])
                        .results()
                        .map(name -> name.group(1))
                        .toList())
                .isNotEmpty()
                .allMatch(Settings.NAMES::contains);
    }

    @Test
    void a_host_of_gateways_that_nobody_knows_is_refused_before_anything_is_deployed() {
        assertThatThrownBy(() -> new RemotePlatform(
                        Endpoints.of(fake.uri(), fake.uri(), Optional.of("nowhere.invalid"), Optional.empty()),
                        Pace.REAL))
                .hasMessageContainingAll("there is no host nowhere.invalid", "-Dcoalmine.gateway.host");
    }

    @Test
    void a_sandbox_tells_its_pace_which_outranks_what_is_set() {
        fake.when(
                "GET /api/v1/info?on=jvm",
                "{\"message\":\"This is Coalmine's sandbox at pace 12.5, which\",\"version\":\"0.9.2\"}");
        fake.when("GET /v2/info", "{\"name\":\"marathon\",\"version\":\"1.4.13\"}");
        try (RemotePlatform platform = new RemotePlatform(at(fake.uri()), Pace.REAL)) {
            assertThat(platform.pace()).isEqualTo(new Pace(12.5));
            assertThat(platform.description()).endsWith(", at pace 12.5");
        }
    }

    @Test
    void a_remote_platform_without_its_url_names_the_property() {
        System.setProperty("coalmine.platform", "remote");
        assertThatThrownBy(() -> Platform.chosen(List.of())).hasMessageContaining("-Dcoalmine.vamp.url");
        System.setProperty("coalmine.vamp.url", "vamp:8080");
        assertThatThrownBy(() -> Platform.chosen(List.of()))
                .hasMessageContaining("-Dcoalmine.vamp.url=vamp:8080 is not a URL");
    }

    @Test
    void a_vamp_that_cannot_be_reached_is_named_in_one_line_with_the_property_to_set() {
        URI nowhere = URI.create("http://127.6.6.1:1");
        assertThatThrownBy(() -> new RemotePlatform(at(nowhere), Pace.REAL))
                .hasMessageContainingAll("http://127.6.6.1:1 cannot be reached", "-Dcoalmine.vamp.url")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void something_that_is_no_vamp_or_no_marathon_is_named() {
        assertThatThrownBy(() -> new RemotePlatform(at(fake.uri()), Pace.REAL))
                .hasMessageContainingAll("is not a Vamp", "-Dcoalmine.vamp.url");
        fake.when("GET /api/v1/info?on=jvm", "{\"message\":\"Hi\",\"version\":\"0.9.2\"}");
        fake.when("GET /v2/info", "{}");
        assertThatThrownBy(() -> new RemotePlatform(at(fake.uri()), Pace.REAL))
                .hasMessageContainingAll("is not a Marathon", "-Dcoalmine.marathon.url");
    }

    @Test
    void a_remote_platform_tells_its_versions() {
        fake.when("GET /api/v1/info?on=jvm", "{\"message\":\"Hi\",\"version\":\"0.9.2\"}");
        fake.when("GET /v2/info", "{\"name\":\"marathon\",\"version\":\"1.4.13\"}");
        try (RemotePlatform platform = new RemotePlatform(at(fake.uri()), Pace.REAL)) {
            assertThat(platform.description()).contains("Vamp 0.9.2", "Marathon 1.4.13");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.7.11", "2.0.0", "katana"})
    void a_vamp_of_an_unknown_version_is_named_in_one_line(String version) {
        fake.when("GET /api/v1/info?on=jvm", "{\"message\":\"Hi\",\"version\":\"" + version + "\"}");
        assertThatThrownBy(() -> new RemotePlatform(at(fake.uri()), Pace.REAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("is Vamp " + version, "0.9.x and 1.x")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"0.9.2,0.9.2", "0.9.5.6,0.9.5", "0.9.10,0.9.5", "1.0.0,0.9.5", "1.1.1-rc1,0.9.5"})
    void later_versions_count_as_the_mended_one(String version, String as) {
        fake.when("GET /api/v1/info?on=jvm", "{\"message\":\"Hi\",\"version\":\"" + version + "\"}");
        fake.when("GET /v2/info", "{\"name\":\"marathon\",\"version\":\"1.4.13\"}");
        try (RemotePlatform platform = new RemotePlatform(at(fake.uri()), Pace.REAL)) {
            assertThat(platform.cannotBe(Set.of(as))).isEmpty();
            assertThat(platform.cannotBe(Set.of("0.9.2", "0.9.5"))).isEmpty();
            assertThat(platform.cannotBe(Set.of(as.equals("0.9.2") ? "0.9.5" : "0.9.2")))
                    .hasValueSatisfying(why -> assertThat(why).contains("Vamp " + version));
        }
    }

    @Test
    void what_was_read_again_is_told_in_the_end() {
        fake.when("GET /api/v1/info?on=jvm", "{\"message\":\"Hi\",\"version\":\"0.9.2\"}");
        AtomicInteger times = new AtomicInteger();
        fake.when(
                "GET /v2/info",
                request -> times.incrementAndGet() < 3
                        ? FakeVamp.Reply.of(503, "")
                        : FakeVamp.Reply.json("{\"name\":\"marathon\",\"version\":\"1.4.13\"}"));
        try (RemotePlatform platform = new RemotePlatform(at(fake.uri()), Pace.REAL)) {
            assertThat(platform.remarks())
                    .containsExactly("tried again 2 times: GET " + fake.uri() + ": it is not available");
        }
    }
}
