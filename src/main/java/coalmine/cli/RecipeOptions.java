package coalmine.cli;

import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeBook;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where recipes come from, and what their parameters are. */
final class RecipeOptions {

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Sets a parameter of the recipe; 'recipes show' tells which there are.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /** All recipes that can be called by name. */
    static RecipeBook book() {
        return RecipeBook.open(Path.of(System.getProperty("coalmine.recipes", "recipes")));
    }

    Recipe read(String nameOrFolder) {
        return book().read(nameOrFolder, settings);
    }

    /** The options as they were given, to be given again. */
    String again() {
        StringBuilder text = new StringBuilder();
        settings.forEach(
                (name, value) -> text.append(" --set ").append(name).append('=').append(value));
        return text.toString();
    }
}
