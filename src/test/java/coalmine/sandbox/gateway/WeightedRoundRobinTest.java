package coalmine.sandbox.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightedRoundRobinTest {

    private static final List<String> LETTERS = List.of("A", "B", "C", "D");

    @ParameterizedTest
    @ValueSource(strings = {"80,20", "95,5", "5,95", "50,50", "99,1", "33,33,34", "70,20,10", "1,2,3,94", "100,0"})
    void over_any_100_turns_each_choice_gets_exactly_its_weight(String text) {
        List<Integer> weights =
                Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
        List<String> turns = turns(400, weights);

        for (int start = 0; start + 100 <= turns.size(); start++) {
            List<String> window = turns.subList(start, start + 100);
            for (int choice = 0; choice < weights.size(); choice++) {
                assertThat(Collections.frequency(window, LETTERS.get(choice))).isEqualTo(weights.get(choice));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 95, 55, 99, 60})
    void turns_are_spread_as_evenly_as_whole_numbers_allow(int weight) {
        List<String> turns = turns(200, List.of(weight, 100 - weight));

        for (int length = 1; length <= turns.size(); length++) {
            int count = Collections.frequency(turns.subList(0, length), "A");
            assertThat(Math.abs(count - length * weight / 100.0)).isLessThan(1);
        }
    }

    @Test
    void fifty_requests_are_divided_as_seen_on_haproxy() {
        assertThat(Collections.frequency(turns(50, List.of(80, 20)), "B")).isEqualTo(10);
        assertThat(Collections.frequency(turns(50, List.of(95, 5)), "B")).isEqualTo(2);
    }

    @Test
    void with_equal_weights_it_is_plain_round_robin() {
        assertThat(turns(6, List.of(1, 1, 1))).containsExactly("A", "B", "C", "A", "B", "C");
    }

    @Test
    void without_any_weight_it_is_nobodys_turn() {
        assertThat(robin(List.of(0, 0)).next()).isEmpty();
    }

    @Test
    void another_than_the_avoided_one_is_found_if_there_is_one() {
        assertThat(robin(List.of(1, 1)).nextOtherThan("A")).isEqualTo("B");
        assertThat(robin(List.of(1)).nextOtherThan("A")).isEqualTo("A");
    }

    private static List<String> turns(int count, List<Integer> weights) {
        WeightedRoundRobin<String> robin = robin(weights);
        List<String> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            turns.add(robin.next().orElseThrow());
        }
        return turns;
    }

    private static WeightedRoundRobin<String> robin(List<Integer> weights) {
        Map<String, Integer> choices = new LinkedHashMap<>();
        for (int i = 0; i < weights.size(); i++) {
            choices.put(LETTERS.get(i), weights.get(i));
        }
        return new WeightedRoundRobin<>(choices);
    }
}
