package coalmine.sandbox.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.sandbox.workflow.Workflows.Answer;
import coalmine.time.Pace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client that workflows speak with Vamp through, as facts 6.4 describe Vamp's own. */
class VampNodeClientTest {

    private static AgentProcess agent;

    private Workflows workflows;

    @BeforeAll
    static void start_the_agent() {
        agent = AgentProcess.start();
    }

    @AfterAll
    static void end_the_agent() {
        agent.close();
    }

    @BeforeEach
    void start_a_sandbox() {
        workflows = new Workflows(agent, new Pace(50));
    }

    @AfterEach
    void close_the_sandbox() {
        workflows.close();
    }

    private List<String> run(String script, Map<String, String> env) {
        var started = workflows.start(
                "client", "const vamp = require('vamp-node-client'); const api = new vamp.Api();" + script, env);
        assertThat(started.exitCode()).as(String.join("\n", started.lines())).isZero();
        return started.lines();
    }

    private List<String> run(String script) {
        return run(script, Map.of());
    }

    private List<String> requests() {
        return workflows.asked.stream()
                .map(asked -> asked.method() + " " + asked.uri())
                .toList();
    }

    @Test
    void a_list_is_read_page_by_page_until_one_is_empty() {
        workflows.vamp =
                (asked, count) -> new Answer(200, asked.uri().endsWith("page=3") ? "[]" : "[{\"n\":" + count + "},{}]");

        assertThat(run("api.gateways().each(g => console.log(JSON.stringify(g)))"))
                .containsExactly("{\"n\":1}", "{}", "{\"n\":2}", "{}");
        assertThat(requests())
                .containsExactly(
                        "GET /api/v1/gateways?page=1", "GET /api/v1/gateways?page=2", "GET /api/v1/gateways?page=3");
        assertThat(workflows.asked.get(0).headers())
                .containsEntry("accept", "application/json")
                .containsEntry("content-type", "application/json");
    }

    @Test
    void what_was_read_is_remembered_until_it_is_written_and_of_a_list_only_the_last_element() {
        workflows.vamp = (asked, count) -> new Answer(
                200,
                asked.uri().contains("list") && asked.uri().endsWith("page=1")
                        ? "[1,2]"
                        : asked.uri().contains("list") ? "[]" : "{\"n\":" + count + "}");

        List<String> lines = run("""
                const show = x => console.log(JSON.stringify(x));
                api.get('/x').each(show).done(() =>
                  api.get('/x').each(show).done(() =>
                    api.get('/x', true).each(show).done(() =>
                      api.put('/x', {}).each(() =>
                        api.get('/x').each(show).done(() =>
                          api.get('/list').collect().each(show).done(() =>
                            api.get('/list').collect().each(show)))))));
                """);

        assertThat(lines).containsExactly("{\"n\":1}", "{\"n\":1}", "{\"n\":2}", "{\"n\":4}", "[1,2]", "[2]");
    }

    @Test
    void the_memory_is_switched_off_by_the_environment_and_nothing_else() {
        workflows.vamp = (asked, count) -> new Answer(200, "{\"n\":" + count + "}");
        String twice = "const a = new vamp.Api({cache: false}); const show = x => console.log(x.n);"
                + "a.info().each(show).done(() => a.info().each(show));";

        assertThat(run(twice)).containsExactly("1", "1");
        assertThat(run(twice, Map.of("VAMP_API_CACHE", "false"))).endsWith("2", "3");
    }

    @Test
    void writes_are_sent_at_once_though_nobody_reads_their_answers() {
        workflows.vamp = (asked, count) -> new Answer(202, "");

        run(
                "api.event(['a:b', 'c'], {x: 1}); api.event(['d'], new Error('lost'), 'mine'); api.put('/p', {y: 2}); api.delete('/q');");

        assertThat(requests())
                .containsExactlyInAnyOrder(
                        "POST /api/v1/events", "POST /api/v1/events", "PUT /api/v1/p", "DELETE /api/v1/q");
        assertThat(workflows.asked)
                .extracting(Workflows.Asked::body)
                .containsExactlyInAnyOrder(
                        "{\"tags\":[\"a:b\",\"c\"],\"value\":{\"x\":1},\"type\":\"event\"}",
                        "{\"tags\":[\"d\"],\"value\":{},\"type\":\"mine\"}",
                        "{\"y\":2}",
                        "");
        assertThat(workflows.asked)
                .allMatch(asked -> "application/json".equals(asked.headers().get("content-type")));
    }

    @Test
    void a_write_that_fails_is_an_error_of_its_stream() {
        workflows.vamp = (asked, count) -> new Answer(503, "busy");

        assertThat(run("api.put('/p', {}).errors(e => console.log(e.message)).each(x => console.log(x))"))
                .containsExactly("[503]: busy");
    }

