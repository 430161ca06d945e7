package coalmine.sandbox.vamp;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.Event;
import coalmine.sandbox.pulse.EventStore;
import java.util.List;
import java.util.Optional;

/** Says what happens in this Vamp, with the tags of facts 4.2. */
final class Archive {

    private final EventStore events;
    private final SandboxClock clock;

    Archive(EventStore events, SandboxClock clock) {
        this.events = events;
        this.clock = clock;
    }

    void created(String collection, String name, String source) {
        archive(collection, name, "create", Optional.of(source));
    }

    void updated(String collection, String name, String source) {
        archive(collection, name, "update", Optional.of(source));
    }

    void deleted(String collection, String name) {
        archive(collection, name, "delete", Optional.empty());
    }

    private void archive(String collection, String name, String verb, Optional<Object> source) {
        publish("archive", List.of(collection + ":" + name, "archive:" + verb), source);
    }

    /** A gateway entered or left the data plane's configuration. */
    void gateway(String name, String verb, Object dump) {
        publish("event", List.of("gateways:" + name, verb), Optional.of(dump));
    }

    void workflow(String name, String verb) {
        publish("event", List.of("workflows:" + name, verb), Optional.empty());
    }

    /** A service came into step with what is wanted of it, or fell out of it. */
    void synchronization(ServiceId service, String verb) {
        publish(
                "synchronization",
                List.of(
                        "deployments:" + service.deployment(),
                        "clusters:" + service.cluster(),
                        "services:" + service.breed(),
                        "synchronization:" + verb),
                Optional.empty());
    }

    /** A cluster does not keep to its SLA, or could do with less. */
    void sla(String deployment, String cluster, String verb) {
        publish(
                "event",
                List.of("sla", "sla:" + verb, "deployment:" + deployment, "cluster:" + cluster),
                Optional.empty());
    }

    private void publish(String type, List<String> tags, Optional<Object> value) {
        events.publish(Event.of(tags, value, clock.now(), type));
    }
}
