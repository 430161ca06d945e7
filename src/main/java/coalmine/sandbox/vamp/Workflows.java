package coalmine.sandbox.vamp;

import coalmine.sandbox.vamp.artifact.Breed;
import coalmine.sandbox.vamp.artifact.LookupName;
import coalmine.sandbox.vamp.artifact.Scale;
import coalmine.sandbox.vamp.artifact.Schedule;
import coalmine.sandbox.vamp.artifact.Tree;
import coalmine.sandbox.vamp.artifact.VampError;
import coalmine.sandbox.vamp.artifact.Workflow;
import coalmine.sandbox.vamp.artifact.Workflow.Status;
import io.vertx.core.Future;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The workflows of this Vamp, and their synchronisation with the apps that run them (facts 6.1). */
final class Workflows {

    private static final Logger LOG = LoggerFactory.getLogger(Workflows.class);
    private static final String IMAGE = "magneticio/vamp-workflow-agent:";
    /** The official images' settings (facts 6.1, 6.3). */
    private static final Scale DEFAULT_SCALE = new Scale(0.1, 128, 1);

    private static final String DEFAULT_NETWORK = "HOST";

    private final Map<String, Workflow> workflows = new LinkedHashMap<>();
    /** The scripts as they were when their workflows were started: the key-value store that the agents read. */
    private final Map<String, String> scripts;

    private final Store store;
    private final MarathonDriver marathon;
    private final Archive archive;
    private final Triggers triggers;
    private final String vampAddress;
    private final String keyValueStore;
    private final VampVersion version;
    /** Workflows whose app was asked for and may not be there yet. */
    private final Set<String> starting = new HashSet<>();

    /**
     * @param scripts where they are put for the agents to read, by path: what is in the key-value store
     * @param vampAddress host and port of this Vamp's API
     * @param keyValueStore host and port of the key-value store
     */
    Workflows(
            Store store,
            MarathonDriver marathon,
            Archive archive,
            Triggers triggers,
            Map<String, String> scripts,
            String vampAddress,
            String keyValueStore,
            VampVersion version) {
        this.store = store;
        this.marathon = marathon;
        this.archive = archive;
        this.triggers = triggers;
        this.scripts = scripts;
        this.vampAddress = vampAddress;
        this.keyValueStore = keyValueStore;
        this.version = version;
    }

    List<Workflow> all() {
        return List.copyOf(workflows.values());
    }

    Optional<Workflow> find(String name) {
        return Optional.ofNullable(workflows.get(name));
    }

    void put(Workflow workflow) {
        workflows.put(workflow.name(), workflow);
    }

    /**
     * Has a workflow removed by the coming rounds.
     *
     * @return whether there is one
     */
    boolean delete(String name) {
        return workflows.computeIfPresent(name, (it, workflow) -> workflow.withStatus(Status.STOPPING)) != null;
    }

    /** One round for all workflows. */
    Future<Void> round() {
        return Future.join(all().stream().map(this::step).toList()).mapEmpty();
    }

    private Future<Void> step(Workflow workflow) {
        if (workflow.status() == Status.SUSPENDED) {
            triggers.disarm(workflow.name());
            return marathon.app(appId(workflow))
                    .compose(app -> app.isPresent() ? marathon.delete(appId(workflow)) : none());
        }
        return marathon.app(appId(workflow)).compose(app -> {
            // It may have been changed while Marathon was asked.
            if (workflows.get(workflow.name()) != workflow) {
                return none();
            }
            if (workflow.schedule() instanceof Schedule.OnEvent && !version.isMended()) {
                return stepNever(workflow);
            }
            if (!workflow.isDaemon()) {
                return stepOnce(workflow, app);
            }
            return switch (workflow.status()) {
                case STARTING -> app.isPresent() ? running(workflow) : start(workflow);
                case RUNNING -> app.isPresent() ? none() : start(workflow);
                case STOPPING -> app.isPresent() ? marathon.delete(appId(workflow)) : removed(workflow);
                case SUSPENDING -> app.isPresent() ? marathon.delete(appId(workflow)) : suspended(workflow);
                case RESTARTING -> app.isPresent() ? marathon.delete(appId(workflow)) : restarted(workflow);
                case SUSPENDED -> none();
            };
        });
    }

