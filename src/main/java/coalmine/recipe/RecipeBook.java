package coalmine.recipe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All recipes that can be called by name: those in a folder of the user's, and those that Coalmine carries with its classes. A name that is in both means
 * the user's.
 */
public final class RecipeBook {

    private static final String CARRIED = "coalmine/recipes";

    private final Map<String, Path> byName;

    private RecipeBook(Map<String, Path> byName) {
        this.byName = byName;
    }

    /**
     * Opens it.
     *
     * @param folder of the user's recipes, a folder each; need not exist
     */
    public static RecipeBook open(Path folder) {
        Map<String, Path> byName = new TreeMap<>();
        add(byName, carried());
        add(byName, folder);
        return new RecipeBook(byName);
    }

    /** Where Coalmine's own recipes lie: beside its classes, in a folder or in a jar. */
    private static Path carried() {
        try {
            Path classes = Path.of(RecipeBook.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Files.isDirectory(classes)
                    ? classes.resolve(CARRIED)
                    // Open for as long as the process lives: recipes are read from it at any time.
                    : FileSystems.newFileSystem(classes).getPath(CARRIED);
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("Coalmine cannot find its own classes", e);
        }
    }

    private static void add(Map<String, Path> byName, Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            entries.filter(RecipeBook::isRecipe)
                    .forEach(entry -> byName.put(entry.getFileName().toString().replace("/", ""), entry));
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be read", e);
        }
    }

    private static boolean isRecipe(Path folder) {
        return Files.isRegularFile(folder.resolve("recipe.json"));
    }

    /** The names of all recipes, in their order. */
    public List<String> names() {
        return new ArrayList<>(byName.keySet());
    }

    /**
     * The folder of a recipe.
     *
     * @param nameOrFolder the name of one, or any folder that holds one
     * @throws RecipeException if it is neither, with the names that there are
     */
    public Path folder(String nameOrFolder) {
        Path folder = Path.of(nameOrFolder);
        if (byName.containsKey(nameOrFolder)) {
            return byName.get(nameOrFolder);
        }
        if (isRecipe(folder)) {
            return folder;
        }
        throw new RecipeException(
                Files.isDirectory(folder)
                        ? folder + " is no recipe: there is no recipe.json in it"
                        : "there is no recipe \"" + nameOrFolder + "\", by name or as a folder; there are " + names());
    }

    /**
     * Reads a recipe.
     *
     * @param nameOrFolder the name of one, or any folder that holds one
     * @param settings values of parameters by name
     * @throws RecipeException if it is neither, or cannot be read
     */
    public Recipe read(String nameOrFolder, Map<String, String> settings) {
        return Recipe.read(folder(nameOrFolder), settings);
    }
}
