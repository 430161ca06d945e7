package coalmine.sandbox.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The app that runs the suite every night beside a Vamp, as a Marathon takes it. */
class NightlyAppTest {

    private final JsonObject app;
    private final Schema schema;

    NightlyAppTest() throws IOException {
        app = new JsonObject(Files.readString(Path.of("src/main/deploy/marathon.json")));
        schema = SchemaRegistry.withDialect(Dialects.getDraft202012())
                .getSchema(Files.readString(Path.of("src/test/resources/coalmine/marathon-app.schema.json")));
    }

    @Test
    void our_own_marathon_takes_the_app_as_it_is() {
        AppDefinition taken = AppDefinition.of(app.getString("id"), app);

        app.fieldNames().stream()
                .filter(field -> !field.equals("container"))
                .forEach(field ->
                        assertThat(taken.toJson().getValue(field)).as(field).isEqualTo(app.getValue(field)));
        assertThat(taken.image()).isEqualTo("registry.example/coalmine/suite");
    }

    @Test
    void the_app_is_what_marathons_api_says_an_app_is() {
        assertThat(schema.validate(app.encode(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void what_marathon_does_not_take_would_be_found() {
        assertThat(schema.validate(app.copy().put("schedule", "daily").encode(), InputFormat.JSON))
                .isNotEmpty();
        assertThat(schema.validate(app.copy().put("cmd", "also this").encode(), InputFormat.JSON))
                .isNotEmpty();
        JsonObject typed = app.copy();
        typed.getJsonObject("env").put("COALMINE_PACE", 1);
        assertThat(schema.validate(typed.encode(), InputFormat.JSON)).isNotEmpty();
    }

    /** A new version does not start before the old one has ended: two would meet on the same Vamp. */
    @Test
    void there_is_never_more_than_one() {
        assertThat(app.getInteger("instances")).isOne();
        assertThat(app.getJsonObject("upgradeStrategy").getInteger("maximumOverCapacity"))
                .isZero();
        assertThat(app.getJsonObject("upgradeStrategy").getInteger("minimumHealthCapacity"))
                .isZero();
    }
}
