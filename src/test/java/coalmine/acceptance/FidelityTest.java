package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FidelityTest {

    @Test
    void counts_are_the_lines_of_a_list_that_begin_with_a_number() {
        assertThat(Fidelity.counts(
                        "# Ledger\n\n- **214** answers are equal\n* 3 differ: `x`\n- see below\n| 7 | rows |\n"))
                .containsExactly("214 answers are equal", "3 differ: x");
    }
}
