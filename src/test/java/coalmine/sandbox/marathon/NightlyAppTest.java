package coalmine.sandbox.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The app that runs the suite every night beside a Vamp, as a Marathon takes it. */
class NightlyAppTest {

    private final JsonObject app;

    NightlyAppTest() throws IOException {
        app = new JsonObject(Files.readString(Path.of("src/main/deploy/marathon.json")));
    }

    @Test
    void marathon_takes_the_app_as_it_is() {
        AppDefinition taken = AppDefinition.of(app.getString("id"), app);

        assertThat(taken.toJson().getMap())
                .containsAllEntriesOf(withoutContainer(app).getMap());
        assertThat(taken.image()).isEqualTo("registry.example/coalmine/suite");
        assertThat(taken.env()).containsEntry("COALMINE_PLATFORM", "remote");
    }

    /** Marathon fills in what is left out of the container. */
    private static JsonObject withoutContainer(JsonObject app) {
        JsonObject rest = app.copy();
        rest.remove("container");
        return rest;
    }

    /** Facts 7.2: what else is sent is kept by the sandbox, and refused by some Marathons. */
    @Test
    void it_has_no_field_that_a_marathon_0_15_6_does_not_know() {
        Set<String> known = AppDefinition.of("/any", new JsonObject().put("cmd", "any"))
                .toJson()
                .fieldNames();

        assertThat(known).containsAll(app.fieldNames());
        JsonObject container = app.getJsonObject("container");
        assertThat(container.fieldNames()).isSubsetOf("type", "docker", "volumes");
        assertThat(container.getJsonObject("docker").fieldNames())
                .isSubsetOf("image", "network", "portMappings", "privileged", "parameters", "forcePullImage");
        container.getJsonArray("volumes").forEach(volume -> {
            assertThat(((JsonObject) volume).fieldNames())
                    .containsExactlyInAnyOrder("containerPath", "hostPath", "mode");
            assertThat(List.of("RO", "RW")).contains(((JsonObject) volume).getString("mode"));
        });
    }

    @Test
    void its_values_have_the_types_of_marathons_fields() {
        assertThat(app.getValue("args")).isEqualTo(new io.vertx.core.json.JsonArray(List.of("--daily", "03:17")));
        assertThat(app.getJsonObject("env").getMap().values())
                .allSatisfy(value -> assertThat(value).isInstanceOf(String.class));
        assertThat(app.getJsonObject("labels").getMap().values())
                .allSatisfy(value -> assertThat(value).isInstanceOf(String.class));
        assertThat(app.getInteger("instances")).isOne();
        // One at a time: a new version does not start before the old one has ended.
        assertThat(app.getJsonObject("upgradeStrategy").getInteger("maximumOverCapacity"))
                .isZero();
        assertThat(app.getJsonObject("upgradeStrategy").getInteger("minimumHealthCapacity"))
                .isZero();
    }
}
