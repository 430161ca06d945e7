package coalmine.recipe;

import coalmine.vamp.VampApi;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What a recipe, or one of its steps, has or had on a Vamp: paths below {@code /api/v1}, by the names in the documents. */
public final class Traces {

    private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

    private final Set<String> paths;

    private Traces(Set<String> paths) {
        this.paths = paths;
    }

    /**
     * What a recipe brings: all that its run creates and its clean-up deletes. What the run deletes or the clean-up creates was there before, and belongs
     * to somebody else.
     */
    public static Traces of(Recipe recipe) {
        Map<String, JsonNode> blueprints = new LinkedHashMap<>();
        recipe.documents().stream()
                .filter(document -> document.path("kind").asText().startsWith("blueprint"))
                .forEach(blueprint -> blueprints.put(blueprint.path("name").asText(), blueprint));
        Set<String> brought = new LinkedHashSet<>();
        recipe.run().stream().filter(Traces::creates).forEach(step -> brought.addAll(created(step, blueprints)));
        recipe.cleanUp().stream().filter(step -> !creates(step)).forEach(step -> brought.addAll(deletedWhole(step)));
        recipe.run().stream().filter(step -> !creates(step)).forEach(step -> brought.removeAll(deletedWhole(step)));
        recipe.cleanUp().stream().filter(Traces::creates).forEach(step -> brought.removeAll(created(step, blueprints)));
        return new Traces(brought);
    }

    /** What a recipe's workflows bring: its clean-up deletes it, but none of its steps creates it. */
    public static Traces ofWorkflows(Recipe recipe) {
        Set<String> brought = new LinkedHashSet<>(of(recipe).paths);
        recipe.run().stream().filter(Traces::creates).forEach(step -> brought.removeAll(created(step, Map.of())));
        brought.removeIf(path -> path.startsWith("gateways/"));
        return new Traces(brought);
    }

    /**
     * What a recipe takes away for as long as it runs, such as the metrics workflow that Vamp brings along: all that its run deletes or its clean-up creates,
     * but for what the run has created itself. Others may need it meanwhile.
     */
    public static Set<String> foreign(Recipe recipe) {
        Set<String> foreign = new LinkedHashSet<>();
        recipe.run().stream().filter(step -> !creates(step)).forEach(step -> foreign.addAll(deletedWhole(step)));
        recipe.cleanUp().stream()
                .filter(Traces::creates)
                .forEach(step -> foreign.addAll(artifacts(step).keySet()));
        recipe.run().stream().filter(Traces::creates).forEach(step -> foreign.removeAll(created(step, Map.of())));
        return foreign;
    }

    /** What a step deletes: of a deployment only the services that it names (facts 3.6). */
    static Traces deletedBy(Step step) {
        Set<String> deleted = new LinkedHashSet<>();
        artifacts(step).forEach((path, document) -> {
            Set<String> services = path.startsWith("deployments/") ? services(path, document) : Set.of();
            deleted.addAll(services.isEmpty() ? Set.of(path) : services);
        });
        return new Traces(deleted);
    }

    /** Paths below {@code /api/v1}, of all of them, whether or not they are there. */
    public Set<String> paths() {
        return Collections.unmodifiableSet(paths);
    }

    /** Traces that somebody has written down: paths below {@code /api/v1}. */
    public static Traces at(Collection<String> paths) {
        return new Traces(new LinkedHashSet<>(paths));
    }

    /**
     * What documents would create: artifacts, the breeds inside of them, gateways of deployments; of a deployment that is there already only the services
     * that they would add, each by the path of its scale.
     *
     * @param path that they are sent to; empty for several of any kind
     * @param vamp is asked for the deployments, and for the blueprints that they are made of
     */
    public static Traces createdBy(String path, String documents, VampApi vamp) {
        Map<String, JsonNode> artifacts = artifacts(path, documents);
        Map<String, JsonNode> blueprints = new LinkedHashMap<>();
        artifacts.forEach((artifact, document) -> {
            String blueprint = "blueprints/" + document.path("name").asText();
            if (isDeployment(artifact) && !document.has("clusters")) {
                vamp.get(blueprint)
                        .ifPresent(it -> blueprints.put(it.path("name").asText(), it));
            }
        });
        Set<String> created = created(artifacts, blueprints);
        artifacts.forEach((artifact, document) -> {
            if (isDeployment(artifact) && vamp.get(artifact).isPresent()) {
                JsonNode deployed = document.has("clusters")
                        ? document
                        : blueprints.getOrDefault(document.path("name").asText(), document);
                created.addAll(services(artifact, deployed));
            }
        });
        return new Traces(created);
    }

