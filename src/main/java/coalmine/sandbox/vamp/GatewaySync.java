package coalmine.sandbox.vamp;

import coalmine.sandbox.gateway.DataPlane;
import coalmine.sandbox.gateway.Frontend;
import coalmine.sandbox.vamp.Gateways.Entry;
import coalmine.sandbox.vamp.artifact.Deployment.Instance;
import coalmine.sandbox.vamp.artifact.Gateway;
import coalmine.sandbox.vamp.artifact.Gateway.Status;
import coalmine.sandbox.vamp.artifact.Tree;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings the data plane's configuration in step with the gateways (facts 3.4). */
final class GatewaySync {

    /** Facts 3.4: {@code vamp.operation.gateway.port-range}. */
    private static final int FIRST_PORT = 40000;

    private static final int LAST_PORT = 45000;

    private final Gateways gateways;
    private final Deployments deployments;
    private final DataPlane dataPlane;
    private final Archive archive;
    private final String host;
    private final VampVersion version;
    private int nextPort = FIRST_PORT;
    private final Map<String, Map<String, Object>> inDataPlane = new LinkedHashMap<>();
    private final Map<String, String> failed = new LinkedHashMap<>();

    GatewaySync(
            Gateways gateways,
            Deployments deployments,
            DataPlane dataPlane,
            Archive archive,
            String host,
            VampVersion version) {
        this.gateways = gateways;
        this.deployments = deployments;
        this.dataPlane = dataPlane;
        this.archive = archive;
        this.host = host;
        this.version = version;
    }

    /** One round for all gateways. */
    Future<Void> round() {
        for (Entry entry : gateways.visible()) {
            synchronize(entry);
        }
        List<Frontend> frontends = new ArrayList<>();
        Map<String, Map<String, Object>> deployed = new LinkedHashMap<>();
        for (Entry entry : gateways.visible()) {
            if (entry.status().deployed()) {
                frontends.add(Frontends.of(entry));
                deployed.put(entry.gateway().name(), dump(entry.gateway()));
            }
        }
        return dataPlane.configure(frontends).map(failures -> {
            frontends.forEach(frontend -> {
                String failure = failures.get(frontend.lookupName());
                if (failure != null) {
                    deployed.remove(frontend.name());
                    announceFailure(frontend.name(), failure);
                }
            });
            announce(deployed);
            return null;
        });
    }

    private void synchronize(Entry entry) {
        Gateway gateway = entry.gateway();
        Map<String, List<Gateway.Target>> targets = new LinkedHashMap<>();
        gateway.routes().keySet().forEach(path -> targets.put(path, targets(path)));
        if (gateway.isInternal() && gateway.portNumber() == 0) {
            gateways.update(gateway.withPort(freePort() + (gateway.isTcp() ? "/tcp" : "/http")), Status.NONE);
            return;
        }
        boolean deployed = !gateway.isInternal() || isReady(targets);
        gateways.update(gateway, new Status(Optional.of(host), deployed, targets));
    }

    /** The defect of 0.9.2: every route must have an instance, even one of 0% (facts 3.4); since 0.9.5.6 one is enough. */
    private boolean isReady(Map<String, List<Gateway.Target>> targets) {
        return version.isMended()
                ? targets.values().stream().anyMatch(instances -> !instances.isEmpty())
                : targets.values().stream().noneMatch(List::isEmpty);
    }

    /** Where a route leads, by the number of its path's segments (facts 1.6). */
    private List<Gateway.Target> targets(String path) {
        if (path.startsWith("[")) {
            String address = path.substring(1, path.length() - 1);
            int colon = address.lastIndexOf(':');
            return List.of(new Gateway.Target(
                    address,
                    address.substring(0, colon),
                    Integer.parseInt(address.substring(colon + 1)),
                    Tree.of("url", address)));
        }
        String[] segments = path.split("/");
        if (segments.length == 4) {
            return instances(segments, path);
        }
        return gateways.find(path)
                .filter(Entry::visible)
                .map(Entry::gateway)
                .filter(gateway -> gateway.portNumber() > 0)
                .map(gateway -> List.of(new Gateway.Target(
                        path, host, gateway.portNumber(), Tree.of("name", path, "port", gateway.portNumber()))))
                .orElse(List.of());
    }

    private List<Gateway.Target> instances(String[] segments, String path) {
        List<Gateway.Target> targets = new ArrayList<>();
        List<Instance> instances = deployments
                .find(new ServiceId(segments[0], segments[1], segments[2]))
                .map(service -> service.instances())
                .orElse(List.of());
        for (Instance instance : instances) {
            Integer port = instance.ports().get(segments[3]);
            if (port != null) {
                targets.add(new Gateway.Target(
                        instance.name(),
                        instance.host(),
                        port,
                        Tree.of("name", instance.name(), "host", instance.host(), "port", port)));
            }
        }
        return targets;
    }

    /** The counter only grows (facts 3.4); a port that somebody else holds is passed over (observed, last section). */
    private int freePort() {
        while (nextPort <= LAST_PORT) {
            int port = nextPort++;
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(host))) {
                return probe.getLocalPort();
            } catch (IOException inUse) {
                continue;
            }
        }
        throw new IllegalStateException("no free gateway port between " + FIRST_PORT + " and " + LAST_PORT);
    }

    /** A gateway that cannot listen says so once, as an event, and again only if there is another reason. */
    private void announceFailure(String name, String failure) {
        if (!failure.equals(failed.put(name, failure))) {
            archive.gateway(name, "failed", failure);
        }
    }

    private void announce(Map<String, Map<String, Object>> deployed) {
        failed.keySet().removeAll(deployed.keySet());
        List.copyOf(inDataPlane.keySet()).forEach(name -> {
            if (!deployed.containsKey(name)) {
                archive.gateway(name, "undeployed", inDataPlane.remove(name));
            }
        });
        deployed.forEach((name, dump) -> {
            if (inDataPlane.put(name, dump) == null) {
                archive.gateway(name, "deployed", dump);
            }
        });
    }

    /** Vamp sends its own inner form here, which no client should read (facts 4.2); ours is as good as any. */
    private static Map<String, Object> dump(Gateway gateway) {
        return Tree.of(
                "name", gateway.name(),
                "port", Tree.of("value", gateway.port(), "number", gateway.portNumber()),
                "virtualHosts", gateway.virtualHosts());
    }
}
