package coalmine.sandbox.vamp;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.vamp.MarathonDriver.App;
import coalmine.sandbox.vamp.MarathonDriver.Task;
import coalmine.sandbox.vamp.artifact.Breed;
import coalmine.sandbox.vamp.artifact.Deployment;
import coalmine.sandbox.vamp.artifact.Deployment.Instance;
import coalmine.sandbox.vamp.artifact.Deployment.Intention;
import coalmine.sandbox.vamp.artifact.Deployment.Phase;
import coalmine.sandbox.vamp.artifact.Deployment.Service;
import coalmine.sandbox.vamp.artifact.Tree;
import coalmine.time.PlatformDuration;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings Marathon's apps in step with what is wanted of the services: one action for each service in a round (facts 3.2).
 */
final class DeploymentSync {

    /** Counted from when the intention was set, which makes it a trap for services that are older when they lose an instance; since 0.9.5.6 from when the phase began (facts 3.2). */
    private static final PlatformDuration READY_TIMEOUT = PlatformDuration.seconds(600);

    private final Deployments deployments;
    private final Gateways gateways;
    private final Environments environments;
    private final MarathonDriver marathon;
    private final Archive archive;
    private final SandboxClock clock;
    private final VampVersion version;
    /** The services that are being repaired: they were done once since the intention was set. */
    private final Set<ServiceId> repairing = new HashSet<>();

    DeploymentSync(
            Deployments deployments,
            Gateways gateways,
            Environments environments,
            MarathonDriver marathon,
            Archive archive,
            SandboxClock clock,
            VampVersion version) {
        this.deployments = deployments;
        this.environments = environments;
        this.gateways = gateways;
        this.marathon = marathon;
        this.archive = archive;
        this.clock = clock;
        this.version = version;
    }

    /** One round for all services. */
    Future<Void> round() {
        if (deployments.services().isEmpty()) {
            return Future.succeededFuture();
        }
        return marathon.apps()
                .compose(apps -> Future.join(deployments.services().stream()
                                .map(id -> step(id, Optional.ofNullable(apps.get(id.appId()))))
                                .toList())
                        .mapEmpty());
    }

    /** Looks at one service at once, because Marathon said that something about its app has succeeded. */
    Future<Void> look(String appId) {
        return deployments.services().stream()
                .filter(id -> id.appId().equals(appId))
                .findFirst()
                .map(id -> marathon.app(appId + "?embed=apps.tasks").compose(app -> step(id, app)))
                .orElseGet(Future::succeededFuture);
    }

    private Future<Void> step(ServiceId id, Optional<App> app) {
        Optional<Service> found = deployments.find(id);
        if (found.isEmpty() || found.get().status().phase() == Phase.FAILED) {
            return Future.succeededFuture();
        }
        Service service = found.get();
        if (service.status().phase() != Phase.DONE && isOverdue(service)) {
            deployments.change(
                    id,
                    it -> it.with(it.status()
                            .failed(
                                    "Operation timed out: the service is not ready after " + READY_TIMEOUT,
                                    clock.now())));
            return Future.succeededFuture();
        }
        return service.status().is(Intention.UNDEPLOYMENT) ? undeploy(id, app) : deploy(id, service, app);
    }

    private boolean isOverdue(Service service) {
        Instant since = version.isMended()
                ? service.status().phaseSince()
                : service.status().since();
        return clock.now().isAfter(since.plus(READY_TIMEOUT.value()));
    }

    private Future<Void> undeploy(ServiceId id, Optional<App> app) {
        if (app.isPresent()) {
            phase(id, Phase.UPDATING);
            return marathon.delete(id.appId());
        }
        deployments.remove(id);
        repairing.remove(id);
        archive.synchronization(id, "undeployed");
        return Future.succeededFuture();
    }

    private Future<Void> deploy(ServiceId id, Service service, Optional<App> app) {
        if (service.status().phase() == Phase.INITIATED) {
            repairing.remove(id);
        }
        boolean inStep = app.isPresent()
                && app.get().tasks().size() == service.scale().instances()
                && instances(service, app.get()).equals(Set.copyOf(service.instances()))
                && service.instances().stream().allMatch(Instance::deployed);
        if (inStep) {
            return done(id, service);
        }
        if (service.status().phase() == Phase.DONE) {
            repairing.add(id);
        }
        phase(id, Phase.UPDATING);
        if (app.isEmpty()) {
            return create(id, service);
        }
        if (app.get().tasks().size() != service.scale().instances()) {
            if (service.status().phase() == Phase.DONE) {
                announceRepair(id);
            }
            return correct(id, service);
        }
        if (!Set.copyOf(service.instances()).equals(instances(service, app.get()))) {
            announceRepair(id);
            deployments.change(id, it -> it.with(List.copyOf(instances(service, app.get()))));
        }
        return Future.succeededFuture();
    }

    /** What a service is told of others costs a round of its own, and has to wait for them (facts 3.2, number 1). */
    private Future<Void> create(ServiceId id, Service service) {
        Deployment deployment = deployments.find(id.deployment()).orElseThrow();
        if (!environments.areKnown(deployment, service)) {
            return Future.succeededFuture();
        }
        if (service.interpolated().isEmpty()
                && !service.breed().environmentVariables().isEmpty()) {
            Map<String, String> values = environments.interpolated(deployment, id.cluster(), service);
            deployments.change(id, it -> it.withInterpolated(values));
            return Future.succeededFuture();
        }
        announceRepair(id);
        return marathon.create(app(id, service));
    }

