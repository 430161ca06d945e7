package coalmine.recipe;

import coalmine.time.Deadline;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Removes by name what a recipe's own clean-up has not: what an earlier version of the recipe made, or a run that ended half-way through a step. */
public final class Sweep {

    /** A workflow takes up to 6 s to go, a deployment as well (observed, first table). */
    private static final PlatformDuration LIMIT = PlatformDuration.seconds(60);

    private static final PlatformDuration LOOK_EVERY = PlatformDuration.seconds(1);

    /** The scale of a service, which stands for the service. */
    private static final Pattern SERVICE =
            Pattern.compile("(deployments/[^/]+)/clusters/([^/]+)/services/([^/]+)/scale");

    private final VampApi vamp;
    private final EventStream events;
    private final Pace pace;
    private final Duration allowance;

    public Sweep(VampApi vamp, EventStream events, Pace pace, Duration allowance) {
        this.vamp = vamp;
        this.events = events;
        this.pace = pace;
        this.allowance = allowance;
    }

    /**
     * Deletes what is there of some traces: first the workflows, as one that still runs could change what is to go after it, then what else runs, and when
     * that has gone, what it was made of.
     *
     * @return what is still there in the end, and why if Vamp said so; empty if all is well
     */
    public List<String> remove(Traces traces) {
        List<String> refusals = new ArrayList<>();
        for (Predicate<String> next : List.<Predicate<String>>of(Sweep::isWorkflow, Sweep::runs)) {
            traces.left(vamp).stream().filter(next).forEach(path -> delete(path, refusals));
            awaitGone(traces, next);
        }
        traces.left(vamp).stream().filter(path -> !runs(path)).forEach(path -> delete(path, refusals));
        List<String> left = new ArrayList<>(traces.left(vamp));
        if (!left.isEmpty()) {
            left.addAll(refusals);
        }
        return left;
    }

    private static boolean isWorkflow(String path) {
        return path.startsWith("workflows/");
    }

    /** What takes a while to go; a deployment needs its breeds until then. */
    private static boolean runs(String path) {
        return isWorkflow(path) || path.startsWith("deployments/") || path.startsWith("gateways/");
    }

    private void delete(String path, List<String> refusals) {
        Matcher service = SERVICE.matcher(path);
        try {
            if (service.matches()) {
                vamp.delete(service.group(1), oneService(service.group(1), service.group(2), service.group(3)));
            } else {
                vamp.delete(path, path.startsWith("deployments/") ? allServices(path) : "");
            }
        } catch (VampException e) {
            refusals.add(e.getMessage());
        }
    }

    /** A deployment goes when each of its services is named (facts 3.6). */
    private String allServices(String deployment) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", deployment.substring("deployments/".length()));
        ObjectNode clusters = body.putObject("clusters");
        JsonNode found = vamp.get(deployment).orElse(body);
        found.path("clusters").properties().forEach(cluster -> {
            ArrayNode services = clusters.putObject(cluster.getKey()).putArray("services");
            cluster.getValue()
                    .path("services")
                    .forEach(service -> services.addObject()
                            .putObject("breed")
                            .set("reference", service.path("breed").path("name")));
        });
        return body.toString();
    }

    private static String oneService(String deployment, String cluster, String breed) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", deployment.substring("deployments/".length()));
        body.putObject("clusters")
                .putObject(cluster)
                .putArray("services")
                .addObject()
                .putObject("breed")
                .put("reference", breed);
        return body.toString();
    }

    private void awaitGone(Traces traces, Predicate<String> which) {
        Deadline deadline = Deadline.in(LIMIT, pace, allowance);
        while (!deadline.hasPassed() && traces.left(vamp).stream().anyMatch(which)) {
            Duration next = pace.onTheWall(LOOK_EVERY);
            events.awaitMore(events.mark(), next.compareTo(deadline.left()) < 0 ? next : deadline.left());
        }
    }
}
