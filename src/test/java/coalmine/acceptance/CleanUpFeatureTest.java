package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CleanUpFeatureTest {

    @Test
    void the_canary_release_is_cleaned_up_from_each_of_its_steps() throws IOException {
        String feature = Files.readString(Path.of("features/canary-release/clean-up.feature"));

        assertThat(Recipes.canaryRelease().run())
                .isNotEmpty()
                .allSatisfy(step ->
                        assertThat(feature).containsPattern("\\| " + Pattern.quote(step.description()) + " +\\|"));
    }
}
