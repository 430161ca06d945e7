package coalmine.vamp;

import coalmine.access.AccessException;
import coalmine.access.Calls;
import coalmine.access.Reply;
import coalmine.access.Server;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The part of Vamp's REST API, version 1, that releases need. */
public final class VampApi {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Later versions answer below a namespace as well, and here as ever (facts, section 10). */
    private static final String ROOT = "/api/v1/";

    /** The longest page that Vamp gives (facts 2.2). */
    private static final int PAGE = 30;

    private final Server server;
    private final Calls calls;
    private final Consumer<Sent> sent;

    /**
     * @param base scheme, host and port, such as {@code http://127.0.0.1:8080}
     */
    public VampApi(URI base) {
        this(Server.at(base));
    }

    public VampApi(Server server) {
        this(server, nobody -> {});
    }

    /**
     * @param sent hears of all documents, just before they are sent
     */
    public VampApi(Server server, Consumer<Sent> sent) {
        this.server = server;
        this.calls = new Calls(server);
        this.sent = sent;
    }

    /**
     * Documents that were sent.
     *
     * @param atNanos when, by {@link System#nanoTime()}
     * @param method {@code PUT} or {@code DELETE}
     * @param path below {@code /api/v1}; empty for several documents of any kind
     */
    public record Sent(long atNanos, String method, String path, String documents) {}

    Server server() {
        return server;
    }

    /**
     * What this Vamp says of itself.
     *
     * @param message its greeting
     */
    public record Info(String message, String version) {}

    /**
     * Asks Vamp who it is.
     *
     * @throws VampException if it cannot be reached, or what is there is no Vamp
     */
    public Info info() {
        JsonNode info = get("info?on=jvm")
                .orElseThrow(() -> new VampException(server + " is not a Vamp: it has no /api/v1/info"));
        if (!info.hasNonNull("version") || !info.hasNonNull("message")) {
            throw new VampException(server + " is not a Vamp: its /api/v1/info has no message and version");
        }
        return new Info(info.get("message").asText(), info.get("version").asText());
    }

    /**
     * Reads a gateway.
     *
     * @param name full name, slashes included, such as {@code sava/sava/web}
     * @return the gateway, or empty if Vamp does not know it (internal gateways appear only once their first service is deployed)
     * @throws VampException if Vamp cannot be reached or answers anything but 200 and 404
     */
    public Optional<Gateway> gateway(String name) {
        return get("gateways/" + name).map(Gateway::of);
    }

    /**
     * Sets the weights of some of a gateway's routes, and leaves everything else of it as it is.
     *
     * @param weights whole percentages by route path; together with those that stay they must make 100
     * @throws VampException if there is no such gateway, or Vamp refuses
     */
    public void setWeights(String gateway, Map<String, Integer> weights) {
        JsonNode json = get("gateways/" + gateway)
                .orElseThrow(
                        () -> new VampException("there is no gateway '" + gateway + "' whose weights could be set"));
        weights.forEach((route, weight) -> {
            JsonNode known = json.path("routes").path(route);
            if (!(known instanceof ObjectNode present)) {
                throw new VampException("gateway '" + gateway + "' has no route '" + route + "'");
            }
            present.put("weight", weight + "%");
        });
        put("gateways/" + gateway, json.toString());
    }

    /** The services of a deployment by cluster and breed, such as {@code sava/sava:1.0}; empty if there is no such deployment. */
    public Optional<List<Service>> services(String deployment) {
        return get("deployments/" + deployment).map(json -> {
            List<Service> services = new ArrayList<>();
            json.path("clusters")
                    .forEach(cluster -> cluster.path("services").forEach(service -> services.add(Service.of(service))));
            return services;
        });
    }

    /** The status of a workflow, such as {@code running}; empty if there is no such workflow. */
    public Optional<String> workflowStatus(String name) {
        return get("workflows/" + name).map(json -> json.path("status").asText());
    }

    /** All gateways, those inside of deployments as well. */
    public List<Gateway> gateways() {
        return all("gateways").stream().map(Gateway::of).toList();
    }

    /** The names of all artifacts of a collection, such as {@code breeds}. */
    public List<String> names(String collection) {
        return all(collection).stream()
                .map(artifact -> artifact.path("name").asText())
                .toList();
    }

