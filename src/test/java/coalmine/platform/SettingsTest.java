package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people set, and where secrets may stand. */
class SettingsTest {

    @TempDir
    Path folder;

    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final Settings settings = new Settings(
            name -> Optional.ofNullable(properties.get(name)), name -> Optional.ofNullable(environment.get(name)));

    @BeforeEach
    void urls() {
        properties.put("coalmine.vamp.url", "https://dcos.example/service/vamp/");
        environment.put("COALMINE_MARATHON_URL", "https://dcos.example/marathon");
    }

    private Optional<String> vampsAuthorization() {
        return Endpoints.chosen(settings).vamp().credentials().authorization();
    }

    @Test
    void a_property_counts_more_than_the_variable_of_its_name() {
        environment.put("COALMINE_VAMP_URL", "http://other.example");
        environment.put("COALMINE_GATEWAY_HOST", "gateway.example");

        Endpoints endpoints = Endpoints.chosen(settings);

        assertThat(endpoints.vamp()).hasToString("https://dcos.example/service/vamp");
        assertThat(endpoints.marathon()).hasToString("https://dcos.example/marathon");
        assertThat(endpoints.gatewayHost()).isEqualTo("gateway.example");
    }

    @Test
    void a_token_stands_in_the_environment_or_in_a_file() throws IOException {
        environment.put("COALMINE_VAMP_TOKEN", "abc");
        assertThat(vampsAuthorization()).hasValue("token=abc");

        Path file = Files.writeString(folder.resolve("token"), "Bearer def\n");
        environment.put("COALMINE_VAMP_TOKEN", "@" + file);
        assertThat(vampsAuthorization()).hasValue("Bearer def");
        assertThat(Endpoints.chosen(settings).marathon().credentials().authorization())
                .isEmpty();

        environment.clear();
        environment.put("COALMINE_MARATHON_URL", "http://marathon.example");
        properties.put("coalmine.vamp.token", "@" + file);
        assertThat(vampsAuthorization()).hasValue("Bearer def");
    }

    @Test
    void a_user_comes_with_a_password() {
        properties.put("coalmine.vamp.user", "anna");
        environment.put("COALMINE_VAMP_PASSWORD", "secret");
        assertThat(vampsAuthorization()).hasValue("Basic YW5uYTpzZWNyZXQ=");
    }

    @Test
    void a_secret_in_a_property_is_refused_and_not_told() {
        properties.put("coalmine.vamp.token", "s3cr3t");

        assertThatThrownBy(() -> Endpoints.chosen(settings))
                .hasMessageContainingAll("-Dcoalmine.vamp.token=@FILE", "COALMINE_VAMP_TOKEN")
                .hasMessageNotContaining("s3cr3t")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    COALMINE_VAMP_USER   | anna                    | are needed together
                    COALMINE_VAMP_PASSWORD | s3cr3t                | are needed together
                    COALMINE_VAMP_TOKEN  | @/no/such/file          | the file /no/such/file that -Dcoalmine.vamp.token
                    COALMINE_CA          | /no/such/file           | -Dcoalmine.ca=/no/such/file
                    COALMINE_MARATHON_URL | https://a:s3cr3t@b.example | ***@b.example carries a user
                    COALMINE_MARATHON_URL | http://b.example/?a=s3    | is not a URL
                    COALMINE_MARATHON_URL | ftp://b.example         | is not a URL""")
    void what_is_wrong_is_named_in_a_line_without_a_secret(String variable, String value, String message) {
        environment.put(variable, value);

        assertThatThrownBy(() -> Endpoints.chosen(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("s3cr3t")
                .hasMessageNotContaining("\n");
    }

    @Test
    void nobody_has_a_token_and_a_password() {
        environment.put("COALMINE_VAMP_TOKEN", "abc");
        environment.put("COALMINE_VAMP_USER", "anna");
        environment.put("COALMINE_VAMP_PASSWORD", "secret");

        assertThatThrownBy(() -> Endpoints.chosen(settings)).hasMessageContaining("nobody logs in twice");
    }

    @Test
    void a_token_that_no_header_can_carry_names_its_property() {
        environment.put("COALMINE_VAMP_TOKEN", "s3\tcr3t");

        assertThatThrownBy(() -> Endpoints.chosen(settings))
                .hasMessageContaining("-Dcoalmine.vamp.token")
                .hasMessageNotContaining("cr3t");
    }
}
