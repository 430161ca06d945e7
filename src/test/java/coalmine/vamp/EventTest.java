package coalmine.vamp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class EventTest {

    private static String told(String value, String... tags) {
        return new Event(Set.of(tags), value, "2026-11-24T00:00:00Z", "event").toString();
    }

    @Test
    void tags_that_others_begin_with_say_nothing_of_their_own() {
        assertThat(told("", "gateways", "gateways:sava")).isEqualTo("gateways:sava");
    }

    @Test
    void a_reason_is_told_whole() {
        String reason =
                "gateway sava does not listen: port 9050 of 127.0.0.1 is in use by process 4711 (/usr/bin/python3"
                        + " -m http.server 9050)";

        assertThat(told(reason, "failed")).isEqualTo("failed = " + reason);
    }

    @Test
    void a_long_text_is_shortened_and_not_left_out() {
        assertThat(told("because ".repeat(50), "failed"))
                .startsWith("failed = because because ")
                .endsWith("…")
                .hasSize("failed = ".length() + 300);
        assertThat(told("x".repeat(300), "failed")).endsWith("x");
    }

    @Test
    void a_text_is_told_on_one_line() {
        assertThat(told("Error: no\r\n    at a.js:1\n\n    at b.js:2\n", "failed"))
                .isEqualTo("failed = Error: no at a.js:1 at b.js:2");
        assertThat(told("\n", "failed")).isEqualTo("failed");
    }

    @Test
    void a_long_document_is_left_out() {
        String weights = "{\"name\":\"sava\",\"routes\":{\"a\":{\"weight\":\"100%\"}}}";
        String padded = weights.replace("sava", "s".repeat(80));

        assertThat(told(weights, "deployed")).isEqualTo("deployed = " + weights);
        assertThat(told(padded, "deployed")).isEqualTo("deployed");
        assertThat(told("[" + padded + "]", "response:ok")).isEqualTo("response:ok");
        assertThat(told("name: sava\nroutes: " + "a".repeat(80), "archive", "archive:update"))
                .isEqualTo("archive:update");
    }
}