    /**
     * All artifacts of a collection. Vamp tells how many there are (facts 2.2); the number may be too high, but no page of so many is left out.
     */
    private List<JsonNode> all(String collection) {
        List<JsonNode> all = new ArrayList<>();
        JsonNode last = JSON.missingNode();
        for (int page = 1; ; page++) {
            String path = collection + "?page=" + page + "&per_page=" + PAGE;
            Reply reply = read(path);
            JsonNode answer = parse(path, expectSuccess("GET", path, reply));
            if (answer.equals(last)) {
                return all; // whoever answers knows nothing of pages
            }
            last = answer;
            answer.forEach(all::add);
            Optional<String> total = reply.header("X-Total-Count");
            if (total.isEmpty() ? answer.isEmpty() : page * PAGE >= Integer.parseInt(total.get())) {
                return all;
            }
        }
    }

    /**
     * The health of a service as Vamp tells it last: 1 if no request to it failed in the last 30 s, else 0; empty if it told nothing in that time
     * (facts 5.4).
     */
    public OptionalDouble serviceHealth(String deployment, String cluster, String breed) {
        return get("health/deployments/" + deployment + "/clusters/" + cluster + "/services/" + breed)
                .map(value -> OptionalDouble.of(value.asDouble()))
                .orElse(OptionalDouble.empty());
    }

    /** The newest events that carry a tag, at most 30 of them; about a second behind the stream (observed 14). */
    public List<Event> newestEvents(String... tags) {
        StringBuilder query = new StringBuilder("events?per_page=" + PAGE);
        for (String tag : tags) {
            query.append("&tag=").append(URLEncoder.encode(tag, StandardCharsets.UTF_8));
        }
        return events(query.toString());
    }

    /** A page of all events, newest first; empty beyond the last. */
    List<Event> eventPage(int page) {
        return events("events?per_page=" + PAGE + "&page=" + page);
    }

    private List<Event> events(String query) {
        List<Event> events = new ArrayList<>();
        get(query)
                .orElseThrow(
                        () -> new VampException(server + " has no events: GET /api/v1/" + query + " finds nothing"))
                .forEach(event -> events.add(Event.stored(event)));
        return events;
    }

    /**
     * Reads anything.
     *
     * @param path below {@code /api/v1}, encoded as it is to be sent
     * @return what is there, or empty if Vamp answers 404 or has nothing to say
     * @throws VampException if Vamp cannot be reached or answers anything else
     */
    public Optional<JsonNode> get(String path) {
        Reply reply = read(path);
        if (reply.status() == 404) {
            return Optional.empty();
        }
        String body = expectSuccess("GET", path, reply);
        return body.isBlank() ? Optional.empty() : Optional.of(parse(path, body));
    }

    /**
     * Creates or replaces what the documents describe.
     *
     * @param path below {@code /api/v1}; empty for several documents at once
     * @param yaml one or more documents; JSON will do as well
     * @throws VampException if Vamp refuses, with its message
     */
    public void put(String path, String yaml) {
        write("PUT", path, yaml);
    }

    /**
     * Deletes what the documents describe.
     *
     * @param path below {@code /api/v1}; empty for several documents at once
     * @param yaml one or more documents, or none
     * @throws VampException if Vamp refuses, with its message
     */
    public void delete(String path, String yaml) {
        write("DELETE", path, yaml);
    }

    /** Publishes an event that says nothing but its tag. */
    public void tell(String tag) {
        expectSuccess(
                "POST",
                "events",
                told(() -> calls.send(
                        "POST",
                        ROOT + "events",
                        it -> it.contentType(Calls.YAML)
                                .body(JSON.createObjectNode()
                                        .set("tags", JSON.createArrayNode().add(tag))
                                        .toString()))));
    }

    private void write(String method, String path, String documents) {
        sent.accept(new Sent(System.nanoTime(), method, path, documents));
        expectSuccess(
                method,
                path,
                told(() -> calls.send(
                        method, ROOT + path, it -> it.contentType(Calls.YAML).body(documents))));
    }

    private Reply read(String path) {
        return told(() -> calls.get(ROOT + path));
    }

    private static Reply told(Supplier<Reply> call) {
        try {
            return call.get();
        } catch (AccessException e) {
            throw new VampException(e.getMessage(), e);
        }
    }

    private String expectSuccess(String method, String path, Reply reply) {
        if (reply.status() >= 300) {
            throw new VampException(method + " " + server + ROOT + path + " was answered with " + reply.status() + ": "
                    + server.credentials().hideIn(reply.message()));
        }
        return reply.body();
    }

    private JsonNode parse(String path, String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new VampException(
                    server + " is not a Vamp: it answered /api/v1/" + path + " with something other than JSON", e);
        }
    }
}
