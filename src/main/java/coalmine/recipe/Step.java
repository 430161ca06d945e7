package coalmine.recipe;

import coalmine.time.PlatformDuration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One step of a recipe (facts 8.1).
 *
 * @param description what it does, for people
 * @param documents what is sent: YAML documents, with scripts put in from their files; empty for a step that only awaits
 * @param path below {@code /api/v1} that it is sent to; empty for several documents of any kind
 * @param condition a path below {@code /api/v1}: if nothing is there, the step is done before it began
 * @param await the tags that one single event must carry; empty if the answer to the request is all that counts
 * @param timeout for the event and the end state together
 * @param endState what must hold within the timeout once the event has come
 */
public record Step(
        String description,
        Method method,
        String documents,
        String path,
        Optional<String> condition,
        Set<String> await,
        PlatformDuration timeout,
        List<Expectation> endState) {

    /** What a step does with its documents. */
    public enum Method {
        CREATE,
        DELETE
    }

    /** A step that demands no end state. */
    public Step(
            String description,
            Method method,
            String documents,
            String path,
            Optional<String> condition,
            Set<String> await,
            PlatformDuration timeout) {
        this(description, method, documents, path, condition, await, timeout, List.of());
    }

    /** Whether there is anything to send; otherwise it only awaits. */
    public boolean isSent() {
        return !documents.isEmpty() || !path.isEmpty();
    }
}
