package coalmine.sandbox.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LedgerTest {

    @Test
    void the_committed_ledger_is_what_the_recordings_make_of_it() throws IOException {
        String page = Ledger.read().page();
        Path made = Path.of("target", "LEDGER.md");
        Files.writeString(made, page);

        assertThat(Files.exists(Ledger.FILE) ? Files.readString(Ledger.FILE) : "")
                .as(Ledger.FILE + ", which is no longer true: copy " + made + " there, and look at what has changed")
                .isEqualTo(page);
    }

    @Test
    void what_is_neither_recorded_nor_told_has_no_row() {
        Set<String> unknown = Set.of("GET /api/v1/breeds 418", "event [no-such:tag]");

        assertThat(Ledger.read().without(unknown)).isEqualTo(unknown);
        assertThat(Ledger.read().without(Set.of("GET /api/v1/breeds 200"))).isEmpty();
    }

    @Test
    void kinds_leave_out_names() {
        assertThat(Kinds.ofExchange("GET", "/api/v1/deployments/sava/clusters/sava/services/sava:1.0/scale", 200))
                .isEqualTo("GET /api/v1/deployments/{deployment}/clusters/{cluster}/services/{service}/scale 200");
        assertThat(Kinds.ofExchange("GET", "/api/v1/metrics/gateways/a%2Fb%2Fc/routes/d/rate?x=y", 404))
                .isEqualTo("GET /api/v1/metrics/gateways/{gateway}/routes/{route}/{metric} 404");
        assertThat(Kinds.ofExchange("PUT", "/api/v1/gateways/a/b/c", 202))
                .isEqualTo("PUT /api/v1/gateways/{gateway} 202");
        assertThat(Kinds.ofExchange("DELETE", "/v2/apps//sava/sava-1-0", 200)).isEqualTo("DELETE /v2/apps/{app} 200");
        assertThat(Kinds.ofExchange("PUT", "/api/v1/", 202)).isEqualTo("PUT /api/v1 202");
    }
}
