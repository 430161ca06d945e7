package coalmine.cli;

import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeBook;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists what there is to run. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description =
                "Lists the recipes that can be called by name: those in the folder 'recipes', and Coalmine's own.")
final class ListRecipes implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Prints a JSON list instead.")
    private boolean json;

    @Override
    public void run() {
        RecipeBook book = RecipeOptions.book();
        PrintWriter out = spec.commandLine().getOut();
        ArrayNode list = new ObjectMapper().createArrayNode();
        int width = book.names().stream().mapToInt(String::length).max().orElse(0);
        for (String name : book.names()) {
            Recipe recipe = book.read(name, Map.of());
            if (json) {
                list.addObject()
                        .put("folder", name)
                        .put("name", recipe.name())
                        .put("description", recipe.description())
                        .put("steps", recipe.run().size());
            } else {
                out.println(name + " ".repeat(width + 2 - name.length()) + recipe.name());
                out.println(" ".repeat(width + 2) + recipe.description());
            }
        }
        if (json) {
            out.println(list);
        }
        out.flush();
    }
}
