package coalmine.cli;

import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeRunner;
import coalmine.time.PlatformDuration;
import java.util.List;

/** What a command tells while it works: for people, or for machines. */
interface Report extends RecipeRunner.Progress {

    /** A recipe is about to be run. */
    void begins(Recipe recipe, String platform);

    /** The steps that follow are those of the clean-up. */
    void cleansUp();

    /** A recipe has ended well. */
    void succeeded();

    /**
     * A recipe has ended otherwise.
     *
     * @param reason in a sentence, with what to do about it where there is something
     * @param left what it has left behind
     */
    void failed(String reason, List<String> left);

    /**
     * Something that a release did.
     *
     * @param at since the command began
     */
    void moment(PlatformDuration at, String what);

    /** Something that people may want to know, and machines need not. */
    void note(String line);
}
