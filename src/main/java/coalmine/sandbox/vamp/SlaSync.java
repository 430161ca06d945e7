package coalmine.sandbox.vamp;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.Event;
import coalmine.sandbox.pulse.EventStore;
import coalmine.sandbox.pulse.EventStore.Query;
import coalmine.sandbox.vamp.artifact.Deployment;
import coalmine.sandbox.vamp.artifact.Deployment.Phase;
import coalmine.sandbox.vamp.artifact.Deployment.Service;
import coalmine.sandbox.vamp.artifact.Escalation;
import coalmine.sandbox.vamp.artifact.Escalation.Direction;
import coalmine.sandbox.vamp.artifact.Ref;
import coalmine.sandbox.vamp.artifact.Scale;
import coalmine.sandbox.vamp.artifact.Sla;
import coalmine.sandbox.vamp.artifact.Sla.Window;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Sees to the SLAs of clusters, in two loops that meet only in events (facts 3.7): one says whether a cluster answers too slowly or faster than it
 * need, the other scales it for whatever events of that kind there are, no matter who published them.
 */
final class SlaSync {

    private final Deployments deployments;
    private final Gateways gateways;
    private final Store store;
    private final EventStore events;
    private final Archive archive;
    private final SandboxClock clock;
    /** Heard since the last round: a search would find them only later. */
    private final List<Event> heard = new ArrayList<>();

    SlaSync(
            Deployments deployments,
            Gateways gateways,
            Store store,
            EventStore events,
            Archive archive,
            SandboxClock clock) {
        this.deployments = deployments;
        this.gateways = gateways;
        this.store = store;
        this.events = events;
        this.archive = archive;
        this.clock = clock;
        events.listen(event -> {
            if (event.tags().contains("sla")) {
                heard.add(event);
            }
        });
    }

    /** One round of the first loop: for each cluster whose services are all there, says whether its response time is out of bounds. */
    Future<Void> watch() {
        for (Deployment deployment : deployments.all()) {
            deployment
                    .slas()
                    .forEach((cluster, sla) -> sla.window()
                            .filter(window -> isDone(deployment, cluster))
                            .filter(window -> !isCoolingDown(deployment.name(), cluster, window))
                            .ifPresent(window -> judge(deployment.name(), cluster, window)));
        }
        return Future.succeededFuture();
    }

    private static boolean isDone(Deployment deployment, String cluster) {
        List<Service> services = deployment.clusters().getOrDefault(cluster, List.of());
        return !services.isEmpty()
                && services.stream().allMatch(service -> service.status().phase() == Phase.DONE);
    }

    private boolean isCoolingDown(String deployment, String cluster, Window window) {
        return events.newest(since(
                        Set.of("sla", "deployment:" + deployment, "cluster:" + cluster),
                        window.interval() + window.cooldown()))
                .isPresent();
    }

    private Query since(Set<String> tags, int seconds) {
        return new Query(tags, Optional.of(clock.now().minus(Duration.ofSeconds(seconds))), Optional.empty());
    }

    private void judge(String deployment, String cluster, Window window) {
        double responseTime = responseTime(deployment, cluster, window);
        if (responseTime > window.upper()) {
            archive.sla(deployment, cluster, "escalate");
        } else if (responseTime < window.lower()) {
            archive.sla(deployment, cluster, "deescalate");
        }
    }

    /** The average of what was published of the cluster's gateways; 0 if nothing was, which is far too fast (facts 3.7). */
    private double responseTime(String deployment, String cluster, Window window) {
        OptionalDouble average = gateways.ofCluster(deployment, cluster).values().stream()
                .flatMap(gateway -> events
                        .search(since(Set.of("gateways:" + gateway.name(), "metrics:responseTime"), window.interval()))
                        .stream())
                .flatMap(event -> event.value().stream())
                .filter(Number.class::isInstance)
                .mapToDouble(value -> ((Number) value).doubleValue())
                .average();
        return average.orElse(0);
    }

    /** One round of the second loop: does what the SLAs say, for every event since the last round. */
    Future<Void> escalate() {
        List<Event> since = List.copyOf(heard);
        heard.clear();
        for (Event event : since) {
            for (Deployment deployment : deployments.all()) {
                deployment.slas().forEach((cluster, sla) -> {
                    if (event.tags().containsAll(Set.of("deployment:" + deployment.name(), "cluster:" + cluster))) {
                        escalate(event, deployment.name(), cluster, sla);
                    }
                });
            }
        }
        return Future.succeededFuture();
    }

    private void escalate(Event event, String deployment, String cluster, Sla sla) {
        for (Direction direction : Direction.values()) {
            if (event.tags().contains("sla:" + direction.name().toLowerCase(Locale.ROOT))) {
                sla.escalations().forEach(it -> apply(it, deployment, cluster, direction));
            }
        }
    }

    /**
     * Does what an escalation says, if it is stored.
     *
     * @return whether it had any effect
     */
    private boolean apply(Ref<Escalation> reference, String deployment, String cluster, Direction direction) {
        Optional<Escalation> escalation = reference
                .inline()
                .or(() -> store.find("escalation", reference.reference().orElseThrow())
                        .map(it -> ((Escalation.Named) it).escalation()));
        if (escalation.isEmpty()) {
            return false;
        }
        if (escalation.get() instanceof Escalation.Group group) {
            boolean effect = false;
            for (Ref<Escalation> member : group.escalations()) {
                effect |= apply(member, deployment, cluster, direction);
                if (effect && !group.isForAll()) {
                    return true;
                }
            }
            return effect;
        }
        return escalation.get() instanceof Escalation.Scaling scaling
                && scale(scaling, deployment, scaling.target().orElse(cluster), direction);
    }

    /** Only the first service of the cluster is scaled, and its status left alone: the deployments' loop sees the difference. */
    private boolean scale(Escalation.Scaling scaling, String deployment, String cluster, Direction direction) {
        Optional<Service> first = deployments
                .find(deployment)
                .flatMap(it ->
                        it.clusters().getOrDefault(cluster, List.of()).stream().findFirst());
        Optional<Scale> scale = first.flatMap(service -> scaling.of(service.scale(), direction));
        scale.ifPresent(it -> deployments.escalate(
                new ServiceId(deployment, cluster, first.get().breed().name()), it));
        return scale.isPresent();
    }
}
