package coalmine.sandbox.vamp;

import coalmine.sandbox.vamp.artifact.Gateway;
import coalmine.sandbox.vamp.artifact.References;
import coalmine.sandbox.vamp.artifact.Route;
import coalmine.sandbox.vamp.artifact.VampError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The gateways of this Vamp: those that clients put, and the internal ones that deployments bring along (facts 1.6, 3.4, 3.5).
 */
final class Gateways {

    /**
     * A gateway and how far it is.
     *
     * @param visible whether clients see it; an internal one only once its cluster's first service was deployed
     */
    record Entry(Gateway gateway, boolean visible, Gateway.Status status) {

        Entry with(Gateway changed) {
            return new Entry(changed, visible, status);
        }

        Entry with(Gateway.Status changed) {
            return new Entry(gateway, visible, changed);
        }
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Archive archive;
    private final References references;

    Gateways(Archive archive, References references) {
        this.archive = archive;
        this.references = references;
    }

    List<Entry> all() {
        return List.copyOf(entries.values());
    }

    List<Entry> visible() {
        return entries.values().stream().filter(Entry::visible).toList();
    }

    Optional<Entry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /** A gateway that a deployment brings along, with everything that its routes refer to. */
    Gateway resolved(Gateway gateway) {
        Gateway resolved = gateway.resolved(references);
        Frontends.check(resolved);
        return resolved.withComputedWeights();
    }

    /** Checks a gateway that a client sends, looks up what it refers to, and fills in its weights. */
    Gateway checked(Gateway gateway, Verb verb) {
        if (gateway.isInternal()) {
            Entry internal = find(gateway.name())
                    .filter(entry -> verb == Verb.PUT)
                    .orElseThrow(() -> VampError.wrong("Gateway is an internal deployment gateway - it can be created"
                            + " only when deployment cluster is created."));
            if (!internal.gateway().routes().keySet().equals(gateway.routes().keySet())) {
                throw VampError.wrong("Gateway is an internal deployment gateway - routes can be addded or removed"
                        + " only when cluster services are created or removed.");
            }
        } else if (verb == Verb.POST) {
            checkPortIsFree(gateway);
        }
        return resolved(gateway);
    }

    /** How a client sends an artifact; a few checks hang on it. */
    enum Verb {
        POST,
        PUT
    }

    void checkPortIsFree(Gateway gateway) {
        entries.values().stream()
                .map(Entry::gateway)
                .filter(other -> !other.name().equals(gateway.name()) && other.portNumber() == gateway.portNumber())
                .findFirst()
                .ifPresent(other -> {
                    throw VampError.wrong("Gateway port 'Some(" + gateway.port() + ")' is/was in use by deployment: '"
                            + other.name() + "'. Remove '" + other.name()
                            + "' gateway first or use different port.");
                });
    }

    /** Stores a gateway that has been checked; what the synchronisation made of an earlier one stays. */
    Gateway put(Gateway checked) {
        Gateway stored = checked.withDefaultVirtualHost();
        Entry before = entries.get(stored.name());
        if (before != null && stored.isInternal()) {
            stored = stored.withPort(before.gateway().port());
        }
        entries.put(stored.name(), before == null ? new Entry(stored, true, Gateway.Status.NONE) : before.with(stored));
        return stored;
    }

    /** Brings along an internal gateway, not yet to be seen, or gives one the routes that it has now. */
    void putInternal(Gateway gateway) {
        Entry before = entries.get(gateway.name());
        Gateway stored = (before == null
                        ? gateway
                        : gateway.withPort(before.gateway().port()))
                .withComputedWeights()
                .withDefaultVirtualHost();
        entries.put(
                gateway.name(), before == null ? new Entry(stored, false, Gateway.Status.NONE) : before.with(stored));
    }

    /** Shows the internal gateways of a cluster, whose first service is there. */
    void show(String deployment, String cluster) {
        entries.replaceAll((name, entry) -> name.startsWith(deployment + "/" + cluster + "/")
                ? new Entry(entry.gateway(), true, entry.status())
                : entry);
    }

    void update(Gateway gateway, Gateway.Status status) {
        entries.computeIfPresent(
                gateway.name(), (name, entry) -> entry.with(gateway).with(status));
    }

    /** Deletes a gateway that a client names; nothing happens if there is none. */
    void delete(String name) {
        Entry entry = entries.get(name);
        if (entry != null && entry.gateway().isInternal()) {
            throw VampError.wrong("Gateway is an internal deployment gateway - it can be removed only when deployment"
                    + " cluster is removed.");
        }
        announceDeleted(name, Optional.ofNullable(entries.remove(name)));
    }

    /** Removes an internal gateway, which is announced like any other (recorded in every clean-up of a recipe). */
    void removeInternal(String name) {
        announceDeleted(name, Optional.ofNullable(entries.remove(name)));
    }

    /** First the gateway, then its routes, as recorded. */
    private void announceDeleted(String name, Optional<Entry> entry) {
        archive.deleted("gateways", name);
        entry.ifPresent(it -> it.gateway().routes().keySet().forEach(path -> archive.deleted("routes", path)));
    }

    /** The internal gateways of a cluster, by port. */
    Map<String, Gateway> ofCluster(String deployment, String cluster) {
        String prefix = deployment + "/" + cluster + "/";
        Map<String, Gateway> gateways = new LinkedHashMap<>();
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            if (entry.getKey().startsWith(prefix)) {
                gateways.put(
                        entry.getKey().substring(prefix.length()),
                        entry.getValue().gateway());
            }
        }
        return gateways;
    }

    /** Whether a service could be taken out: the weights of the others must make 100, or there must be no others (facts 3.6). */
    void checkSlice(String deployment, String cluster, List<String> remaining) {
        ofCluster(deployment, cluster).forEach((port, gateway) -> {
            List<Integer> weights = new ArrayList<>();
            remaining.forEach(service -> Optional.ofNullable(
                            gateway.routes().get(deployment + "/" + cluster + "/" + service + "/" + port))
                    .flatMap(Route::weight)
                    .ifPresent(weights::add));
            int sum = weights.stream().mapToInt(Integer::intValue).sum();
            if (!weights.isEmpty() && sum != 100) {
                throw VampError.wrong("Invalid route weight for cluster '" + deployment + "/" + cluster
                        + "': expected to be either 0% or 100% after the operation, but it is " + sum + "%");
            }
        });
    }
}
