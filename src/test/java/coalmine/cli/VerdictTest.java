package coalmine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.release.Weights;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

    @ParameterizedTest
    @CsvSource({
        "'', UNDECIDED",
        "'0', UNDECIDED",
        "'0 5 10', UNDECIDED",
        "'5 50 100', PROMOTED",
        "'5 50 0', ROLLED_BACK",
        "'5 0 5 100', ROLLED_BACK",
        "'5 100 0', PROMOTED"
    })
    void the_first_end_that_is_reached_counts(String shares, Verdict verdict) {
        assertThat(Verdict.of(
                        "sava:1.1",
                        Arrays.stream(shares.split(" "))
                                .filter(share -> !share.isEmpty())
                                .map(share -> new Weights(Map.of("sava:1.1", Integer.parseInt(share))))
                                .toList()))
                .isEqualTo(verdict);
    }
}