    /** The defect of 0.9.2: an event starts nothing. The first one makes the workflow running, and one that is deleted stays about to stop for ever (facts 6.2). */
    private Future<Void> stepNever(Workflow workflow) {
        if (workflow.status() == Status.STARTING) {
            triggers.arm(workflow.name(), workflow.schedule(), this::look);
            return triggers.take(workflow.name()) ? running(workflow) : none();
        }
        triggers.disarm(workflow.name());
        return none();
    }

    /**
     * A workflow that waits for an event or a time. Each run is an app of its own, which is deleted when its script has ended: what Chronos is to
     * Vamp.
     */
    private Future<Void> stepOnce(Workflow workflow, Optional<MarathonDriver.App> app) {
        boolean wanted = workflow.status() == Status.STARTING || workflow.status() == Status.RUNNING;
        if (wanted) {
            triggers.arm(workflow.name(), workflow.schedule(), this::look);
        } else {
            triggers.disarm(workflow.name());
        }
        return switch (workflow.status()) {
            case STARTING -> running(workflow);
            case RUNNING ->
                app.isEmpty() && !starting.contains(workflow.name()) && triggers.take(workflow.name())
                        ? startOnce(workflow)
                        : none();
            case STOPPING -> app.isPresent() ? marathon.delete(appId(workflow)) : removed(workflow);
            case SUSPENDING -> app.isPresent() ? marathon.delete(appId(workflow)) : suspended(workflow);
            case RESTARTING -> app.isPresent() ? marathon.delete(appId(workflow)) : restarted(workflow);
            case SUSPENDED -> none();
        };
    }

    private Future<Void> startOnce(Workflow workflow) {
        starting.add(workflow.name());
        return start(workflow).onComplete(started -> starting.remove(workflow.name()));
    }

    /** Looks at one workflow at once, because what it waits for has come. */
    private void look(String name) {
        find(name)
                .ifPresent(workflow -> step(workflow)
                        .onFailure(
                                error -> LOG.warn("looking at workflow " + name + " failed: " + error.getMessage())));
    }

    /** A task has ended: the run of a workflow that is no daemon is over, and the next may begin. */
    void taskEnded(String appId) {
        workflows.values().stream()
                .filter(workflow -> !workflow.isDaemon() && appId.equals("/" + appId(workflow)))
                .findFirst()
                .ifPresent(workflow -> marathon.delete(appId(workflow)).onSuccess(gone -> look(workflow.name())));
    }

    void close() {
        triggers.close();
    }

    private Future<Void> start(Workflow workflow) {
        Optional<Breed> breed = breed(workflow);
        if (breed.isEmpty()) {
            return none(); // its breed was deleted; Vamp's own round fails on it as well, again and again
        }
        String path = keyValuePath(workflow);
        scripts.put(path, breed.get().definition());
        Scale scale = workflow.scale()
                .flatMap(it -> it.inline().or(() -> store.scale(it.reference().orElseThrow())))
                .orElse(DEFAULT_SCALE);
        Workflow scheduled = workflow.scheduled(
                environment(workflow, breed.get()), scale, workflow.network().orElse(DEFAULT_NETWORK));
        workflows.put(workflow.name(), scheduled);
        return marathon.create(payload(scheduled, breed.get(), scale));
    }

    private Future<Void> running(Workflow workflow) {
        workflows.put(workflow.name(), completed(workflow).withStatus(Status.RUNNING));
        archive.workflow(workflow.name(), "scheduled");
        return none();
    }

