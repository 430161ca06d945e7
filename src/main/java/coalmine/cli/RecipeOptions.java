package coalmine.cli;

import coalmine.recipe.Namespace;
import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeBook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where recipes come from, and what their parameters are. */
final class RecipeOptions {

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Sets a parameter of the recipe; 'recipes show' tells which there are.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            description =
                    "What all names of this run begin with, so that it meets nobody on a Vamp that others use as well; -Dcoalmine.namespace"
                            + " if not given.")
    private Optional<String> namespace = Optional.empty();

    @Option(
            names = "--port-shift",
            paramLabel = "N",
            description =
                    "What is added to the ports of the recipe's gateways; -Dcoalmine.port.shift if not given, or else a number that follows"
                            + " from the namespace.")
    private Optional<String> portShift = Optional.empty();

    /**
     * All recipes that can be called by name: those that are carried along, and those of a folder.
     *
     * @throws IllegalArgumentException if a folder is named and there is none
     */
    static RecipeBook book() {
        Optional<Path> named =
                Optional.ofNullable(System.getProperty("coalmine.recipes")).map(Path::of);
        named.filter(folder -> !Files.isDirectory(folder)).ifPresent(folder -> {
            throw new IllegalArgumentException(
                    "-Dcoalmine.recipes=" + folder + " is no folder; name one that holds folders of recipes");
        });
        return RecipeBook.open(named.orElse(Path.of("recipes")));
    }

    Recipe read(String nameOrFolder) {
        return book().read(nameOrFolder, settings).in(namespace());
    }

    /**
     * The namespace of the run.
     *
     * @throws IllegalArgumentException if there is no such one
     */
    Namespace namespace() {
        return namespace.isEmpty() && portShift.isEmpty()
                ? Namespace.chosen()
                : Namespace.of(
                        namespace.orElseGet(() -> System.getProperty("coalmine.namespace", "")),
                        portShift.orElseGet(() -> System.getProperty("coalmine.port.shift", "")));
    }

    /** The options as they were given, to be given again. */
    String again() {
        Namespace chosen = namespace();
        StringBuilder text = new StringBuilder(
                chosen.isNone()
                        ? ""
                        : " --namespace " + chosen.prefix().replaceAll("-$", "") + " --port-shift "
                                + chosen.portShift());
        settings.forEach(
                (name, value) -> text.append(" --set ").append(name).append('=').append(value));
        return text.toString();
    }
}
