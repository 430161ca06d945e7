package coalmine.sandbox.vamp.artifact;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What runs, or is on its way there (facts 1.5).
 *
 * @param clusters by name; those without services are not shown
 * @param environment values by {@code cluster.NAME}
 * @param slas by cluster
 * @param dialects by cluster
 */
public record Deployment(
        String name,
        Map<String, List<Service>> clusters,
        Map<String, String> environment,
        Map<String, Sla> slas,
        Map<String, Map<String, Object>> dialects) {

    /** What Vamp wants of a service. */
    public enum Intention {
        DEPLOYMENT("Deployment"),
        UNDEPLOYMENT("Undeployment");

        private final String word;

        Intention(String word) {
            this.word = word;
        }
    }

    /** How far a service is with it. */
    public enum Phase {
        INITIATED("Initiated"),
        UPDATING("Updating"),
        DONE("Done"),
        FAILED("Failed");

        private final String word;

        Phase(String word) {
            this.word = word;
        }
    }

    /**
     * Where a service stands.
     *
     * @param since when the intention was set; survives the phases (facts 3.2, the trap)
     * @param notification why it failed, if it did
     */
    public record Status(
            Intention intention, Instant since, Phase phase, Instant phaseSince, Optional<String> notification) {

        public static Status initiated(Intention intention, Instant now) {
            return new Status(intention, now, Phase.INITIATED, now, Optional.empty());
        }

        public Status in(Phase newPhase, Instant now) {
            return new Status(intention, since, newPhase, now, Optional.empty());
        }

        public Status failed(String why, Instant now) {
            return new Status(intention, since, Phase.FAILED, now, Optional.of(why));
        }

        public boolean is(Intention wanted) {
            return intention == wanted;
        }

        Map<String, Object> tree() {
            Map<String, Object> phaseTree = Tree.of("name", phase.word, "since", phaseSince.toString());
            notification.ifPresent(text -> phaseTree.put("notification", text));
            return Tree.of("intention", intention.word, "since", since.toString(), "phase", phaseTree);
        }
    }

    /**
     * One running container of a service.
     *
     * @param name Marathon's task id
     * @param ports host port by the name of the breed's port
     * @param deployed whether Marathon says that it has started
     */
    public record Instance(String name, String host, Map<String, Integer> ports, boolean deployed) {

        Map<String, Object> tree() {
            return Tree.of("name", name, "host", host, "ports", ports, "deployed", deployed);
        }
    }

    /**
     * A breed at a scale, with the instances that were last seen.
     *
     * @param environment as the service itself sets it
     * @param dialects what is meant for the container driver alone, by its name
     * @param interpolated what its containers get, once everything is known that values refer to
     */
    public record Service(
            Status status,
            Breed breed,
            Map<String, String> environment,
            Scale scale,
            List<Instance> instances,
            List<Map.Entry<String, String>> arguments,
            Map<String, Object> dialects,
            Optional<Map<String, String>> interpolated) {

        public Service with(Status newStatus) {
            return new Service(newStatus, breed, environment, scale, instances, arguments, dialects, interpolated);
        }

        public Service with(Scale newScale) {
            return new Service(status, breed, environment, newScale, instances, arguments, dialects, interpolated);
        }

        public Service withInterpolated(Map<String, String> values) {
            return new Service(status, breed, environment, scale, instances, arguments, dialects, Optional.of(values));
        }

        public Service with(List<Instance> newInstances) {
            return new Service(status, breed, environment, scale, newInstances, arguments, dialects, interpolated);
        }
    }

    public Optional<Service> service(String cluster, String breed) {
        return clusters.getOrDefault(cluster, List.of()).stream()
                .filter(service -> service.breed().name().equals(breed))
                .findFirst();
    }

    /** The deployment with one service changed. */
    public Deployment change(String cluster, String breed, UnaryOperator<Service> change) {
        return withServices(
                cluster,
                clusters.getOrDefault(cluster, List.of()).stream()
                        .map(service -> service.breed().name().equals(breed) ? change.apply(service) : service)
                        .toList());
    }

    /** The deployment without a service; a cluster goes with its last one. */
    public Deployment without(String cluster, String breed) {
        return withServices(
                cluster,
                clusters.getOrDefault(cluster, List.of()).stream()
                        .filter(service -> !service.breed().name().equals(breed))
                        .toList());
    }

    private Deployment withServices(String cluster, List<Service> services) {
        Map<String, List<Service>> changed = new LinkedHashMap<>(clusters);
        changed.put(cluster, services);
        changed.values().removeIf(List::isEmpty);
        return new Deployment(name, changed, environment, slas, dialects);
    }

    /** The deployment with another SLA for a cluster, or with none. */
    public Deployment withSla(String cluster, Optional<Sla> sla) {
        Map<String, Sla> changed = new LinkedHashMap<>(slas);
        changed.remove(cluster);
        sla.ifPresent(it -> changed.put(cluster, it));
        return new Deployment(name, clusters, environment, changed, dialects);
    }

    /** The service that another one of this deployment depends on, with the cluster that it is in. */
    public Optional<Map.Entry<String, Service>> dependency(Ref<Breed> dependency) {
        String wanted = Breed.nameOf(dependency);
        return clusters.entrySet().stream()
                .flatMap(cluster -> cluster.getValue().stream().map(service -> Map.entry(cluster.getKey(), service)))
                .filter(it -> Breed.fits(wanted, it.getValue().breed().name()))
                .findFirst();
    }

    /** What a service's containers get: the breed's values, overridden by the deployment's, overridden by the service's own (facts 3.3). */
    public Map<String, String> effectiveEnvironment(String cluster, Service service) {
        if (service.interpolated().isPresent()) {
            return service.interpolated().get();
        }
        Map<String, String> result = new LinkedHashMap<>();
        service.breed().environmentVariables().forEach((variable, value) -> {
            Optional<String> effective = Optional.ofNullable(
                            service.environment().get(variable))
                    .or(() -> Optional.ofNullable(environment.get(cluster + "." + variable)))
                    .or(() -> value);
            effective.ifPresent(text -> result.put(variable, text));
        });
        return result;
    }

    /**
     * The answer's form.
     *
     * @param host where gateways listen
     * @param gateways the internal gateways by cluster and then by port
     * @param ports port numbers by {@code cluster.port}
     */
    public Map<String, Object> tree(
            String host, Map<String, Map<String, Gateway>> gateways, Map<String, String> ports) {
        Map<String, Object> clusterTrees = new LinkedHashMap<>();
        Map<String, Object> hosts = new LinkedHashMap<>();
        Map<String, String> effective = new LinkedHashMap<>();
        clusters.forEach((cluster, services) -> {
            clusterTrees.put(
                    cluster,
                    clusterTree(
                            services.stream()
                                    .<Object>map(service -> serviceTree(cluster, service))
                                    .toList(),
                            cluster,
                            gateways.getOrDefault(cluster, Map.of())));
            hosts.put(cluster, host);
            services.forEach(service -> effectiveEnvironment(cluster, service)
                    .forEach((variable, value) -> effective.put(cluster + "." + variable, value)));
        });
        return Tree.of(
                "name", name,
                "kind", "deployment",
                "lookup_name", LookupName.ofDeployment(name),
                "clusters", clusterTrees,
                "ports", ports,
                "environment_variables", effective,
                "hosts", hosts);
    }

    private Map<String, Object> serviceTree(String cluster, Service service) {
        return Tree.of(
                "status", service.status().tree(),
                "breed", service.breed().tree(),
                "environment_variables", effectiveEnvironment(cluster, service),
                "scale", service.scale().tree(),
                "instances", service.instances().stream().map(Instance::tree).toList(),
                "arguments", Breed.argumentTrees(service.arguments()),
                "dependencies", dependencyNames(service),
                "dialects", service.dialects());
    }

    private Map<String, Object> dependencyNames(Service service) {
        Map<String, Object> names = new LinkedHashMap<>();
        service.breed()
                .dependencies()
                .forEach((alias, dependency) -> names.put(
                        alias,
                        dependency(dependency)
                                .map(it -> it.getValue().breed().name())
                                .orElseGet(() -> Breed.nameOf(dependency))));
        return names;
    }

    /** The deployment in the form of a blueprint that would lead to it. */
    public Map<String, Object> blueprintTree(Map<String, Map<String, Gateway>> gateways, BreedForm breedForm) {
        Map<String, Object> clusterTrees = new LinkedHashMap<>();
        clusters.forEach((cluster, services) -> {
            List<Object> serviceTrees = new ArrayList<>();
            services.forEach(service -> serviceTrees.add(Tree.of(
                    "breed", breedForm.tree(service.breed()),
                    "environment_variables", effectiveEnvironment(cluster, service),
                    "scale", service.scale().tree(),
                    "arguments", Breed.argumentTrees(service.arguments()),
                    "dialects", service.dialects())));
            clusterTrees.put(cluster, clusterTree(serviceTrees, cluster, gateways.getOrDefault(cluster, Map.of())));
        });
        return Tree.of(
                "name",
                name,
                "kind",
                "blueprint",
                "gateways",
                Map.of(),
                "clusters",
                clusterTrees,
                "environment_variables",
                Map.of());
    }

    /** How breeds stand in an answer: whole, or as references. */
    public enum BreedForm {
        WHOLE,
        REFERENCE;

        private Map<String, Object> tree(Breed breed) {
            return this == WHOLE ? breed.tree() : Tree.of("reference", breed.name());
        }
    }

    private Map<String, Object> clusterTree(List<Object> services, String cluster, Map<String, Gateway> gateways) {
        Map<String, Object> gatewayTrees = new LinkedHashMap<>();
        gateways.forEach((port, gateway) -> gatewayTrees.put(port, gateway.clusterTree()));
        Map<String, Object> tree = Tree.of("services", services, "gateways", gatewayTrees);
        Optional.ofNullable(slas.get(cluster)).ifPresent(sla -> tree.put("sla", sla.tree()));
        tree.put("dialects", dialects.getOrDefault(cluster, Map.of()));
        return tree;
    }
}
