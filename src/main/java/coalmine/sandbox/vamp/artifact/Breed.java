package coalmine.sandbox.vamp.artifact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What can be deployed (facts 1.2).
 *
 * @param type of the deployable, such as {@code container/docker} or {@code application/javascript}
 * @param definition the image, or the script
 * @param ports as given, such as {@code 8080/http}
 * @param environmentVariables empty values are place holders, to be filled at deployment
 * @param dependencies alias to breed
 */
public record Breed(
        String name,
        String type,
        String definition,
        Map<String, String> ports,
        Map<String, Optional<String>> environmentVariables,
        Map<String, String> constants,
        List<Map.Entry<String, String>> arguments,
        Map<String, Ref<Breed>> dependencies)
        implements Artifact {

    public static final String DOCKER = "container/docker";
    public static final String COMMAND = "command";
    public static final String JAVASCRIPT = "application/javascript";

    public static Breed read(Dsl dsl) {
        String name = dsl.requiredName("name");
        String type = DOCKER;
        String definition;
        if (dsl.peek("deployable").orElse("") instanceof Map) {
            Dsl deployable = dsl.object("deployable").orElseThrow();
            type = deployable
                    .text("type")
                    .map(it -> it.equals("docker") ? DOCKER : it.equals("cmd") ? COMMAND : it)
                    .orElse(DOCKER);
            definition = deployable.requiredText("definition");
        } else {
            definition = dsl.text("deployable").orElseThrow(() -> VampError.missing("/deployable/definition"));
        }
        Breed breed = new Breed(
                name,
                type,
                definition,
                valued(dsl.texts("ports")),
                environment(dsl),
                valued(dsl.texts("constants")),
                arguments(dsl),
                dependencies(dsl));
        breed.checkIsNoneOf(breed.dependencies());
        breed.checkReferences();
        return breed;
    }

    /** A breed of a script, as {@code PUT /breeds/NAME} of plain JavaScript stores it (facts 1.2). */
    public static Breed javascript(String name, String script) {
        return new Breed(Dsl.checkedName(name), JAVASCRIPT, script, Map.of(), Map.of(), Map.of(), List.of(), Map.of());
    }

    /** Where a breed may stand inside another artifact: a reference, or a breed with its name. */
    static Ref<Breed> readIn(Dsl parent, String key) {
        if (parent.peek(key).isEmpty()) {
            throw VampError.missing("/" + key);
        }
        return of(
                parent.peek(key).get() instanceof Map
                        ? parent.object(key).orElseThrow()
                        : parent.text(key).orElseThrow());
    }

    static Ref<Breed> of(Object nameOrDsl) {
        if (!(nameOrDsl instanceof Dsl dsl)) {
            return Ref.to(Dsl.asText("breed", nameOrDsl));
        }
        return dsl.reference().map(Ref::<Breed>to).orElseGet(() -> {
            dsl.checkKind("breed");
            return Ref.inline(read(dsl));
        });
    }

    static Map<String, Optional<String>> environment(Dsl dsl) {
        Map<String, Optional<String>> environment = new LinkedHashMap<>(dsl.texts("env"));
        environment.putAll(dsl.texts("environment_variables"));
        return environment;
    }

    static List<Map.Entry<String, String>> arguments(Dsl dsl) {
        List<Map.Entry<String, String>> arguments = new ArrayList<>();
        boolean isList = dsl.peek("arguments").orElse("") instanceof List;
        for (Object element : dsl.list("arguments")) {
            if (!(element instanceof Dsl one) || isList && one.keys().size() != 1) {
                throw VampError.wrong("Invalid argument - argument must be in form of 'key: value'.");
            }
            for (String key : one.keys()) {
                String value = one.requiredText(key);
                if (key.equals("privileged") && !value.matches("true|false")) {
                    throw VampError.wrong("Argument privileged has an invalid value: " + value + ".");
                }
                arguments.add(Map.entry(key, value));
            }
        }
        return arguments;
    }

    private static Map<String, Ref<Breed>> dependencies(Dsl dsl) {
        Map<String, Ref<Breed>> dependencies = new LinkedHashMap<>();
        dsl.object("dependencies").ifPresent(all -> {
            for (String alias : all.keys()) {
                Object peeked = all.peek(alias).orElseThrow();
                boolean wrapped = peeked instanceof Map<?, ?> map && map.containsKey("breed");
                Ref<Breed> breed = wrapped ? readIn(all.object(alias).orElseThrow(), "breed") : readIn(all, alias);
                dependencies.put(alias, breed);
            }
        });
        return dependencies;
    }

    /** It may not depend on itself, nor may the breeds that it brings along inline. */
    private void checkIsNoneOf(Map<String, Ref<Breed>> others) {
        for (Ref<Breed> other : others.values()) {
            if (nameOf(other).equals(name)) {
                throw VampError.wrong("Recursive (cyclic) dependency detected for breed '" + name + "'");
            }
            other.inline().ifPresent(breed -> checkIsNoneOf(breed.dependencies()));
        }
    }

    /** The name of a breed that is referred to or stands inline. */
    public static String nameOf(Ref<Breed> breed) {
        return breed.reference().orElseGet(() -> breed.inline().orElseThrow().name());
    }

    /** Whether a breed's name is one that a dependency wants, which may end in an asterisk (facts 1.2). */
    public static boolean fits(String wanted, String name) {
        return wanted.endsWith("*") ? name.startsWith(wanted.substring(0, wanted.length() - 1)) : name.equals(wanted);
    }

    /** Every value that refers to a dependency must refer to one that is declared. */
    private void checkReferences() {
        environmentVariables
                .values()
                .forEach(value -> Interpolation.references(value.orElse("")).stream()
                        .filter(reference -> reference.contains("."))
                        .filter(reference -> !dependencies.containsKey(reference.replaceAll("\\..*", "")))
                        .findFirst()
                        .ifPresent(reference -> {
                            throw VampError.wrong("Unresolved reference '" + reference + "' in breed '" + name + " -> "
                                    + definition + "'. Check if breed dependency is declared.");
                        }));
    }

    private static Map<String, String> valued(Map<String, Optional<String>> texts) {
        Map<String, String> result = new LinkedHashMap<>();
        // Vamp's own message is broken here, and says no more (facts 1.8).
        texts.forEach((name, text) -> result.put(name, text.orElseThrow(() -> VampError.wrong("Error."))));
        return result;
    }

    @Override
    public String kind() {
        return "breed";
    }

    @Override
    public Map<String, Object> tree() {
        Map<String, Object> dependencyTrees = new LinkedHashMap<>();
        dependencies.forEach((alias, breed) -> dependencyTrees.put(
                alias,
                breed.inline()
                        .<Object>map(Breed::tree)
                        .orElseGet(() -> breed.reference().orElseThrow())));
        return Tree.of(
                "name",
                name,
                "kind",
                kind(),
                "deployable",
                Tree.of("type", type, "definition", definition),
                "ports",
                ports,
                "environment_variables",
                Tree.nullable(environmentVariables),
                "constants",
                constants,
                "arguments",
                argumentTrees(arguments),
                "dependencies",
                dependencyTrees);
    }

    static List<Object> argumentTrees(List<Map.Entry<String, String>> arguments) {
        return arguments.stream()
                .<Object>map(argument -> Tree.of(argument.getKey(), argument.getValue()))
                .toList();
    }
}
