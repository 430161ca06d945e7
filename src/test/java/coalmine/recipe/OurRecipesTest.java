package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recipes that Coalmine brings along. */
class OurRecipesTest {

    static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("recipes"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("recipe.json")))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void there_are_the_twelve_of_vamp_runner_each_with_a_name_of_its_own() throws IOException {
        Set<String> names =
                folders().stream().map(Recipe::read).map(Recipe::name).collect(Collectors.toSet());

        assertThat(names).hasSizeGreaterThanOrEqualTo(12).hasSameSizeAs(folders());
    }

    @ParameterizedTest
    @MethodSource("folders")
    void everything_that_a_recipe_creates_its_clean_up_names(Path folder) {
        Recipe recipe = Recipe.read(folder);
        Set<String> created = names(recipe.run(), Step.Method.CREATE);
        Set<String> deleted = names(recipe.cleanUp(), Step.Method.DELETE);
        deleted.addAll(references(recipe.cleanUp()));

        assertThat(deleted).containsAll(created);
    }

    @ParameterizedTest
    @MethodSource("folders")
    void a_step_of_the_clean_up_waits_for_an_event_only_if_there_is_something_to_wait_for(Path folder) {
        assertThat(Recipe.read(folder).cleanUp())
                .filteredOn(step ->
                        step.method() == Step.Method.DELETE && !step.await().isEmpty())
                .allMatch(step -> step.condition().isPresent());
    }

    private static Set<String> names(List<Step> steps, Step.Method method) {
        return steps.stream()
                .filter(step -> step.method() == method)
                .flatMap(step -> Documents.values(step.documents(), "name").stream())
                .collect(Collectors.toSet());
    }

    private static List<String> references(List<Step> steps) {
        return steps.stream()
                .flatMap(step -> Documents.values(step.documents(), "reference").stream())
                .toList();
    }
}
