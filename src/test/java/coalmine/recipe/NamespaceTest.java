package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceTest {

    private static final Namespace NIGHTLY = Namespace.of("nightly-7", OptionalInt.of(100));

    @TempDir
    Path folder;

    private static Recipe ours(String folder) {
        return Recipe.read(Path.of("recipes", folder)).in(NIGHTLY);
    }

    private static JsonNode document(Recipe recipe, String kind, String name) {
        return Stream.concat(
                        recipe.documents().stream(),
                        recipe.cleanUp().stream().flatMap(step -> Documents.trees(step.documents()).stream()))
                .filter(it -> it.path("kind").asText().equals(kind)
                        && it.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name + " in " + recipe.documents()));
    }

    private Recipe recipe(String documents) throws IOException {
        Files.writeString(
                folder.resolve("recipe.json"),
                "{\"name\": \"r\", \"run\": [{\"description\": \"s\", \"resource\": \"a.yml\"}]}");
        Files.writeString(folder.resolve("a.yml"), documents);
        return Recipe.read(folder).in(NIGHTLY);
    }

    @Test
    void names_references_and_gateway_ports_change_and_images_stay() {
        Recipe canary = ours("canary-release");

        JsonNode breed = document(canary, "breed", "nightly-7-sava:1.0");
        assertThat(breed.path("deployable").asText()).isEqualTo("magneticio/sava:1.0.0");
        assertThat(breed.path("ports").path("web").asText()).isEqualTo("8080/http");
        JsonNode service =
                document(canary, "blueprint", "nightly-7-sava:1.0").at("/clusters/nightly-7-sava/services/0");
        assertThat(service.at("/breed/reference").asText()).isEqualTo("nightly-7-sava:1.0");
        assertThat(service.at("/scale/reference").asText()).isEqualTo("nightly-7-large");
        JsonNode gateway = document(canary, "gateway", "nightly-7-sava");
        assertThat(gateway.path("port").asText()).isEqualTo("9150/http");
        assertThat(gateway.path("routes").fieldNames().next()).isEqualTo("nightly-7-sava/nightly-7-sava/web");
    }

    @Test
    void a_script_is_told_the_names_and_ports_that_there_are_and_its_text_stays() {
        Recipe canary = ours("canary-release");
        JsonNode told = document(canary, "workflow", "nightly-7-canary").path("environment_variables");

        assertThat(told.path("NAME").asText()).isEqualTo("nightly-7-canary");
        assertThat(told.path("SERVICE2").asText()).isEqualTo("nightly-7-sava/nightly-7-sava/nightly-7-sava:1.1/web");
        assertThat(told.path("PERIOD").asText()).isEqualTo("5");
        assertThat(document(canary, "workflow", "nightly-7-traffic")
                        .at("/environment_variables/PORT")
                        .asText())
                .isEqualTo("9150");
        assertThat(document(canary, "breed", "nightly-7-canary")
                        .at("/deployable/definition")
                        .asText())
                .isEqualTo(Documents.text(Path.of("recipes/canary-release/canary.js")));
    }

    @Test
    void paths_tags_and_end_states_follow() {
        Recipe canary = ours("canary-release");
        Recipe basket = ours("challenge-own-service");

        assertThat(canary.run().get(2).path()).isEqualTo("deployments/nightly-7-sava");
        assertThat(canary.run().get(2).await())
                .containsExactlyInAnyOrder(
                        "deployments:nightly-7-sava",
                        "clusters:nightly-7-sava",
                        "services:nightly-7-sava:1.0",
                        "synchronization:deployed");
        assertThat(canary.cleanUp().get(4).condition())
                .contains("deployments/nightly-7-sava/clusters/nightly-7-sava/services/nightly-7-sava:1.1/scale");
        assertThat(basket.run().get(1).endState().get(0).path()).isEqualTo("gateways/nightly-7-basket/9166");
        assertThat(basket.cleanUp().get(5).await()).contains("gateways:nightly-7-basket/9166");
        assertThat(ours("challenge-pipeline")
                        .run()
                        .get(3)
                        .endState()
                        .get(0)
                        .matches()
                        .orElseThrow()
                        .path("routes"))
                .allSatisfy(
                        route -> assertThat(route.path("weight").isTextual()).isTrue())
                .hasSize(2);
        assertThat(ours("challenge-pipeline")
                        .run()
                        .get(3)
                        .endState()
                        .get(0)
                        .matches()
                        .orElseThrow()
                        .path("routes")
                        .fieldNames()
                        .next())
                .isEqualTo("nightly-7-sava/nightly-7-sava/nightly-7-sava:1.0/web");
    }

    @Test
    void what_a_container_is_told_stays_even_if_it_looks_like_a_name() {
        Recipe recipe = ours("http-deployment");
        JsonNode deployment = document(recipe, "deployment", "nightly-7-sava");

        assertThat(deployment.path("gateways").path("9150").asText()).isEqualTo("nightly-7-runner/web");
        assertThat(deployment
                        .path("environment_variables")
                        .path("nightly-7-runner.SAVA_RUNNER_ID")
                        .asText())
                .isEqualTo("sava");
        JsonNode service = deployment.at("/clusters/nightly-7-runner/services/0");
        assertThat(service.at("/environment_variables/SAVA_RUNNER_ID").asText()).isEqualTo("runner");
        assertThat(document(recipe, "workflow", "nightly-7-check")
                        .at("/environment_variables/EXPECTED")
                        .asText())
                .isEqualTo("[{\"gateway\": 9150, \"id\": \"runner\", \"port\": 8085}]");
    }

    @Test
    void dependencies_conditions_and_event_schedules_refer_to_what_there_is() {
        JsonNode frontend = ours("http-deployment-dependency")
                .documents()
                .get(0)
                .at("/clusters/nightly-7-frontend/services/0/breed");
        assertThat(frontend.at("/dependencies/backend").asText()).isEqualTo("nightly-7-backend");
        assertThat(frontend.at("/environment_variables/SAVA_RUNNER_HTTP_DEPENDENCY_URL1")
                        .asText())
                .isEqualTo("http://$backend.host:$backend.ports.web");

        JsonNode route = document(ours("http-condition-strength"), "gateway", "nightly-7-runner")
                .path("routes")
                .path("nightly-7-runner2/9155");
        assertThat(route.at("/condition/reference").asText()).isEqualTo("nightly-7-url_beg");

        JsonNode trigger = document(ours("challenge-scheduled-trigger"), "workflow", "nightly-7-trigger");
        assertThat(trigger.at("/schedule/event/tags").valueStream().map(JsonNode::asText))
                .containsExactly("deployments:nightly-7-sava", "synchronization:deployed");
        assertThat(trigger.at("/environment_variables/CANARY").asText()).isEqualTo("nightly-7-canary");
    }

    @Test
    void what_was_there_before_keeps_its_name() {
        Recipe scaling = ours("auto-scaling");

        assertThat(scaling.run().get(1).condition()).contains("workflows/metrics");
        assertThat(document(scaling, "workflow", "metrics").path("breed").asText())
                .isEqualTo("metrics");
        assertThat(Traces.foreign(scaling)).containsExactly("workflows/metrics");
        assertThat(Traces.foreign(ours("canary-release"))).isEmpty();
    }

    static List<Path> folders() throws IOException {
        return OurRecipesTest.folders();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void none_of_our_recipes_meets_itself_in_another_namespace(Path folder) {
        Recipe plain = Recipe.read(folder);
        Recipe one = plain.in(NIGHTLY);
        Recipe other = plain.in(Namespace.of("nightly-8", OptionalInt.of(200)));

        assertThat(Traces.of(one).paths())
                .hasSameSizeAs(Traces.of(plain).paths())
                .doesNotContainAnyElementsOf(Traces.of(other).paths())
                .doesNotContainAnyElementsOf(Traces.of(plain).paths());
        Set<String> ports = new HashSet<>(gatewayPorts(one));
        assertThat(ports).isNotEmpty().doesNotContainAnyElementsOf(gatewayPorts(other));
        assertThat(gatewayPorts(plain)).hasSameSizeAs(ports);
    }

    private static Set<String> gatewayPorts(Recipe recipe) {
        return recipe.documents().stream()
                .flatMap(document -> Stream.concat(
                        Stream.of(document.path("port").asText()),
                        document.path("gateways").propertyStream().map(it -> it.getKey())))
                .filter(port -> !port.isEmpty())
                .collect(Collectors.toSet());
    }

    @Test
    void short_forms_are_known() throws IOException {
        Recipe recipe = recipe("""
                kind: blueprint
                name: shop
                gateways:
                  9070: shop/web
                  9071:
                    routes: [shop/web, {shop/api: {weight: 10%}}]
                clusters:
                  shop: shop:1
                  list: [shop:2, {ref: shop:3}]
                  one:
                    breed: {name: shop:4, deployable: shop}
                    scale: shop
                ---
                [{kind: breed, name: "shop:1", deployable: shop, dependencies: {shop: "shop:2", mysql: "mysql:5.*"}},
                 {kind: breed, name: "shop:2", deployable: shop}, {kind: breed, name: "shop:3", deployable: shop},
                 {kind: scale, name: shop, cpu: 1, memory: 1GB}]
                """);

        JsonNode blueprint = recipe.documents().get(0);
        assertThat(blueprint.path("clusters").toString())
                .isEqualTo("{\"nightly-7-shop\":\"nightly-7-shop:1\","
                        + "\"nightly-7-list\":[\"nightly-7-shop:2\",{\"ref\":\"nightly-7-shop:3\"}],"
                        + "\"nightly-7-one\":{\"breed\":{\"name\":\"nightly-7-shop:4\",\"deployable\":\"shop\"},"
                        + "\"scale\":\"nightly-7-shop\"}}");
        assertThat(blueprint.path("gateways").toString())
                .isEqualTo("{\"9170\":\"nightly-7-shop/web\",\"9171\":{\"routes\":[\"nightly-7-shop/web\","
                        + "{\"nightly-7-shop/api\":{\"weight\":\"10%\"}}]}}");
        assertThat(recipe.documents().get(1).path("dependencies").toString())
                .as("somebody else's breed keeps its name")
                .isEqualTo("{\"shop\":\"nightly-7-shop:2\",\"mysql\":\"mysql:5.*\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"api.event(['workflows:shop', 'x']);", "api.get('/workflows/shop');", "get(host + ':9070');"})
    void a_script_that_names_something_itself_is_refused(String script) {
        assertThatThrownBy(() -> recipe("""
                        kind: gateway
                        name: shop
                        port: 9070
                        ---
                        kind: breed
                        name: shop
                        deployable: {type: application/javascript, definition: "%s"}
                        """.formatted(script)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("in a namespace it has to read")
                .hasMessageContaining("process.env");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nightly", "7nightly", "nightly-", "night_ly", "a/b", "a b", "abcdefghijklmnopqrstu"})
    void a_name_that_vamp_or_marathon_would_not_take_is_refused(String name) {
        assertThatThrownBy(() -> Namespace.of(name, OptionalInt.empty()))
                .hasMessageContaining("\"" + name + "\" is no namespace")
                .hasMessageContaining("20 small letters, digits and '-'");
    }

    @Test
    void a_shift_follows_from_the_name_unless_it_is_given() {
        int shift = Namespace.of("nightly-7", OptionalInt.empty()).portShift();

        assertThat(shift).isBetween(1000, 20_980);
        assertThat(Namespace.of("nightly-8", OptionalInt.empty()).portShift()).isNotEqualTo(shift);
        assertThat(Namespace.of("", OptionalInt.empty())).isEqualTo(Namespace.NONE);
        assertThat(Namespace.of("", OptionalInt.of(5)).port(9050)).isEqualTo(9055);
        assertThat(Namespace.of("a", OptionalInt.of(100)).gateway("sava/9050")).isEqualTo("a-sava/9150");
        assertThat(Namespace.of("a", OptionalInt.of(100)).gateway("sava/sava/web"))
                .isEqualTo("a-sava/a-sava/web");
    }

    @Test
    void a_port_that_cannot_be_is_refused() {
        assertThatThrownBy(() -> Namespace.of("a", OptionalInt.of(65_535))).hasMessageContaining("65535");
        assertThatThrownBy(() ->
                        Recipe.read(Path.of("recipes/canary-release")).in(Namespace.of("a", OptionalInt.of(60_000))))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("gateway port 9050 cannot be shifted by 60000");
    }
}