    /** A workflow that was put anew while its app runs shows the defaults as before; its container is left alone (facts 6.1). */
    private Workflow completed(Workflow workflow) {
        return breed(workflow)
                .map(breed -> workflow.scheduled(
                        environment(workflow, breed),
                        workflow.scale().flatMap(it -> it.inline()).orElse(DEFAULT_SCALE),
                        workflow.network().orElse(DEFAULT_NETWORK)))
                .orElse(workflow);
    }

    private Future<Void> removed(Workflow workflow) {
        workflows.remove(workflow.name());
        scripts.remove(keyValuePath(workflow));
        archive.deleted("workflows", workflow.name());
        archive.workflow(workflow.name(), "unscheduled");
        return none();
    }

    private Future<Void> suspended(Workflow workflow) {
        workflows.put(workflow.name(), workflow.withStatus(Status.SUSPENDED));
        archive.workflow(workflow.name(), "unscheduled");
        return none();
    }

    private Future<Void> restarted(Workflow workflow) {
        archive.workflow(workflow.name(), "unscheduled");
        workflows.put(workflow.name(), workflow.withStatus(Status.STARTING));
        return none();
    }

    private Optional<Breed> breed(Workflow workflow) {
        return workflow.breed()
                .inline()
                .or(() -> store.breed(workflow.breed().reference().orElseThrow()));
    }

    /**
     * Checks a workflow that a client sends.
     *
     * @throws VampError if its inline breed does not declare a variable that it sets (facts 1.7)
     */
    static void check(Workflow workflow) {
        workflow.breed()
                .inline()
                .ifPresent(breed -> workflow.environment().keySet().forEach(variable -> {
                    if (!breed.environmentVariables().containsKey(variable)) {
                        throw VampError.wrong("Unresolved reference '" + variable + "' in breed '" + breed.name()
                                + " -> " + breed.definition() + "'. Check if breed dependency is declared.");
                    }
                }));
    }

    private Map<String, String> environment(Workflow workflow, Breed breed) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("VAMP_WORKFLOW_EXECUTION_TIMEOUT", "10");
        environment.put("VAMP_KEY_VALUE_STORE_CONNECTION", keyValueStore);
        environment.put("VAMP_KEY_VALUE_STORE_PATH", keyValuePath(workflow));
        // One that is started by an event or a time is done when its script is.
        environment.put("VAMP_WORKFLOW_EXECUTION_PERIOD", workflow.isDaemon() ? "60" : "0");
        environment.put("VAMP_KEY_VALUE_STORE_TYPE", "zookeeper");
        environment.put("VAMP_URL", "http://" + vampAddress);
        breed.environmentVariables().forEach((name, value) -> value.ifPresent(text -> environment.put(name, text)));
        workflow.environment().forEach((name, value) -> value.ifPresent(text -> environment.put(name, text)));
        return environment;
    }

    private static String keyValuePath(Workflow workflow) {
        return "/vamp/workflows/" + workflow.name();
    }

    private static String appId(Workflow workflow) {
        return "vamp/workflow-" + LookupName.ofAppGroup(workflow.name());
    }

    private Map<String, Object> payload(Workflow workflow, Breed breed, Scale scale) {
        Map<String, Object> env = new LinkedHashMap<>();
        workflow.environment().forEach((name, value) -> env.put(name, value.orElse("")));
        return Tree.of(
                "id", appId(workflow),
                "container",
                        Tree.of(
                                "docker",
                                Tree.of(
                                        "image", IMAGE + version,
                                        "portMappings", List.of(),
                                        "parameters", List.of(),
                                        "privileged", false,
                                        "network", workflow.network().orElse(DEFAULT_NETWORK)),
                                "type",
                                "DOCKER"),
                "instances", scale.instances(),
                "cpus", scale.cpu(),
                "mem", Math.round(scale.memory()),
                "env", env,
                "args", null,
                "labels", Tree.of("workflow", workflow.name(), "breed", breed.name()),
                "constraints", List.of());
    }

    private static Future<Void> none() {
        return Future.succeededFuture();
    }
}
