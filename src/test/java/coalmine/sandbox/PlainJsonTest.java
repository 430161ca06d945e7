package coalmine.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.EncodeException;
import io.vertx.core.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlainJsonTest {

    private record Bean(String name) {}

    @Test
    void trees_are_written_and_read() {
        String text = Json.encode(Map.of("list", List.of(1, 0.5, true, "text")));

        assertThat(text).isEqualTo("{\"list\":[1,0.5,true,\"text\"]}");
        assertThat(Json.encode(Json.decodeValue(text))).isEqualTo(text);
    }

    /** It takes what Vert.x would load if it found no other. */
    @Test
    void an_object_of_another_class_is_no_tree() {
        assertThatThrownBy(() -> Json.encode(new Bean("sava"))).isInstanceOf(EncodeException.class);
    }
}
