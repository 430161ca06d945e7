package coalmine.sandbox.vamp.artifact;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Either a reference to an artifact or the artifact itself, inline (facts 1.1).
 *
 * @param reference the name of the artifact, if it is a reference
 * @param inline the artifact, if it is not
 */
public record Ref<T>(Optional<String> reference, Optional<T> inline) {

    public static <T> Ref<T> to(String name) {
        return new Ref<>(Optional.of(Dsl.checkedName(name)), Optional.empty());
    }

    public static <T> Ref<T> inline(T artifact) {
        return new Ref<>(Optional.empty(), Optional.of(artifact));
    }

    /** Reads {@code key: name}, {@code key: {reference: name}} or an anonymous inline artifact. */
    static <T> Optional<Ref<T>> read(Dsl parent, String key, Function<Dsl, T> reader) {
        if (parent.peek(key).isEmpty()) {
            return Optional.empty();
        }
        if (!(parent.peek(key).get() instanceof Map)) {
            return parent.text(key).map(Ref::to);
        }
        return Optional.of(of(key, parent.object(key).orElseThrow(), reader));
    }

    /** Reads {@code {reference: name}} or an anonymous artifact of a kind. */
    static <T> Ref<T> of(String kind, Dsl dsl, Function<Dsl, T> reader) {
        Optional<String> reference = dsl.reference();
        if (reference.isPresent()) {
            return to(reference.get());
        }
        dsl.checkKind(kind);
        if (dsl.has("name")) {
            throw VampError.wrong("Either it should be a reference '" + kind + " -> " + dsl.requiredText("name")
                    + "' or an anonymous inline definition, but not both.");
        }
        return inline(reader.apply(dsl));
    }

    /** The artifact, looked up if it is a reference. */
    public T resolve(Function<String, Optional<T>> stored) {
        return inline.orElseGet(() ->
                stored.apply(reference.orElseThrow()).orElseThrow(() -> VampError.notFound(reference.orElseThrow())));
    }

    public Map<String, Object> tree(Function<T, Map<String, Object>> inlineTree) {
        return inline.map(inlineTree).orElseGet(() -> Tree.of("reference", reference.orElseThrow()));
    }
}