    /** What documents would delete as a whole; of a deployment only some services may go. */
    public static Traces deletedBy(String path, String documents) {
        return new Traces(artifacts(path, documents).keySet());
    }

    private static boolean isDeployment(String path) {
        return path.matches("deployments/[^/]+");
    }

    /** Those that are there now. */
    public List<String> left(VampApi vamp) {
        return paths.stream().filter(path -> vamp.get(path).isPresent()).toList();
    }

    private static boolean creates(Step step) {
        return step.method() == Step.Method.CREATE;
    }

    /** The documents of a step by the paths of their artifacts. */
    private static Map<String, JsonNode> artifacts(Step step) {
        return artifacts(step.path(), step.documents());
    }

    private static Map<String, JsonNode> artifacts(String path, String sent) {
        List<JsonNode> documents = Documents.trees(sent);
        Map<String, JsonNode> artifacts = new LinkedHashMap<>();
        if (!path.isEmpty()) {
            artifacts.put(path, documents.isEmpty() ? NOTHING : documents.get(0));
            return artifacts;
        }
        documents.stream()
                .flatMap(Traces::flat)
                .filter(document -> document.hasNonNull("kind") && document.hasNonNull("name"))
                .forEach(document -> artifacts.put(
                        collection(document.get("kind").asText()) + "/"
                                + document.get("name").asText(),
                        document));
        return artifacts;
    }

    /** Vamp takes lists of artifacts among the documents (facts 1.1). */
    private static Stream<JsonNode> flat(JsonNode document) {
        return document.isArray() ? document.valueStream() : Stream.of(document);
    }

    private static String collection(String kind) {
        return kind.endsWith("s") ? kind : kind + "s";
    }

    private static Set<String> created(Step step, Map<String, JsonNode> blueprints) {
        return created(artifacts(step), blueprints);
    }

    private static Set<String> created(Map<String, JsonNode> artifacts, Map<String, JsonNode> blueprints) {
        Set<String> created = new LinkedHashSet<>();
        artifacts.forEach((path, document) -> {
            if (isDeployment(path)) {
                created.add(path);
                JsonNode deployed = document.has("clusters")
                        ? document
                        : blueprints.getOrDefault(document.path("name").asText(), document);
                String deployment = path.substring("deployments/".length());
                deployed.path("gateways")
                        .fieldNames()
                        .forEachRemaining(
                                port -> created.add("gateways/" + deployment + "/" + port.replaceAll("/.*", "")));
            } else if (path.split("/").length >= 2) {
                created.add(path);
            }
            inlineBreeds(document, created);
        });
        return created;
    }

    /** Breeds inside of other artifacts are stored as breeds of their own (facts 1.4). */
    private static void inlineBreeds(JsonNode tree, Set<String> created) {
        if (tree.hasNonNull("deployable") && tree.hasNonNull("name")) {
            created.add("breeds/" + tree.get("name").asText());
        }
        tree.forEach(part -> inlineBreeds(part, created));
    }

    /** What is deleted as a whole, and not only in part as a service of a deployment. */
    private static Set<String> deletedWhole(Step step) {
        return artifacts(step).keySet();
    }

    private static Set<String> services(String deployment, JsonNode document) {
        Set<String> services = new LinkedHashSet<>();
        document.path("clusters")
                .properties()
                .forEach(cluster -> breeds(cluster.getValue())
                        .map(breed -> deployment + "/clusters/" + cluster.getKey() + "/services/" + breed + "/scale")
                        .forEach(services::add));
        return services;
    }

    /** The breeds of a cluster's services, in all the forms that there are for it (facts 1.4). */
    private static Stream<String> breeds(JsonNode cluster) {
        JsonNode services = cluster.has("services") ? cluster.get("services") : cluster;
        return flat(services)
                .map(service -> service.has("breed") ? service.get("breed") : service)
                .map(breed -> breed.isTextual()
                        ? breed.asText()
                        : breed.path("reference")
                                .asText(breed.path("ref")
                                        .asText(breed.path("name").asText())))
                .filter(name -> !name.isEmpty());
    }
}
