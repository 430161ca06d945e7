package coalmine.sandbox.vamp;

import coalmine.sandbox.vamp.artifact.Artifact;
import coalmine.sandbox.vamp.artifact.Blueprint;
import coalmine.sandbox.vamp.artifact.Breed;
import coalmine.sandbox.vamp.artifact.Scale;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The plain artifacts of this Vamp: those that nothing has to be done about once they are stored. */
final class Store {

    private final Map<String, Map<String, Artifact>> byKind = new LinkedHashMap<>();
    private final Archive archive;

    Store(Archive archive) {
        this.archive = archive;
    }

    List<Artifact> all(String kind) {
        return List.copyOf(ofKind(kind).values());
    }

    Optional<Artifact> find(String kind, String name) {
        return Optional.ofNullable(ofKind(kind).get(name));
    }

    Optional<Breed> breed(String name) {
        return find("breed", name).map(Breed.class::cast);
    }

    Optional<Scale> scale(String name) {
        return find("scale", name).map(it -> ((Scale.Named) it).scale());
    }

    Optional<Blueprint> blueprint(String name) {
        return find("blueprint", name).map(Blueprint.class::cast);
    }

    void create(Artifact artifact, String source) {
        ofKind(artifact.kind()).put(artifact.name(), artifact);
        archive.created(artifact.kind() + "s", artifact.name(), source);
    }

    void update(Artifact artifact, String source) {
        ofKind(artifact.kind()).put(artifact.name(), artifact);
        archive.updated(artifact.kind() + "s", artifact.name(), source);
    }

    /** Deletes an artifact; one that does not exist is as good as deleted, and announced all the same. */
    void delete(String kind, String name) {
        ofKind(kind).remove(name);
        archive.deleted(kind + "s", name);
    }

    private Map<String, Artifact> ofKind(String kind) {
        return byKind.computeIfAbsent(kind, it -> new LinkedHashMap<>());
    }
}
