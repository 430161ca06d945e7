package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.time.Pace;
import coalmine.vamp.EventStream;
import coalmine.vamp.FakeVamp;
import coalmine.vamp.VampApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TracesTest {

    private final FakeVamp fake = new FakeVamp("127.6.3.3");
    private final VampApi vamp = new VampApi(fake.uri());
    private final Recipe plum = Recipe.read(Path.of("src/test/resources/coalmine/recipe/vamp-runner-style"));

    @AfterEach
    void close() {
        fake.close();
    }

    private void there(String path, String json) {
        fake.when("GET /api/v1/" + path, json);
    }

    @Test
    void a_recipe_leaves_what_its_documents_name_gateways_of_its_blueprint_included() {
        for (String path : List.of(
                "breeds/plum:1",
                "scales/tiny",
                "blueprints/plum",
                "breeds/asker",
                "deployments/orchard",
                "gateways/orchard",
                "gateways/orchard/9071",
                "workflows/asker",
                "workflows/metrics",
                "workflows/somebody-elses")) {
            there(path, "{}");
        }

        assertThat(Traces.of(plum).left(vamp))
                .as("all but the metrics workflow, which was there before")
                .containsExactlyInAnyOrder(
                        "breeds/plum:1",
                        "scales/tiny",
                        "blueprints/plum",
                        "breeds/asker",
                        "deployments/orchard",
                        "gateways/orchard",
                        "gateways/orchard/9071",
                        "workflows/asker");
    }

    @Test
    void inline_breeds_are_left_as_well() {
        there("breeds/sava:1.1", "{}");

        assertThat(Traces.of(Recipe.read(Path.of("recipes/canary-release"))).left(vamp))
                .containsExactly("breeds/sava:1.1");
    }

    @Test
    void of_a_deployment_a_step_deletes_the_services_that_it_names() {
        Step undeploy = plum.cleanUp().get(1);
        there("deployments/orchard", "{}");

        assertThat(Traces.deletedBy(undeploy).left(vamp)).isEmpty();
        there("deployments/orchard/clusters/plum/services/plum:1/scale", "{}");
        assertThat(Traces.deletedBy(undeploy).left(vamp)).hasSize(1);
    }

    @Test
    void a_sweep_deletes_what_runs_first_and_a_deployment_with_all_its_services() {
        Set<String> there = new HashSet<>(Set.of("workflows/asker", "deployments/orchard", "breeds/plum:1"));
        there.forEach(path -> fake.when(
                "GET /api/v1/" + path,
                asked -> !there.contains(path)
                        ? FakeVamp.Reply.of(404, "")
                        : FakeVamp.Reply.json(
                                "{\"clusters\":{\"plum\":{\"services\":[{\"breed\":{\"name\":\"plum:0\"}}]}}}")));
        List.copyOf(there)
                .forEach(path -> fake.when("DELETE /api/v1/" + path, asked -> {
                    there.remove(path);
                    return FakeVamp.Reply.of(202, "");
                }));

        try (EventStream events = EventStream.open(vamp)) {
            assertThat(new Sweep(vamp, events, new Pace(10), Duration.ZERO).remove(Traces.of(plum)))
                    .isEmpty();
        }

        List<FakeVamp.Request> deleted = fake.requests("DELETE");
        assertThat(deleted).hasSize(3);
        assertThat(deleted.get(2).line()).endsWith("breeds/plum:1");
        assertThat(fake.requests("DELETE /api/v1/deployments/orchard").get(0).body())
                .contains("{\"breed\":{\"reference\":\"plum:0\"}}");
    }
}
