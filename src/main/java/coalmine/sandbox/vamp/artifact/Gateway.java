package coalmine.sandbox.vamp.artifact;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A port whose traffic is divided between routes (facts 1.6, 3.5).
 *
 * @param name up to three segments; exactly three make it an internal one, which belongs to a cluster
 * @param port as given, such as {@code 9050/http}
 * @param sticky {@code route} or {@code instance}, if users are to come back to it
 * @param virtualHosts those given and Vamp's own
 * @param routes by path; conditions are tried in their order, which carries no other meaning
 */
public record Gateway(
        String name, String port, Optional<String> sticky, List<String> virtualHosts, Map<String, Route> routes)
        implements Artifact {

    private static final int HIGHEST_PORT = 65535;

    /** A gateway without sticky sessions. */
    public Gateway(String name, String port, List<String> virtualHosts, Map<String, Route> routes) {
        this(name, port, Optional.empty(), virtualHosts, routes);
    }

    public static Gateway read(Dsl dsl) {
        dsl.ignore("lookup_name", "internal", "deployed", "service");
        String name = dsl.requiredText("name");
        if (name.split("/", -1).length > 4) {
            throw VampError.wrong("Unsupported gateway name: '" + name
                    + "'. Must be either in format '$gateway', '$deployment/$port' or '$deployment/$cluster/$port'.");
        }
        for (String segment : name.split("/", -1)) {
            Dsl.checkedName(segment);
        }
        // An internal one that has just come has none, and may be put back as it is.
        return body(name, checkedPort(dsl.requiredText("port"), isInternal(name) ? 0 : 1), dsl);
    }

    /** A port as it may be given, so that the data plane can listen on it. */
    static String checkedPort(String port, int lowest) {
        if (!port.matches("\\d{1,5}(/(http|tcp))?") || numberOf(port) < lowest || numberOf(port) > HIGHEST_PORT) {
            throw VampError.wrong("Unsupported gateway port: '" + port + "'. Must be a number from 1 to " + HIGHEST_PORT
                    + ", alone or with '/http' or '/tcp'.");
        }
        return port;
    }

    private static int numberOf(String port) {
        return Integer.parseInt(port.replaceAll("/.*", ""));
    }

    /** A gateway's routes and the like, whose name and port are known from elsewhere. */
    static Gateway body(String name, String port, Dsl dsl) {
        dsl.ignore("port");
        Optional<String> sticky = sticky(dsl, port);
        Set<String> hosts = new LinkedHashSet<>();
        dsl.list("virtual_hosts").forEach(host -> hosts.add(Dsl.asText("virtual_hosts", host)));
        Gateway gateway = new Gateway(name, port, sticky, List.copyOf(hosts), routes(dsl));
        gateway.checkWeights();
        return gateway;
    }

    private static Optional<String> sticky(Dsl dsl, String port) {
        String sticky = dsl.text("sticky").orElse("none");
        if (!sticky.matches("none|route|instance")) {
            throw VampError.wrong("Illegal routing sticky value: '" + sticky + "'.");
        }
        if (sticky.equals("none")) {
            return Optional.empty();
        }
        if (port.endsWith("/tcp")) {
            throw VampError.wrong("Sticky sessions are not allowed for TCP port: '" + port + "'.");
        }
        return Optional.of(sticky);
    }

    private static Map<String, Route> routes(Dsl dsl) {
        Map<String, Route> routes = new LinkedHashMap<>();
        Object given = dsl.peek("routes").orElse(List.of());
        if (given instanceof Map) {
            readRoutes(dsl.object("routes").orElseThrow(), routes);
        } else {
            for (Object element : dsl.list("routes")) {
                if (element instanceof Dsl one) {
                    readRoutes(one, routes);
                } else {
                    routes.put(checkedPath(Dsl.asText("routes", element)), Route.BARE);
                }
            }
        }
        return routes;
    }

    private static void readRoutes(Dsl dsl, Map<String, Route> routes) {
        for (String path : dsl.allKeys()) {
            if (!dsl.has(path)) {
                routes.put(checkedPath(path), Route.BARE);
            } else if (dsl.peek(path).orElseThrow() instanceof Map) {
                routes.put(checkedPath(path), Route.read(dsl.object(path).orElseThrow()));
            } else {
                routes.put(checkedPath(path), Route.reference(dsl.requiredText(path)));
            }
        }
    }

    private static String checkedPath(String path) {
        boolean known = path.startsWith("[")
                ? path.matches("\\[[^\\[\\]\\s]+:\\d{1,5}]") && portOf(path) <= HIGHEST_PORT
                : path.split("/", -1).length <= 4;
        if (!known) {
            throw VampError.wrong("Unsupported route path: '" + path
                    + "'. Must be one of: '$gateway', '$deployment/$port' or '$deployment/$cluster/$port'.");
        }
        return path;
    }

    private static int portOf(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1, address.length() - 1));
    }

    private void checkWeights() {
        int sum = routes.values().stream()
                .mapToInt(route -> route.weight().orElse(0))
                .sum();
        boolean anyGiven =
                routes.values().stream().anyMatch(route -> route.weight().isPresent());
        if (anyGiven && sum != 0 && sum != 100) {
            throw VampError.wrong("Total route weight must be either 0% or 100%: " + name + ".");
        }
    }

    /**
     * The gateway with a weight for every route: those without one share equally what is left of 100, the last one takes the remainder, and
     * they come first (facts 3.5).
     */
    public Gateway withComputedWeights() {
        List<String> open = routes.entrySet().stream()
                .filter(route -> route.getValue().weight().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        if (open.isEmpty()) {
            return this;
        }
        int left = 100
                - routes.values().stream()
                        .mapToInt(route -> route.weight().orElse(0))
                        .sum();
        int share = left / open.size();
        Map<String, Route> weighted = new LinkedHashMap<>();
        for (String path : open) {
            boolean last = path.equals(open.get(open.size() - 1));
            weighted.put(path, routes.get(path).withWeight(last ? left - share * (open.size() - 1) : share));
        }
        routes.forEach(weighted::putIfAbsent);
        return withRoutes(weighted);
    }

    /** The gateway with Vamp's own virtual host before the given ones. */
    public Gateway withDefaultVirtualHost() {
        String[] segments = name.split("/");
        StringBuilder host = new StringBuilder();
        for (int i = segments.length - 1; i >= 0; i--) {
            host.append(segments[i].replaceAll("[^A-Za-z0-9]", "-")).append('.');
        }
        Set<String> hosts = new LinkedHashSet<>(List.of(host + "vamp"));
        hosts.addAll(virtualHosts);
        return new Gateway(name, port, sticky, List.copyOf(hosts), routes);
    }

    public Gateway withPort(String newPort) {
        return new Gateway(name, newPort, sticky, virtualHosts, routes);
    }

    public Gateway withRoutes(Map<String, Route> newRoutes) {
        return new Gateway(name, port, sticky, virtualHosts, newRoutes);
    }

    /**
     * The gateway with everything that its routes refer to in place of the references.
     *
     * @throws VampError if anything of it is not stored, or its weights do not fit any more
     */
    public Gateway resolved(References references) {
        Map<String, Route> resolved = new LinkedHashMap<>();
        routes.forEach((path, route) -> resolved.put(path, route.resolved(references)));
        Gateway gateway = withRoutes(resolved);
        gateway.checkWeights();
        return gateway;
    }

    public boolean isTcp() {
        return port.endsWith("/tcp");
    }

    /** HTTP is what is meant where no type is given. */
    private String portWithType() {
        return port.contains("/") ? port : port + "/http";
    }

    public boolean isInternal() {
        return isInternal(name);
    }

    private static boolean isInternal(String name) {
        return name.split("/").length == 3;
    }

    public int portNumber() {
        return numberOf(port);
    }

    public String lookupName() {
        return LookupName.ofGateway(name);
    }

    public String lookupName(String route) {
        return LookupName.ofRoute(name, route);
    }

    @Override
    public String kind() {
        return "gateway";
    }

    @Override
    public Map<String, Object> tree() {
        return tree(Status.NONE);
    }

    /**
     * What the synchronisation has made of a gateway.
     *
     * @param service where it listens, once that is assigned
     * @param deployed whether it is in the data plane's configuration
     * @param targets per route, where its requests go
     */
    public record Status(Optional<String> service, boolean deployed, Map<String, List<Target>> targets) {

        public static final Status NONE = new Status(Optional.empty(), false, Map.of());
    }

    /**
     * Where a route's requests go: an instance, another gateway, or a plain address.
     *
     * @param tree the form in which the answer shows it
     */
    public record Target(String name, String host, int port, Map<String, Object> tree) {}

    /** The answer's form, with what the synchronisation has made of it. */
    public Map<String, Object> tree(Status status) {
        Map<String, Object> tree =
                Tree.of("name", name, "kind", kind(), "lookup_name", lookupName(), "internal", isInternal());
        status.service().ifPresent(host -> tree.put("service", Tree.of("host", host, "port", portWithType())));
        tree.put("deployed", status.deployed());
        tree.put("port", port);
        tree.putAll(bodyTree(name, status.targets()));
        return tree;
    }

    /** The form inside a blueprint, where a gateway has a port and no name. */
    Map<String, Object> blueprintTree() {
        Map<String, Object> tree = Tree.of("port", port);
        tree.putAll(bodyTree("", Map.of()));
        return tree;
    }

    /** The form inside a cluster: routes go by the names of services. */
    Map<String, Object> clusterTree() {
        Map<String, Object> tree = Tree.of("sticky", sticky.orElse(null), "virtual_hosts", virtualHosts);
        Map<String, Object> routeTrees = new LinkedHashMap<>();
        routes.forEach((path, route) -> {
            String[] segments = path.split("/");
            routeTrees.put(segments.length == 4 ? segments[2] : path, route.tree(lookupName(path)));
        });
        tree.put("routes", routeTrees);
        return tree;
    }

    private Map<String, Object> bodyTree(String nameForLookup, Map<String, List<Target>> targets) {
        Map<String, Object> routeTrees = new LinkedHashMap<>();
        routes.forEach((path, route) -> {
            Map<String, Object> tree = route.tree(LookupName.ofRoute(nameForLookup, path));
            List<Target> to = targets.getOrDefault(path, List.of());
            if (!to.isEmpty()) {
                tree.put("targets", to.stream().map(Target::tree).toList());
            }
            routeTrees.put(path, tree);
        });
        return Tree.of("sticky", sticky.orElse(null), "virtual_hosts", virtualHosts, "routes", routeTrees);
    }
}