    private Future<Void> done(ServiceId id, Service service) {
        if (service.status().phase() != Phase.DONE) {
            repairing.remove(id);
            phase(id, Phase.DONE);
            gateways.show(id.deployment(), id.cluster());
            archive.synchronization(id, "deployed");
        }
        return Future.succeededFuture();
    }

    /** Each change that a repair makes is announced: a lost instance, for one, twice (observed, "Each change of scale"). */
    private void announceRepair(ServiceId id) {
        if (repairing.contains(id)) {
            archive.synchronization(id, "redeploy");
        }
    }

    private void phase(ServiceId id, Phase phase) {
        deployments.change(id, it -> it.with(it.status().in(phase, clock.now())));
    }

    private static Set<Instance> instances(Service service, App app) {
        List<String> names = List.copyOf(service.breed().ports().keySet());
        Set<Instance> instances = new LinkedHashSet<>();
        for (Task task : app.tasks()) {
            Map<String, Integer> ports = new LinkedHashMap<>();
            for (int i = 0; i < Math.min(names.size(), task.ports().size()); i++) {
                ports.put(names.get(i), task.ports().get(i));
            }
            instances.add(new Instance(task.id(), task.host(), ports, task.started()));
        }
        return instances;
    }

    /** Vamp reads the app again, and sends what differs from its own idea of it; nothing if nothing does. */
    private Future<Void> correct(ServiceId id, Service service) {
        return marathon.app(id.appId()).compose(app -> {
            if (app.isEmpty()) {
                return Future.succeededFuture();
            }
            Map<String, Object> differing = new LinkedHashMap<>();
            if (app.get().instances() != service.scale().instances()) {
                differing.put("instances", service.scale().instances());
            }
            if (app.get().cpus() != service.scale().cpu()) {
                differing.put("cpus", service.scale().cpu());
            }
            long mem = Math.round(service.scale().memory());
            if (!app.get().mem().equals(Optional.of(mem))) {
                differing.put("mem", mem);
            }
            return differing.isEmpty() ? Future.succeededFuture() : marathon.update(id.appId(), differing);
        });
    }

    /** What Vamp says of an app, and where it says nothing what the service's dialect says. */
    private Object app(ServiceId id, Service service) {
        Deployment deployment = deployments.find(id.deployment()).orElseThrow();
        Object dialect = Tree.merged(portsOfCommand(service), environments.dialect(deployment, id.cluster(), service));
        return Tree.merged(dialect, payload(id, service, deployment));
    }

    /** Vamp leaves it to the dialect to ask for a command's ports; with as many as the breed has, gateways find the instances without one. */
    private static Map<String, Object> portsOfCommand(Service service) {
        return service.breed().type().equals(Breed.COMMAND)
                ? Tree.of(
                        "ports",
                        service.breed().ports().keySet().stream().map(port -> 0).toList())
                : Map.of();
    }

    private Map<String, Object> payload(ServiceId id, Service service, Deployment deployment) {
        List<Object> mappings = new ArrayList<>();
        service.breed()
                .ports()
                .values()
                .forEach(port ->
                        mappings.add(Tree.of("containerPort", containerPort(port), "hostPort", 0, "protocol", "tcp")));
        List<Object> parameters = service.arguments().stream()
                .filter(argument -> !argument.getKey().equals("privileged"))
                .<Object>map(argument -> Tree.of("key", argument.getKey(), "value", argument.getValue()))
                .toList();
        Map<String, Object> env = new LinkedHashMap<>();
        deployment
                .effectiveEnvironment(id.cluster(), service)
                .forEach((name, value) -> env.put(containerName(name), value));
        Map<String, Object> payload = Tree.of("id", id.appId());
        if (service.breed().type().equals(Breed.COMMAND)) {
            payload.put("cmd", service.breed().definition());
        } else {
            payload.put(
                    "container",
                    Tree.of(
                            "docker",
                            Tree.of(
                                    "image",
                                    service.breed().definition(),
                                    "portMappings",
                                    mappings,
                                    "parameters",
                                    parameters,
                                    "privileged",
                                    isPrivileged(service),
                                    "network",
                                    "BRIDGE"),
                            "type",
                            "DOCKER"));
        }
        payload.putAll(Tree.of(
                "instances", service.scale().instances(),
                "cpus", service.scale().cpu(),
                "mem", Math.round(service.scale().memory()),
                "env", env,
                "args", null,
                "labels", Tree.of("deployment", id.deployment(), "cluster", id.cluster(), "service", id.breed()),
                "constraints", List.of()));
        return payload;
    }

    private static boolean isPrivileged(Service service) {
        return service.arguments().stream()
                .anyMatch(argument -> argument.getKey().equals("privileged")
                        && argument.getValue().equals("true"));
    }

    /** {@code NAME[ALIAS]} is called ALIAS inside the container (facts 1.2). */
    private static String containerName(String variable) {
        int bracket = variable.indexOf('[');
        return bracket < 0 ? variable : variable.substring(bracket + 1, variable.length() - 1);
    }

    private static int containerPort(String port) {
        try {
            return Integer.parseInt(port.replaceAll("/.*", ""));
        } catch (NumberFormatException e) {
            return 0; // Vamp takes any text for a port (recording A-100)
        }
    }
}
