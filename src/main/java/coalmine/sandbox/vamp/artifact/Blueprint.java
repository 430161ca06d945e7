package coalmine.sandbox.vamp.artifact;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is to be deployed, with references left as they are until it is (facts 1.4).
 *
 * @param gateways by port as given
 * @param environment values by {@code cluster.NAME}
 */
public record Blueprint(
        String name, Map<String, Gateway> gateways, Map<String, Cluster> clusters, Map<String, String> environment)
        implements Artifact {

    /**
     * Services that replace each other.
     *
     * @param gateways by the port's name; empty if there is only one port and it was not named
     */
    public record Cluster(
            List<Service> services,
            Map<String, Gateway> gateways,
            Optional<Ref<Sla>> sla,
            Map<String, Object> dialects) {}

    /** A breed at a scale. */
    public record Service(
            Ref<Breed> breed,
            Map<String, Optional<String>> environment,
            Optional<Ref<Scale>> scale,
            List<Map.Entry<String, String>> arguments,
            Map<String, Object> dialects) {

        public String breedName() {
            return breed.reference()
                    .orElseGet(() -> breed.inline().orElseThrow().name());
        }
    }

    public static Blueprint read(Dsl dsl) {
        String name = dsl.requiredName("name");
        Map<String, Cluster> clusters = new LinkedHashMap<>();
        if (dsl.has("clusters")) {
            Dsl all = dsl.object("clusters").orElseThrow();
            for (String cluster : all.keys()) {
                clusters.put(Dsl.checkedName(cluster), cluster(all, cluster));
            }
        }
        Blueprint blueprint = new Blueprint(name, gateways(dsl), clusters, environment(dsl));
        blueprint.check();
        return blueprint;
    }

    private static Map<String, Gateway> gateways(Dsl dsl) {
        Map<String, Gateway> gateways = new LinkedHashMap<>();
        dsl.object("gateways").ifPresent(all -> {
            Set<String> numbers = new HashSet<>();
            for (String port : all.keys()) {
                String number = Gateway.checkedPort(port, 1).replaceAll("/.*", "");
                if (!numbers.add(number)) {
                    throw VampError.wrong("Duplicate gateway port: '" + number + "'.");
                }
                if (all.peek(port).orElseThrow() instanceof Map) {
                    gateways.put(port, Gateway.body("", port, all.object(port).orElseThrow()));
                } else {
                    String target = all.requiredText(port);
                    gateways.put(port, new Gateway("", port, List.of(), Map.of(target, Route.BARE)));
                }
            }
        });
        return gateways;
    }

    private static Map<String, String> environment(Dsl dsl) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String key : List.of("env", "environment_variables")) {
            dsl.object(key).ifPresent(all -> all.keys().forEach(name -> environment.put(name, all.requiredText(name))));
        }
        return environment;
    }

    private static Cluster cluster(Dsl clusters, String name) {
        Object given = clusters.peek(name).orElseThrow();
        if (!(given instanceof Map)) {
            return new Cluster(services(clusters.list(name)), Map.of(), Optional.empty(), Map.of());
        }
        Dsl dsl = clusters.object(name).orElseThrow();
        Optional<Ref<Sla>> sla = Sla.readIn(dsl);
        Map<String, Gateway> gateways = clusterGateways(dsl);
        if (!dsl.has("services")) {
            return new Cluster(List.of(service(dsl)), gateways, sla, Map.of()); // the dialects are its service's
        }
        return new Cluster(services(dsl.list("services")), gateways, sla, dialects(dsl));
    }

    private static Map<String, Gateway> clusterGateways(Dsl cluster) {
        Map<String, Gateway> gateways = new LinkedHashMap<>();
        cluster.object("gateways").ifPresent(dsl -> {
            if (dsl.has("routes") || dsl.has("sticky") || dsl.has("virtual_hosts")) {
                gateways.put("", Gateway.body("", "", dsl));
            } else {
                dsl.keys()
                        .forEach(port -> gateways.put(
                                port, Gateway.body("", "", dsl.object(port).orElseThrow())));
            }
        });
        return gateways;
    }

    private static List<Service> services(List<Object> elements) {
        return elements.stream()
                .map(element -> element instanceof Dsl dsl
                        ? service(dsl)
                        : new Service(Breed.of(element), Map.of(), Optional.empty(), List.of(), Map.of()))
                .toList();
    }

    private static Service service(Dsl dsl) {
        if (!dsl.has("breed")) {
            return new Service(Breed.of(dsl), Map.of(), Optional.empty(), List.of(), Map.of());
        }
        return new Service(
                Breed.readIn(dsl, "breed"),
                Breed.environment(dsl),
                Scale.readIn(dsl),
                Breed.arguments(dsl),
                dialects(dsl));
    }

    /** What is meant for the container driver alone: under {@code dialects}, or with its name directly (facts 1.4). */
    private static Map<String, Object> dialects(Dsl dsl) {
        Map<String, Object> dialects = new LinkedHashMap<>(dsl.tree("dialects"));
        for (String driver : List.of("marathon", "docker")) {
            dsl.value(driver).ifPresent(value -> dialects.put(driver, value));
        }
        return dialects;
    }

    private void check() {
        if (clusters.isEmpty()
                || clusters.values().stream().allMatch(it -> it.services().isEmpty())) {
            throw VampError.wrong("Expected at least one service.");
        }
        Set<String> breeds = new HashSet<>();
        clusters.values().stream().flatMap(it -> it.services().stream()).forEach(service -> {
            if (!breeds.add(service.breedName())) {
                throw VampError.wrong("Multiple references for breed: '" + service.breedName() + "'.");
            }
            service.breed()
                    .inline()
                    .ifPresent(breed -> service.environment().keySet().forEach(name -> {
                        if (!breed.environmentVariables().containsKey(name)) {
                            throw VampError.wrong("Unresolved reference '" + name + "' in breed '" + breed.name()
                                    + " -> " + breed.definition() + "'. Check if breed dependency is declared.");
                        }
                    }));
        });
        clusters.forEach((name, cluster) -> cluster.gateways()
                .values()
                .forEach(gateway -> gateway.routes().keySet().forEach(service -> {
                    if (cluster.services().stream()
                            .noneMatch(it -> it.breedName().equals(service))) {
                        throw VampError.wrong("Unresolved service route for '" + name + "' and '" + service + "'.");
                    }
                })));
        gateways.forEach((port, gateway) -> gateway.routes().keySet().forEach(target -> checkTarget(port, target)));
        environment.forEach(this::checkParameter);
    }

    /**
     * Checks that every dependency of its inline breeds is among its services, as Vamp does with a blueprint that is stored.
     *
     * @throws VampError if one is not
     */
    public void checkDependencies() {
        List<String> names = clusters.values().stream()
                .flatMap(it -> it.services().stream())
                .map(Service::breedName)
                .toList();
        inlineBreeds()
                .forEach(breed -> breed.dependencies().forEach((alias, dependency) -> {
                    String wanted = Breed.nameOf(dependency);
                    if (names.stream().noneMatch(name -> Breed.fits(wanted, name))) {
                        throw VampError.wrong("Unresolved breed dependency for breed '" + breed.name()
                                + "' and dependency '" + alias + " -> " + wanted + "'.");
                    }
                }));
    }

    /** Whether a cluster is there and has a breed of some kind; one that is only referred to may be of any. */
    private boolean mayHave(String cluster, Predicate<Breed> wanted) {
        return clusters.containsKey(cluster)
                && clusters.get(cluster).services().stream()
                        .anyMatch(service ->
                                service.breed().inline().map(wanted::test).orElse(true));
    }

    private void checkParameter(String parameter, String value) {
        String[] segments = parameter.split("\\.", 2);
        boolean known = mayHave(
                segments[0],
                breed -> segments.length == 2
                        && (breed.ports().containsKey(segments[1])
                                || breed.environmentVariables().containsKey(segments[1])
                                || breed.constants().containsKey(segments[1])));
        if (!known) {
            throw VampError.wrong("Parameter '" + parameter + " -> " + value + "' cannot be resolved. Check if cluster"
                    + " exists and if it has any breed with port, environment variable or constant referable by "
                    + parameter + ".");
        }
    }

    private void checkTarget(String port, String target) {
        String[] segments = target.split("/");
        if (!mayHave(segments[0], breed -> segments.length < 2 || breed.ports().containsKey(segments[1]))) {
            // Some(…) is Vamp's own slip (facts 1.8).
            throw VampError.wrong("Gateway port '" + target.replace('/', '.') + " -> Some(" + port
                    + ")' cannot be resolved. Check if referenced cluster exists and if it has any breed with"
                    + " referenced port name.");
        }
    }

    /** The breeds that it carries inline, which Vamp stores as breeds of their own. */
    public List<Breed> inlineBreeds() {
        List<Breed> breeds = new ArrayList<>();
        clusters.values()
                .forEach(cluster -> cluster.services()
                        .forEach(service -> service.breed().inline().ifPresent(breeds::add)));
        return breeds;
    }

    @Override
    public String kind() {
        return "blueprint";
    }

    @Override
    public Map<String, Object> tree() {
        Map<String, Object> gatewayTrees = new LinkedHashMap<>();
        gateways.forEach((port, gateway) -> gatewayTrees.put(port, gateway.blueprintTree()));
        Map<String, Object> clusterTrees = new LinkedHashMap<>();
        clusters.forEach((cluster, it) -> clusterTrees.put(cluster, clusterTree(it)));
        return Tree.of(
                "name", name,
                "kind", kind(),
                "gateways", gatewayTrees,
                "clusters", clusterTrees,
                "environment_variables", environment);
    }

    private static Map<String, Object> clusterTree(Cluster cluster) {
        Map<String, Object> gatewayTrees = new LinkedHashMap<>();
        cluster.gateways().forEach((port, gateway) -> gatewayTrees.put(port, gateway.clusterTree()));
        Map<String, Object> tree = Tree.of(
                "services",
                cluster.services().stream().map(Blueprint::serviceTree).toList(),
                "gateways",
                gatewayTrees);
        cluster.sla().ifPresent(sla -> tree.put("sla", sla.tree(Sla::tree)));
        tree.put("dialects", cluster.dialects());
        return tree;
    }

    private static Map<String, Object> serviceTree(Service service) {
        Map<String, Object> tree = Tree.of(
                "breed", service.breed().tree(Breed::tree),
                "environment_variables", Tree.nullable(service.environment()));
        service.scale().ifPresent(scale -> tree.put("scale", scale.tree(Scale::tree)));
        tree.put("arguments", Breed.argumentTrees(service.arguments()));
        tree.put("dialects", service.dialects());
        return tree;
    }
}
