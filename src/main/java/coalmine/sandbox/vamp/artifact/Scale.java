package coalmine.sandbox.vamp.artifact;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much a service gets (facts 1.3).
 *
 * @param cpu in cores
 * @param memory in megabytes of 1024 kB
 * @param instances not checked by Vamp, not even for being negative (recording A-078)
 */
public record Scale(double cpu, double memory, int instances) {

    private static final Pattern MEMORY =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(?:([MG])(?:B|i)?)", Pattern.CASE_INSENSITIVE);

    /** A scale under a name of its own. */
    public record Named(String name, Scale scale) implements Artifact {

        public static Named read(Dsl dsl) {
            return new Named(dsl.requiredName("name"), Scale.read(dsl));
        }

        @Override
        public String kind() {
            return "scale";
        }

        @Override
        public Map<String, Object> tree() {
            Map<String, Object> tree = Tree.of("name", name, "kind", kind());
            tree.putAll(scale.tree());
            return tree;
        }
    }

    public static Scale read(Dsl dsl) {
        double cpu = cpu("cpu", dsl.value("cpu").orElseThrow(() -> VampError.missing("/cpu")));
        double memory = memory("memory", dsl.value("memory").orElseThrow(() -> VampError.missing("/memory")));
        return new Scale(cpu, memory, dsl.integer("instances").orElse(1));
    }

    /** Where a scale may stand inside another artifact: a reference or an anonymous scale. */
    static Optional<Ref<Scale>> readIn(Dsl parent) {
        return Ref.read(parent, "scale", Scale::read);
    }

    public Map<String, Object> tree() {
        return Tree.of("cpu", Math.round(cpu * 100) / 100.0, "memory", megabytes(memory), "instances", instances);
    }

    static String megabytes(double memory) {
        return String.format(Locale.ROOT, "%.2fMB", memory);
    }

    static double cpu(String key, Object value) {
        String text = Dsl.asText(key, value);
        try {
            return text.endsWith("m")
                    ? Double.parseDouble(text.substring(0, text.length() - 1)) / 1000
                    : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw VampError.unexpectedType(key);
        }
    }

    static double memory(String key, Object value) {
        Matcher matcher = MEMORY.matcher(Dsl.asText(key, value));
        if (!matcher.matches()) {
            throw VampError.unexpectedType(key);
        }
        return Double.parseDouble(matcher.group(1)) * (matcher.group(2).equalsIgnoreCase("G") ? 1024 : 1);
    }
}
