package coalmine.cli;

import picocli.CommandLine.Command;

/** What can be done with recipes. */
@Command(
        name = "recipes",
        mixinStandardHelpOptions = true,
        description = "Lists, shows, runs and cleans up recipes.",
        subcommands = {ListRecipes.class, ShowRecipe.class, RunRecipes.class, CleanRecipe.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "A recipe is a folder with a recipe.json, in Vamp Runner's format. It goes by its folder's name if it lies in the",
            "folder 'recipes' or is one of Coalmine's own; any other folder will do as well."
        })
final class RecipesCommand {}
