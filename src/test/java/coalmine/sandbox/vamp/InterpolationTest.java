package coalmine.sandbox.vamp;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.sandbox.vamp.artifact.Interpolation;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {

    private static final Map<String, String> VALUES =
            Map.of("db.host", "10.0.0.1", "db.ports.sql", "40000", "db.constants.user", "sa$1", "NAME", "me");

    @ParameterizedTest
    @CsvSource({
        "jdbc://$db.host:$db.ports.sql/x, jdbc://10.0.0.1:40000/x",
        "${db.host}name, 10.0.0.1name",
        "$db.constants.user, sa$1",
        "costs $$5 and $$db.host, costs $5 and $db.host",
        "hello $NAME, hello me",
        "$nobody.host stays, $nobody.host stays",
        "plain, plain"
    })
    void references_give_way_to_values(String text, String expected) {
        assertThat(Interpolation.resolve(text, name -> Optional.ofNullable(VALUES.get(name))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"$db.host:${db.ports.sql}, db.host|db.ports.sql", "$$db.host, ''"})
    void what_a_text_refers_to_is_known(String text, String expected) {
        assertThat(String.join("|", Interpolation.references(text))).isEqualTo(expected);
    }
}
