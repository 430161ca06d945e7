package coalmine.sandbox.vamp;

import coalmine.sandbox.vamp.Deployments.Effect;
import coalmine.sandbox.vamp.Gateways.Verb;
import coalmine.sandbox.vamp.artifact.Artifact;
import coalmine.sandbox.vamp.artifact.Blueprint;
import coalmine.sandbox.vamp.artifact.Breed;
import coalmine.sandbox.vamp.artifact.Condition;
import coalmine.sandbox.vamp.artifact.Deployment;
import coalmine.sandbox.vamp.artifact.Deployment.BreedForm;
import coalmine.sandbox.vamp.artifact.Documents;
import coalmine.sandbox.vamp.artifact.Dsl;
import coalmine.sandbox.vamp.artifact.Escalation;
import coalmine.sandbox.vamp.artifact.Gateway;
import coalmine.sandbox.vamp.artifact.Rewrite;
import coalmine.sandbox.vamp.artifact.Route;
import coalmine.sandbox.vamp.artifact.Scale;
import coalmine.sandbox.vamp.artifact.Sla;
import coalmine.sandbox.vamp.artifact.VampError;
import coalmine.sandbox.vamp.artifact.Workflow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reading and writing artifacts of every kind, one by one or several in one request (facts 2.3, 2.4). */
final class ArtifactApi {

    private static final Set<String> KINDS = Set.of(
            "breed",
            "scale",
            "blueprint",
            "gateway",
            "workflow",
            "deployment",
            "sla",
            "escalation",
            "route",
            "condition",
            "rewrite");

    private final Store store;
    private final Gateways gateways;
    private final Deployments deployments;
    private final Workflows workflows;
    private final Archive archive;
    private final String host;

    ArtifactApi(
            Store store,
            Gateways gateways,
            Deployments deployments,
            Workflows workflows,
            Archive archive,
            String host) {
        this.store = store;
        this.gateways = gateways;
        this.deployments = deployments;
        this.workflows = workflows;
        this.archive = archive;
        this.host = host;
    }

