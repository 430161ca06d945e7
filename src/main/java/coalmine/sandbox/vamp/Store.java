package coalmine.sandbox.vamp;

import coalmine.sandbox.vamp.artifact.Artifact;
import coalmine.sandbox.vamp.artifact.Blueprint;
import coalmine.sandbox.vamp.artifact.Breed;
import coalmine.sandbox.vamp.artifact.Condition;
import coalmine.sandbox.vamp.artifact.References;
import coalmine.sandbox.vamp.artifact.Rewrite;
import coalmine.sandbox.vamp.artifact.Route;
import coalmine.sandbox.vamp.artifact.Scale;
import coalmine.sandbox.vamp.artifact.Sla;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The plain artifacts of this Vamp: those that nothing has to be done about once they are stored. */
final class Store implements References {

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

    @Override
    public Optional<String> condition(String name) {
        return find("condition", name).map(it -> ((Condition) it).definition());
    }

    @Override
    public Optional<String> rewrite(String name) {
        return find("rewrite", name).map(it -> ((Rewrite) it).path());
    }

    @Override
    public Optional<Route> route(String name) {
        return find("route", name).map(it -> ((Route.Named) it).route());
    }

    Optional<Sla> sla(String name) {
        return find("sla", name).map(it -> ((Sla.Named) it).sla());
    }

    void create(Artifact artifact, String source) {
        ofKind(artifact.kind()).put(artifact.name(), artifact);
        if (isAnnounced(artifact.kind())) {
            archive.created(artifact.kind() + "s", artifact.name(), source);
        }
    }

    void update(Artifact artifact, String source) {
        ofKind(artifact.kind()).put(artifact.name(), artifact);
        if (isAnnounced(artifact.kind())) {
            archive.updated(artifact.kind() + "s", artifact.name(), source);
        }
    }

    /** Deletes an artifact; one that does not exist is as good as deleted, and announced all the same. */
    void delete(String kind, String name) {
        ofKind(kind).remove(name);
        if (isAnnounced(kind)) {
            archive.deleted(kind + "s", name);
        }
    }

    /** Rewrites come and go without a word (facts 4.2). */
    private static boolean isAnnounced(String kind) {
        return !kind.equals("rewrite");
    }

    private Map<String, Artifact> ofKind(String kind) {
        return byKind.computeIfAbsent(kind, it -> new LinkedHashMap<>());
    }
}
