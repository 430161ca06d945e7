package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationTest {

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"a":1}            | {"a":1.0,"b":2}      |
                    {"a":{"b":[2]}}    | {"a":{"b":[1,2,3]}}  |
                    [{"a":1},{"b":1}]  | [{"b":1},{"a":1}]    |
                    1.0                | 1                    |
                    {"a":{"b":"x"}}    | {"a":{"b":"y"}}      | p a.b is "y" and not "x"
                    {"a":"1"}          | {"a":1}              | p a is 1 and not "1"
                    {"a":1}            | {}                   | p a is missing and not 1
                    {"a":[1]}          | {"a":[2]}            | p a has no element 1
                    {"a":[]}           | {"a":{}}             | p a is {} and not []
                    {"a":{"b":1}}      | {"a":7}              | p a.b is missing and not 1
                    """)
    void what_is_found_may_say_more_but_not_less(String demanded, String found, String difference) {
        assertThat(new Expectation("p", Optional.of(json(demanded))).difference(Optional.of(json(found))))
                .isEqualTo(Optional.ofNullable(difference));
    }

    @ParameterizedTest
    @CsvSource({"true,", "false,there is still p"})
    void nothing_may_be_found_where_nothing_is_demanded(boolean absent, String difference) {
        assertThat(new Expectation("p", Optional.empty())
                        .difference(absent ? Optional.empty() : Optional.of(json("1"))))
                .isEqualTo(Optional.ofNullable(difference));
    }
}