    /** Several documents at once: each is handed to its kind, and what fails does not hinder the others (facts 2.4). */
    ApiAnswer several(ApiRequest request) {
        List<Object> answers = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        for (Object document : Documents.read(request.body())) {
            try {
                Dsl dsl = Dsl.of(document);
                String kind =
                        singular(dsl.peek("kind").map(Object::toString).orElseThrow(() -> VampError.missing("/kind")));
                Source source = new Source(dsl, Documents.toJson(document), effect(request));
                answers.add(request.is("DELETE") ? deleteOne(kind, source) : writeOne(kind, source, verb(request)));
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        return ApiAnswer.of(202, answers);
    }

    /** A document to write or delete, with its text as events carry it. */
    private record Source(Dsl dsl, String text, Effect effect) {}

    static Effect effect(ApiRequest request) {
        return request.isDryRun() ? Effect.NONE : Effect.REAL;
    }

    private static Verb verb(ApiRequest request) {
        return request.is("POST") ? Verb.POST : Verb.PUT;
    }

    private static String singular(String kind) {
        String singular = kind.endsWith("s") ? kind.substring(0, kind.length() - 1) : kind;
        if (!KINDS.contains(singular)) {
            throw unexpected(singular + "s");
        }
        return singular;
    }

    private static VampError unexpected(String resource) {
        return VampError.wrong("Unexpected resource: '" + resource + "'.");
    }

    /** A request to a collection or to one of its artifacts. */
    ApiAnswer single(ApiRequest request) {
        String collection = request.segments().get(0);
        if (!collection.endsWith("s")) {
            throw unexpected(collection);
        }
        String kind = singular(collection);
        if (request.segments().size() == 1) {
            return switch (request.method()) {
                case "GET" -> request.page(list(kind, request), Integer.MAX_VALUE);
                case "POST" -> write(kind, request, Optional.empty());
                default -> ApiAnswer.NOT_FOUND;
            };
        }
        String name = request.rest(1);
        if (!kind.equals("gateway") && request.segments().size() > 2) {
            return ApiAnswer.NOT_FOUND;
        }
        return switch (request.method()) {
            case "GET" -> ApiAnswer.found(find(kind, name, request));
            case "PUT" -> write(kind, request, Optional.of(name));
            case "DELETE" -> delete(kind, name, request);
            default -> ApiAnswer.NOT_FOUND;
        };
    }

    private List<Map<String, Object>> list(String kind, ApiRequest request) {
        return switch (kind) {
            case "gateway" ->
                ListOrder.of(gateways.visible(), entry -> entry.gateway().name()).stream()
                        .map(entry -> entry.gateway().tree(entry.status()))
                        .toList();
            case "deployment" ->
                ListOrder.of(deployments.all(), Deployment::name).stream()
                        .map(deployment -> tree(deployment, request))
                        .toList();
            case "workflow" ->
                ListOrder.of(workflows.all(), Workflow::name).stream()
                        .map(workflow -> expanded(workflow.tree(), request))
                        .toList();
            default ->
                ListOrder.of(store.all(kind), Artifact::name).stream()
                        .map(artifact -> expanded(artifact.tree(), request))
                        .toList();
        };
    }

    private Optional<Map<String, Object>> find(String kind, String name, ApiRequest request) {
        return switch (kind) {
            case "gateway" ->
                gateways.find(name)
                        .filter(Gateways.Entry::visible)
                        .map(entry -> entry.gateway().tree(entry.status()));
            case "deployment" -> deployments.find(name).map(deployment -> tree(deployment, request));
            case "workflow" -> workflows.find(name).map(workflow -> expanded(workflow.tree(), request));
            default -> store.find(kind, name).map(artifact -> expanded(artifact.tree(), request));
        };
    }

    /** A deployment as it is answered. */
    Map<String, Object> tree(Deployment deployment, ApiRequest request) {
        if (request.flag("as_blueprint")) {
            return deployment.blueprintTree(
                    internal(deployment), request.flag("only_references") ? BreedForm.REFERENCE : BreedForm.WHOLE);
        }
        return deployment.tree(host, internal(deployment), ports(deployment.name()));
    }

    private Map<String, Map<String, Gateway>> internal(Deployment deployment) {
        Map<String, Map<String, Gateway>> byCluster = new LinkedHashMap<>();
        deployment
                .clusters()
                .keySet()
                .forEach(cluster -> byCluster.put(cluster, gateways.ofCluster(deployment.name(), cluster)));
        return byCluster;
    }

    /** The ports of a deployment's internal gateways, 0 as long as none is assigned (facts 1.5). */
    private Map<String, String> ports(String deployment) {
        Map<String, String> ports = new LinkedHashMap<>();
        gateways.all().stream()
                .map(Gateways.Entry::gateway)
                .filter(gateway -> gateway.isInternal() && gateway.name().startsWith(deployment + "/"))
                .forEach(gateway -> ports.put(
                        gateway.name().substring(deployment.length() + 1).replace('/', '.'),
                        Integer.toString(gateway.portNumber())));
        return ports;
    }

    /** Puts breeds and scales in the place of references to them, if that is asked for. */
    private Map<String, Object> expanded(Map<String, Object> tree, ApiRequest request) {
        return request.flag("expand_references") ? expanded(tree) : tree;
    }

    @SuppressWarnings("unchecked") // trees have texts for keys
    private Map<String, Object> expanded(Map<String, Object> tree) {
        Map<String, Object> result = new LinkedHashMap<>();
        tree.forEach((key, value) -> {
            if (value instanceof Map<?, ?> map && map.get("reference") instanceof String reference) {
                Optional<Map<String, Object>> whole = switch (key) {
                    case "breed" -> store.breed(reference).map(Breed::tree);
                    case "scale" -> store.scale(reference).map(Scale::tree);
                    default -> Optional.empty();
                };
                result.put(key, whole.<Object>map(it -> it).orElse(value));
            } else if (value instanceof Map<?, ?> map) {
                result.put(key, expanded((Map<String, Object>) map));
            } else if (value instanceof List<?> list) {
                result.put(
                        key,
                        list.stream()
                                .map(element -> element instanceof Map<?, ?> map
                                        ? expanded((Map<String, Object>) map)
                                        : element)
                                .toList());
            } else {
                result.put(key, value);
            }
        });
        return result;
    }

    private ApiAnswer write(String kind, ApiRequest request, Optional<String> name) {
        boolean script =
                request.contentType().filter("application/javascript"::equals).isPresent();
        if (script) {
            return writeScript(name.orElseThrow(), request);
        }
        Dsl dsl = Documents.readOne(request.body());
        if (kind.equals("deployment")) {
            Source source = new Source(dsl, request.body(), effect(request));
            return ApiAnswer.of(202, writeDeployment(name, source));
        }
        name.ifPresent(wanted -> dsl.peek("name")
                .map(Object::toString)
                .filter(given -> !given.equals(wanted))
                .ifPresent(given -> {
                    throw VampError.wrong("Inconsistent name: given '" + wanted + "' but found '" + given + "'.");
                }));
        Object answer = writeOne(kind, new Source(dsl, request.body(), effect(request)), verb(request));
        int status = List.of("gateway", "workflow").contains(kind) ? 202 : request.is("POST") ? 201 : 200;
        return ApiAnswer.of(status, answer);
    }

    private ApiAnswer writeScript(String name, ApiRequest request) {
        Breed breed = Breed.javascript(name, request.body());
        if (!request.isDryRun()) {
            store.update(breed, request.body());
        }
        return ApiAnswer.ok(request.isDryRun() ? breed.tree() : List.of(breed.tree()));
    }

    private Object writeOne(String kind, Source source, Verb verb) {
        source.dsl().checkKind(kind);
        return switch (kind) {
            case "breed" -> writePlain(Breed::read, source, verb);
            case "scale" -> writePlain(Scale.Named::read, source, verb);
            case "blueprint" -> writePlain(ArtifactApi::readBlueprint, source, verb);
            case "sla" -> writePlain(Sla.Named::read, source, verb);
            case "escalation" -> writePlain(Escalation.Named::read, source, verb);
            case "route" -> writePlain(Route.Named::read, source, verb);
            case "condition" -> writePlain(Condition::read, source, verb);
            case "rewrite" -> writePlain(Rewrite::read, source, verb);
            case "gateway" -> writeGateway(source, verb);
            case "workflow" -> writeWorkflow(source, verb);
            case "deployment" -> {
                String name =
                        source.dsl().peek("name").map(Object::toString).orElseThrow(() -> VampError.missing("/name"));
                yield writeDeployment(Optional.of(name), source);
            }
            default -> throw unexpected(kind + "s");
        };
    }

    private static Blueprint readBlueprint(Dsl dsl) {
        Blueprint blueprint = Blueprint.read(dsl);
        blueprint.checkDependencies();
        return blueprint;
    }

    private Object writePlain(Function<Dsl, Artifact> reader, Source source, Verb verb) {
        Artifact artifact = reader.apply(source.dsl());
        source.dsl().end();
        if (source.effect() == Effect.NONE) {
            return artifact.tree();
        }
        List<Object> answer = new ArrayList<>();
        if (artifact instanceof Blueprint blueprint) {
            blueprint.inlineBreeds().forEach(breed -> answer.add(storeInline(breed)));
        }
        if (verb == Verb.POST) {
            store.create(artifact, source.text());
        } else {
            store.update(artifact, source.text());
        }
        answer.add(artifact.tree());
        return answer;
    }

    private Map<String, Object> storeInline(Breed breed) {
        store.create(breed, Documents.toJson(breed.tree()));
        return breed.tree();
    }

    private Object writeGateway(Source source, Verb verb) {
        Gateway gateway = Gateway.read(source.dsl());
        source.dsl().end();
        Gateway checked = gateways.checked(gateway, verb);
        if (source.effect() == Effect.NONE) {
            return checked.tree();
        }
        Gateway stored = gateways.put(checked);
        if (verb == Verb.POST) {
            archive.created("gateways", stored.name(), source.text());
        } else {
            archive.updated("gateways", stored.name(), source.text());
        }
        return stored.tree();
    }

    private Object writeWorkflow(Source source, Verb verb) {
        Workflow workflow = Workflow.read(source.dsl());
        source.dsl().end();
        Workflows.check(workflow);
        if (source.effect() == Effect.NONE) {
            return workflow.tree();
        }
        List<Object> answer = new ArrayList<>();
        workflow.breed().inline().ifPresent(breed -> answer.add(storeInline(breed)));
        workflows.put(workflow);
        if (verb == Verb.POST) {
            archive.created("workflows", workflow.name(), source.text());
        } else {
            archive.updated("workflows", workflow.name(), source.text());
        }
        answer.add(workflow.tree());
        return answer;
    }

    /** Merges a blueprint, given by its name or whole, into a deployment; without a name it gets the blueprint's (facts 2.3, 3.3). */
    private Object writeDeployment(Optional<String> name, Source source) {
        boolean reference = source.dsl().keys().equals(List.of("name"));
        Blueprint blueprint = blueprint(source.dsl());
        Deployments.Merge plan = deployments.plan(name.map(Dsl::checkedName).orElse(blueprint.name()), blueprint);
        Map<String, String> ports = ports(plan.deployment().name());
        Map<String, Map<String, Gateway>> internal = new LinkedHashMap<>(internal(plan.deployment()));
        internal.putAll(plan.gateways());
        if (source.effect() == Effect.NONE) {
            return plan.deployment().tree(host, internal, ports);
        }
        List<Object> answer = new ArrayList<>();
        blueprint.inlineBreeds().forEach(breed -> answer.add(List.of(storeInline(breed))));
        deployments.merge(plan, blueprint, source.text());
        List<Object> deployed = List.of(plan.deployment().tree(host, internal(plan.deployment()), ports));
        if (reference) {
            return deployed;
        }
        answer.add(deployed);
        return answer;
    }

    private Blueprint blueprint(Dsl dsl) {
        if (!dsl.peek("kind").equals(Optional.of("blueprint"))) {
            dsl.checkKind("deployment");
        }
        dsl.ignore("kind");
        if (dsl.keys().equals(List.of("name"))) {
            String name = dsl.requiredName("name");
            return store.blueprint(name).orElseThrow(() -> VampError.notFound(name));
        }
        Blueprint blueprint = Blueprint.read(dsl);
        dsl.end();
        return blueprint;
    }

    private ApiAnswer delete(String kind, String name, ApiRequest request) {
        if (kind.equals("deployment")) {
            return deleteDeployment(name, request);
        }
        if (!request.isDryRun()) {
            deleteNamed(kind, name, request.body());
        }
        return List.of("gateway", "workflow").contains(kind) ? ApiAnswer.empty(202) : ApiAnswer.NO_CONTENT;
    }

    /** Without a body nothing is undeployed (facts 2.3). */
    private ApiAnswer deleteDeployment(String name, ApiRequest request) {
        if (request.body().isBlank()) {
            return deployments
                    .find(name)
                    .map(deployment -> ApiAnswer.of(202, tree(deployment, request)))
                    .orElse(ApiAnswer.empty(202));
        }
        Blueprint blueprint = blueprint(Documents.readOne(request.body()));
        Deployment sliced = deployments.slice(name, blueprint, request.body(), effect(request));
        return ApiAnswer.of(202, tree(sliced, request));
    }

    private Object deleteOne(String kind, Source source) {
        String name = source.dsl().peek("name").map(Object::toString).orElseThrow(() -> VampError.missing("/name"));
        if (kind.equals("deployment")) {
            Deployment sliced = deployments.slice(name, blueprint(source.dsl()), source.text(), source.effect());
            return List.of(sliced.tree(host, internal(sliced), ports(name)));
        }
        if (source.effect() == Effect.NONE) {
            return List.of(true);
        }
        return List.of(deleteNamed(kind, name, source.text()));
    }

    private boolean deleteNamed(String kind, String name, String source) {
        switch (kind) {
            case "gateway" -> gateways.delete(name);
            case "workflow" -> {
                if (!workflows.delete(name)) {
                    return false;
                }
                archive.updated("workflows", name, source);
            }
            default -> store.delete(kind, name);
        }
        return true;
    }

    /** A service's scale: read and set on its own path (facts 2.3). */
    ApiAnswer scale(ApiRequest request) {
        List<String> path = request.segments();
        ServiceId id = new ServiceId(path.get(1), path.get(3), path.get(5));
        return switch (request.method()) {
            case "GET" ->
                deployments
                        .find(id)
                        .map(service -> ApiAnswer.ok(service.scale().tree()))
                        .orElse(ApiAnswer.empty(200));
            case "PUT" -> putScale(id, request);
            default -> ApiAnswer.NOT_FOUND;
        };
    }

    private ApiAnswer putScale(ServiceId id, ApiRequest request) {
        List<Object> documents = Documents.read(request.body());
        if (documents.size() == 1 && documents.get(0) instanceof String) {
            return ApiAnswer.of(202, Map.of()); // a reference is accepted and has no effect (facts 2.3)
        }
        Dsl dsl = Documents.readOne(request.body());
        if (dsl.reference().isPresent()) {
            return ApiAnswer.of(202, Map.of());
        }
        Scale scale = Scale.read(dsl);
        dsl.end();
        return deployments.scale(id, scale, request.body(), effect(request))
                ? ApiAnswer.of(202, Map.of())
                : ApiAnswer.empty(202);
    }
}