    @Test
    void a_read_that_fails_is_never_answered() {
        workflows.vamp = (asked, count) -> new Answer(404, "none");
        var started = workflows.start(
                "stuck",
                "const api = new (require('vamp-node-client').Api)();"
                        + "api.get('/gateways/x').stopOnError(() => console.log('error')).each(() => console.log('found'))"
                        + ".done(() => console.log('done'));");

        assertThat(started.exitCode()).isZero();
        assertThat(started.failures()).containsExactly("Unhandled promise rejection: Error: [404]: none");
        assertThat(started.lines()).doesNotContain("error", "found", "done");
    }

    @Test
    void plain_requests_promise_the_body_and_use_a_connection_each() {
        workflows.vamp = (asked, count) -> new Answer(asked.uri().equals("/bad") ? 500 : 200, "hello");

        List<String> lines = run("""
                const http = new vamp.Http();
                const url = process.env.VAMP_URL;
                http.get(url + '/good').then(text => console.log(text))
                  .then(() => http.get(url + '/bad')).catch(error => console.log(error.message))
                  .then(() => http.request(url + '/sent', {method: 'POST', headers: {'X-Mine': 'yes'}}, 'data'))
                  .then(() => http.get('http://127.0.0.1:1/')).catch(error => console.log(error.code));
                """);

        assertThat(lines).containsExactly("hello", "[500]: hello", "ECONNREFUSED");
        assertThat(workflows.asked.get(2))
                .satisfies(sent -> assertThat(sent.method() + sent.body()).isEqualTo("POSTdata"))
                .satisfies(sent -> assertThat(sent.headers()).containsEntry("x-mine", "yes"));
        assertThat(workflows.asked)
                .allMatch(asked -> "close".equals(asked.headers().get("connection")));
    }

    @Test
    void numbers_come_from_elasticsearch_as_the_configuration_names_it() {
        workflows.vamp = (asked, count) -> new Answer(
                200,
                asked.uri().contains("/config")
                        ? "{\"vamp.pulse.elasticsearch.url\":\"http://" + workflows.authority()
                                + "/es\",\"vamp.gateway-driver.elasticsearch.metrics.index\":\"logstash-*\","
                                + "\"vamp.gateway-driver.elasticsearch.metrics.type\":\"haproxy\"}"
                        : asked.body().contains("avg")
                                ? "{\"hits\":{\"total\":7},\"aggregations\":{\"agg\":{\"value\":1.23456}}}"
                                : "{\"hits\":{\"total\":3}}");

        List<String> lines = run("""
                const metrics = new vamp.ElasticsearchMetrics(api);
                metrics.count({ft: 'abc'}, {ST: {gte: 500}}, 30).each(n => console.log(n)).done(() =>
                  metrics.average({ft: 'abc'}, 'Tt', 30).each(a => console.log(JSON.stringify(a))));
                """);

        assertThat(lines).containsExactly("3", "{\"total\":7,\"rate\":0.23,\"average\":1.23}");
        assertThat(requests())
                .containsExactly(
                        "GET /api/v1/config?page=1",
                        "POST /es/logstash-*/haproxy/_search",
                        "POST /es/logstash-*/haproxy/_search");
        assertThat(workflows
                        .asked
                        .get(1)
                        .json()
                        .at("/query/filtered/filter/bool/must")
                        .toString())
                .isEqualTo("[{\"term\":{\"ft\":\"abc\"}},{\"range\":{\"@timestamp\":{\"gt\":\"now-30s\"}}},"
                        + "{\"range\":{\"ST\":{\"gte\":500}}}]");
        assertThat(workflows.asked.get(2).json().at("/aggs/agg/avg/field").asText())
                .isEqualTo("Tt");
    }

    @Test
    void the_rest_of_its_surface() {
        workflows.vamp = (asked, count) -> new Answer(200, "{}");

        assertThat(run("""
                        console.log(api.url === process.env.VAMP_URL + '/api/v1');
                        console.log(new vamp.Api({host: 'http://h', path: '/p'}).url);
                        api.namify({a: {x: 1}, b: {}}).each(value => console.log(JSON.stringify(value)));
                        new vamp.Log().log('logged', 1);
                        ['info', 'config', 'gateways', 'deployments'].forEach(name => api[name]().resume());
                        """))
                .containsExactly("true", "http://h/p", "{\"x\":1,\"name\":\"a\"}", "{\"name\":\"b\"}", "logged 1");
        assertThat(requests())
                .containsExactlyInAnyOrder(
                        "GET /api/v1/info?page=1",
                        "GET /api/v1/config?page=1",
                        "GET /api/v1/gateways?page=1",
                        "GET /api/v1/deployments?page=1");
    }
}
