package coalmine.sandbox.vamp;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.vamp.artifact.Blueprint;
import coalmine.sandbox.vamp.artifact.Breed;
import coalmine.sandbox.vamp.artifact.Deployment;
import coalmine.sandbox.vamp.artifact.Deployment.Intention;
import coalmine.sandbox.vamp.artifact.Deployment.Service;
import coalmine.sandbox.vamp.artifact.Deployment.Status;
import coalmine.sandbox.vamp.artifact.Gateway;
import coalmine.sandbox.vamp.artifact.Route;
import coalmine.sandbox.vamp.artifact.Scale;
import coalmine.sandbox.vamp.artifact.Sla;
import coalmine.sandbox.vamp.artifact.VampError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The deployments of this Vamp: merged with blueprints, sliced and scaled by clients (facts 3.3, 3.6). */
final class Deployments {

    /** What a service gets that names no scale: the official images' setting (facts 3.3). */
    private static final Scale DEFAULT_SCALE = new Scale(0.2, 256, 1);

    private final Map<String, Deployment> deployments = new LinkedHashMap<>();
    /** Services whose scale was set on its own path, which Vamp keeps apart from the deployment. */
    private final Set<ServiceId> scaledByHand = new HashSet<>();

    private final Store store;
    private final Gateways gateways;
    private final Archive archive;
    private final SandboxClock clock;

    Deployments(Store store, Gateways gateways, Archive archive, SandboxClock clock) {
        this.store = store;
        this.gateways = gateways;
        this.archive = archive;
        this.clock = clock;
    }

    List<Deployment> all() {
        return List.copyOf(deployments.values());
    }

    Optional<Deployment> find(String name) {
        return Optional.ofNullable(deployments.get(name));
    }

    Optional<Service> find(ServiceId id) {
        return find(id.deployment()).flatMap(it -> it.service(id.cluster(), id.breed()));
    }

    /** A deployment as it would be after a merge, and the internal gateways that it would have. */
    record Merge(Deployment deployment, Map<String, Map<String, Gateway>> gateways, List<Gateway> external) {}

    /** Works out what a merge would lead to, without doing it. */
    Merge plan(String name, Blueprint blueprint) {
        Deployment before =
                deployments.getOrDefault(name, new Deployment(name, Map.of(), Map.of(), Map.of(), Map.of()));
        Map<String, String> environment = new LinkedHashMap<>(blueprint.environment());
        environment.putAll(before.environment());
        Map<String, List<Service>> clusters = new LinkedHashMap<>(before.clusters());
        Map<String, Map<String, Gateway>> internal = new LinkedHashMap<>();
        Map<String, Sla> slas = new LinkedHashMap<>(before.slas());
        Map<String, Map<String, Object>> dialects = new LinkedHashMap<>(before.dialects());
        blueprint.clusters().forEach((cluster, it) -> {
            List<Service> merged = new ArrayList<>(clusters.getOrDefault(cluster, List.of()));
            it.services().forEach(service -> mergeService(merged, service));
            clusters.put(cluster, merged);
            it.sla().ifPresent(sla -> slas.put(cluster, sla.resolve(store::sla)));
            dialects.merge(cluster, it.dialects(), Deployments::merged);
            internal.put(cluster, internalGateways(name, cluster, merged, it.gateways()));
        });
        Deployment after = new Deployment(name, clusters, environment, slas, dialects);
        checkEnvironment(after);
        checkDependencies(after);
        List<Gateway> external = new ArrayList<>();
        blueprint.gateways().forEach((port, gateway) -> external.add(externalGateway(name, port, gateway)));
        return new Merge(after, internal, external);
    }

    /** Does what was planned; the services are brought about by the next synchronisations. */
    void merge(Merge merge, Blueprint blueprint, String source) {
        Deployment deployment = merge.deployment();
        blueprint
                .clusters()
                .forEach((cluster, it) -> it.services()
                        .forEach(service ->
                                forgetScale(new ServiceId(deployment.name(), cluster, service.breedName()))));
        deployments.put(deployment.name(), deployment);
        merge.gateways().forEach((cluster, byPort) -> byPort.forEach((port, gateway) -> gateways.putInternal(gateway)));
        merge.external().forEach(gateways::put);
        archive.updated("deployments", deployment.name(), source);
    }

    private void mergeService(List<Service> services, Blueprint.Service given) {
        Breed breed = given.breed().resolve(store::breed);
        checkIsBuilt(breed);
        Optional<Scale> scale = given.scale().map(it -> it.resolve(store::scale));
        Map<String, String> environment = new LinkedHashMap<>();
        given.environment().forEach((variable, value) -> value.ifPresent(text -> environment.put(variable, text)));
        Optional<Service> before = services.stream()
                .filter(it -> it.breed().name().equals(breed.name()))
                .findFirst();
        Map<String, String> own =
                environment.isEmpty() ? before.map(Service::environment).orElse(environment) : environment;
        Service merged = new Service(
                Status.initiated(Intention.DEPLOYMENT, clock.now()),
                breed,
                own,
                scale.or(() -> before.map(Service::scale)).orElse(DEFAULT_SCALE),
                before.map(Service::instances).orElse(List.of()),
                arguments(breed, given),
                merged(before.map(Service::dialects).orElse(Map.of()), given.dialects()),
                before.filter(it -> it.breed().equals(breed) && it.environment().equals(own))
                        .flatMap(Service::interpolated));
        if (before.isPresent()) {
            services.set(services.indexOf(before.get()), merged);
        } else {
            services.add(merged);
        }
    }

