package coalmine.vamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.access.Server;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VampApiTest {

    private final FakeVamp fake = new FakeVamp("127.6.1.1");
    private final VampApi vamp = new VampApi(fake.uri());

    @AfterEach
    void close() {
        fake.close();
    }

    @Test
    void every_call_carries_the_headers_that_vamp_demands() {
        fake.when("PUT /api/v1/gateways/sava", "{}");

        vamp.put("gateways/sava", "name: sava");

        FakeVamp.Request request = fake.requests("PUT /api/v1/gateways/sava").get(0);
        assertThat(request.header("Accept")).isEqualTo("application/json");
        assertThat(request.header("Content-type")).isEqualTo("application/x-yaml");
        assertThat(request.body()).isEqualTo("name: sava");
    }

    @Test
    void whoever_listens_hears_of_everything_that_is_sent() {
        List<VampApi.Sent> sent = new ArrayList<>();
        VampApi heard = new VampApi(Server.at(fake.uri()), sent::add);
        fake.when("PUT /api/v1/gateways/sava", "{}");
        fake.when("DELETE /api/v1/gateways/sava", "{}");

        heard.put("gateways/sava", "name: sava");
        heard.get("gateways/sava");
        heard.delete("gateways/sava", "");

        assertThat(sent).extracting(VampApi.Sent::method).containsExactly("PUT", "DELETE");
        assertThat(sent).extracting(VampApi.Sent::documents).containsExactly("name: sava", "");
        assertThat(sent.get(0).atNanos()).isLessThanOrEqualTo(sent.get(1).atNanos());
    }

    @Test
    void a_gateway_has_whole_percentages_by_route() {
        fake.when("GET /api/v1/gateways/a/a/web", """
                {"name":"a/a/web","port":"40000/http","deployed":true,"routes":{
                  "a/a/a:1/web":{"weight":"60%","targets":[{"name":"i"}]},"a/a/a:2/web":{"weight":"40%"}}}""");

        Gateway gateway = vamp.gateway("a/a/web").orElseThrow();

        assertThat(gateway.deployed()).isTrue();
        assertThat(gateway.routes())
                .containsEntry("a/a/a:1/web", new Gateway.Route(60, 1))
                .containsEntry("a/a/a:2/web", new Gateway.Route(40, 0));
    }

    @Test
    void what_is_not_there_is_empty_and_no_error() {
        assertThat(vamp.gateway("none")).isEmpty();
        assertThat(vamp.services("none")).isEmpty();
        assertThat(vamp.workflowStatus("none")).isEmpty();
        assertThat(vamp.serviceHealth("a", "a", "a:1")).isEqualTo(OptionalDouble.empty());
    }

    @Test
    void weights_are_set_on_the_gateway_as_it_is() {
        String routes =
                "\"routes\":{\"a/a/a:1/web\":{\"weight\":\"100%\",\"balance\":\"default\"},\"a/a/a:2/web\":{\"weight\":\"0%\"}}";
        fake.when("GET /api/v1/gateways/a/a/web", "{\"name\":\"a/a/web\",\"port\":\"40000/http\"," + routes + "}");

        fake.when("PUT /api/v1/gateways/a/a/web", "{}");

        vamp.setWeights("a/a/web", Map.of("a/a/a:1/web", 70, "a/a/a:2/web", 30));

        assertThat(fake.requests("PUT /api/v1/gateways/a/a/web").get(0).body())
                .contains("\"weight\":\"70%\"", "\"weight\":\"30%\"", "\"balance\":\"default\"", "40000/http");
    }

    @Test
    void a_weight_of_an_unknown_route_is_refused_before_anything_is_sent() {
        fake.when("GET /api/v1/gateways/a", "{\"name\":\"a\",\"routes\":{}}");

        assertThatThrownBy(() -> vamp.setWeights("a", Map.of("b", 100))).hasMessageContaining("no route 'b'");
        assertThat(fake.requests("PUT")).isEmpty();
    }

    @Test
    void names_are_read_page_by_page() {
        fake.when("GET /api/v1/breeds?page=1&per_page=30", "[{\"name\":\"one\"},{\"name\":\"two\"}]");
        fake.when("GET /api/v1/breeds?page=2&per_page=30", "[{\"name\":\"three\"}]");
        fake.when("GET /api/v1/breeds?page=3&per_page=30", "[]");

        assertThat(vamp.names("breeds")).containsExactly("one", "two", "three");
    }

    @Test
    void no_page_is_asked_for_beyond_the_number_that_vamp_tells() {
        fake.when(
                "GET /api/v1/breeds?page=1&per_page=30",
                request -> FakeVamp.Reply.of(200, "[{\"name\":\"one\"}]").with("X-Total-Count", "31"));
        fake.when(
                "GET /api/v1/breeds?page=2&per_page=30",
                request -> FakeVamp.Reply.of(200, "[{\"name\":\"two\"}]").with("X-Total-Count", "31"));

        assertThat(vamp.names("breeds")).containsExactly("one", "two");
        assertThat(fake.requests("GET")).hasSize(2);
    }

    @Test
    void a_refusal_tells_method_path_status_and_vamps_message() {
        fake.when("PUT /api/v1/breeds/x", request -> FakeVamp.Reply.of(400, "{\"message\":\"Error.\"}"));

        assertThatThrownBy(() -> vamp.put("breeds/x", "name: x"))
                .isInstanceOf(VampException.class)
                .hasMessageContainingAll("PUT", "/api/v1/breeds/x", "400", "Error.");
    }

    @Test
    void something_else_than_a_vamp_is_named_as_such() {
        fake.when("GET /api/v1/info?on=jvm", "{\"hello\":\"world\"}");
        assertThatThrownBy(vamp::info).hasMessageContaining("is not a Vamp");
        fake.when("GET /api/v1/info?on=jvm", "<html>");
        assertThatThrownBy(vamp::info).hasMessageContaining("is not a Vamp");
    }

    @Test
    void an_unreachable_vamp_is_named_with_its_url() {
        assertThatThrownBy(() -> new VampApi(URI.create("http://127.6.1.1:1")).info())
                .isInstanceOf(VampException.class)
                .hasMessageContaining("http://127.6.1.1:1 cannot be reached");
    }

    @Test
    void what_later_and_earlier_versions_tell_besides_or_otherwise_makes_no_difference() {
        String service = "\"breed\":{\"name\":\"a:1\"},\"scale\":{\"instances\":1},"
                + "\"instances\":[{\"name\":\"i\",\"deployed\":true}]";
        String status = "{\"intention\":\"Deployment\",\"PHASE\":{\"name\":\"Done\"}}";
        fake.when("GET /api/v1/deployments/now", """
                {"name":"now","metadata":{},"clusters":{"a":{"services":[{%s,"status":%s,"health":{"running":1},
                  "health_checks":[]}]}}}""".formatted(service, status.replace("PHASE", "phase")));
        fake.when(
                "GET /api/v1/deployments/then",
                "{\"name\":\"then\",\"clusters\":{\"a\":{\"services\":[{%s,\"state\":%s}]}}}"
                        .formatted(service, status.replace("PHASE", "step")));
        fake.when(
                "GET /api/v1/events",
                "[{\"id\":\"x\",\"digest\":\"y\",\"tags\":[\"a\"],\"value\":\"1\",\"timestamp\":\"t\",\"type\":\"event\"}]");

        assertThat(vamp.services("now").orElseThrow())
                .isEqualTo(vamp.services("then").orElseThrow())
                .allMatch(Service::isDone);
        assertThat(vamp.newestEvents()).extracting(Event::value).containsExactly("1");
    }

    @Test
    void whoever_knows_nothing_of_pages_is_asked_twice_and_not_for_ever() {
        fake.when("GET /api/v1/breeds", "[{\"name\":\"one\"}]");

        assertThat(vamp.names("breeds")).containsExactly("one");
    }
}