    private static Map<String, Object> merged(Map<String, Object> before, Map<String, Object> given) {
        Map<String, Object> merged = new LinkedHashMap<>(before);
        merged.putAll(given);
        return merged;
    }

    private static void checkIsBuilt(Breed breed) {
        if (!Set.of(Breed.DOCKER, Breed.COMMAND).contains(breed.type())) {
            throw VampError.notBuilt("deployables of type '" + breed.type() + "' in a deployment");
        }
    }

    private static List<Map.Entry<String, String>> arguments(Breed breed, Blueprint.Service given) {
        // Privileged is the official images' default; the last one wins.
        List<Map.Entry<String, String>> arguments = new ArrayList<>(List.of(Map.entry("privileged", "true")));
        for (Map.Entry<String, String> argument : concat(breed.arguments(), given.arguments())) {
            if (argument.getKey().equals("privileged")) {
                arguments.set(0, argument);
            } else {
                arguments.add(argument);
            }
        }
        return List.copyOf(arguments);
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static void checkEnvironment(Deployment deployment) {
        deployment
                .clusters()
                .forEach((cluster, services) -> services.forEach(service -> {
                    Map<String, String> effective = deployment.effectiveEnvironment(cluster, service);
                    service.breed().environmentVariables().keySet().forEach(variable -> {
                        if (!effective.containsKey(variable)) {
                            throw VampError.wrong("Unresolved value of variable '" + variable + "' for breed '"
                                    + service.breed().name() + "'.");
                        }
                    });
                }));
    }

    /** Every service must find what it depends on in its deployment (facts 3.3). */
    private static void checkDependencies(Deployment deployment) {
        deployment.clusters().values().stream()
                .flatMap(List::stream)
                .forEach(service -> service.breed().dependencies().values().forEach(dependency -> {
                    if (deployment.dependency(dependency).isEmpty()) {
                        throw VampError.wrong("Unresolved dependency '" + Breed.nameOf(dependency) + "' for breed '"
                                + service.breed().name() + "'.");
                    }
                }));
    }

    /** One internal gateway for each port name of a cluster's services; given weights replace the present ones. */
    private Map<String, Gateway> internalGateways(
            String deployment, String cluster, List<Service> services, Map<String, Gateway> given) {
        Map<String, Gateway> present = gateways.ofCluster(deployment, cluster);
        Map<String, Gateway> result = new LinkedHashMap<>();
        services.stream()
                .flatMap(service -> service.breed().ports().keySet().stream())
                .distinct()
                .forEach(port -> {
                    String name = deployment + "/" + cluster + "/" + port;
                    Map<String, Route> routes = new LinkedHashMap<>();
                    Optional<Gateway> replacement = Optional.ofNullable(given.getOrDefault(port, given.get("")));
                    services.stream()
                            .filter(service -> service.breed().ports().containsKey(port))
                            .map(service -> service.breed().name())
                            .forEach(breed -> {
                                String path = deployment + "/" + cluster + "/" + breed + "/" + port;
                                routes.put(
                                        path,
                                        replacement
                                                .map(it -> it.routes().getOrDefault(breed, Route.BARE))
                                                .orElseGet(() -> Optional.ofNullable(present.get(port))
                                                        .map(it -> it.routes().get(path))
                                                        .orElse(Route.BARE)));
                            });
                    Gateway shape = replacement
                            .or(() -> Optional.ofNullable(present.get(port)))
                            .orElse(new Gateway(name, "", List.of(), routes));
                    result.put(
                            port,
                            gateways.resolved(new Gateway(
                                    name, portOf(services, port), shape.sticky(), shape.virtualHosts(), routes)));
                });
        return result;
    }

    /** An internal gateway's number comes later; its type is that of the services' port. */
    private static String portOf(List<Service> services, String port) {
        boolean tcp = services.stream()
                .anyMatch(service ->
                        service.breed().ports().getOrDefault(port, "").endsWith("/tcp"));
        return tcp ? "0/tcp" : "0/http";
    }

    /** A blueprint's gateway, whose routes name clusters, as the deployment's: its routes name internal gateways. */
    private Gateway externalGateway(String deployment, String port, Gateway given) {
        Map<String, Route> routes = new LinkedHashMap<>();
        given.routes().forEach((target, route) -> routes.put(deployment + "/" + target, route));
        Gateway gateway = gateways.resolved(new Gateway(
                deployment + "/" + port.replaceAll("/.*", ""), port, given.sticky(), given.virtualHosts(), routes));
        gateways.checkPortIsFree(gateway);
        return gateway;
    }

    /**
     * Takes the services that a document lists out of a deployment. They leave their gateways at once, and run out with the next
     * synchronisations.
     */
    Deployment slice(String name, Blueprint blueprint, String source, Effect effect) {
        Deployment deployment = find(name).orElseThrow(() -> VampError.notFound(name));
        blueprint
                .clusters()
                .forEach((cluster, it) ->
                        it.services().forEach(service -> service.breed().resolve(store::breed)));
        blueprint
                .clusters()
                .forEach((cluster, it) -> gateways.checkSlice(name, cluster, remaining(deployment, cluster, it)));
        if (effect == Effect.NONE) {
            return deployment;
        }
        Deployment sliced = deployment;
        for (Map.Entry<String, Blueprint.Cluster> cluster : blueprint.clusters().entrySet()) {
            for (Blueprint.Service service : cluster.getValue().services()) {
                forgetScale(new ServiceId(name, cluster.getKey(), service.breedName()));
                sliced = sliced.change(
                        cluster.getKey(),
                        service.breedName(),
                        it -> it.with(Status.initiated(Intention.UNDEPLOYMENT, clock.now())));
            }
            sliceGateways(name, cluster.getKey(), remaining(deployment, cluster.getKey(), cluster.getValue()));
        }
        deployments.put(name, sliced);
        archive.updated("deployments", name, source);
        return sliced;
    }

    /** Whether a request changes anything, or is a dry run. */
    enum Effect {
        REAL,
        NONE
    }

    private static List<String> remaining(Deployment deployment, String cluster, Blueprint.Cluster leaving) {
        List<String> remaining = new ArrayList<>();
        deployment.clusters().getOrDefault(cluster, List.of()).stream()
                .filter(service -> service.status().is(Intention.DEPLOYMENT))
                .map(service -> service.breed().name())
                .forEach(remaining::add);
        leaving.services().forEach(service -> remaining.remove(service.breedName()));
        return remaining;
    }

    private void sliceGateways(String deployment, String cluster, List<String> remaining) {
        gateways.ofCluster(deployment, cluster).forEach((port, gateway) -> {
            Map<String, Route> routes = new LinkedHashMap<>(gateway.routes());
            routes.keySet().removeIf(path -> !remaining.contains(path.split("/")[2]));
            if (routes.isEmpty()) {
                gateways.removeInternal(gateway.name());
            } else {
                gateways.putInternal(gateway.withRoutes(routes));
            }
        });
    }

    /** Sets a service's scale as a client wishes; the setting starts the service's clock anew. */
    boolean scale(ServiceId id, Scale scale, String source, Effect effect) {
        if (find(id).isEmpty() || effect == Effect.NONE) {
            return find(id).isPresent();
        }
        archive.updated("deployment-service-scales", id.path(), source);
        scaledByHand.add(id);
        change(id, service -> service.with(scale).with(Status.initiated(Intention.DEPLOYMENT, clock.now())));
        return true;
    }

    /** Sets a service's scale without touching its status; what was set by hand hides it (facts 3.7). */
    void escalate(ServiceId id, Scale scale) {
        if (!scaledByHand.contains(id)) {
            change(id, service -> service.with(scale));
        }
    }

    private void forgetScale(ServiceId id) {
        scaledByHand.remove(id);
        archive.deleted("deployment-service-scales", id.path());
    }

    /**
     * Sets a cluster's SLA, or takes it away.
     *
     * @return the deployment; empty if there is none, or no such cluster
     */
    Optional<Deployment> putSla(String deployment, String cluster, Optional<Sla> sla, String source, Effect effect) {
        Optional<Deployment> changed = find(deployment)
                .filter(it -> it.clusters().containsKey(cluster))
                .map(it -> it.withSla(cluster, sla));
        changed.filter(it -> effect == Effect.REAL).ifPresent(it -> {
            deployments.put(deployment, it);
            archive.updated("deployments", deployment, source);
        });
        return changed;
    }

    void change(ServiceId id, UnaryOperator<Service> change) {
        deployments.computeIfPresent(
                id.deployment(), (name, deployment) -> deployment.change(id.cluster(), id.breed(), change));
    }

    /** Forgets a service that is gone, and with the last one its deployment. */
    void remove(ServiceId id) {
        deployments.computeIfPresent(id.deployment(), (name, deployment) -> {
            Deployment rest = deployment.without(id.cluster(), id.breed());
            return rest.clusters().isEmpty() ? null : rest;
        });
    }

    /** Every service, in a stable order. */
    List<ServiceId> services() {
        List<ServiceId> ids = new ArrayList<>();
        deployments
                .values()
                .forEach(deployment -> deployment
                        .clusters()
                        .forEach((cluster, services) -> services.forEach(service -> ids.add(new ServiceId(
                                deployment.name(), cluster, service.breed().name())))));
        ids.sort(Comparator.comparing(ServiceId::path));
        return ids;
    }
}
