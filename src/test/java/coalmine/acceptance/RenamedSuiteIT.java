package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changes every name, version, image, port and weight in the features and the recipe alike, and runs on them what {@code mvn verify} does: nothing in the suite
 * or the sandbox may know the tutorial's.
 */
@DisabledIfSystemProperty(
        named = "coalmine.platform",
        matches = "remote|container",
        disabledReason = "a Vamp outside of this JVM would need the image of the other name")
class RenamedSuiteIT {

    /** How many scenarios {@code mvn verify} runs. */
    private static final int SCENARIOS_BY_DEFAULT = 23;

    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("sava", "kiwi");
        NAMES.put("1\\.1", "7.4");
        NAMES.put("1\\.0", "7.3");
        NAMES.put("9050", "9150");
        NAMES.put("large", "wide");
        NAMES.put("((?:the|no) )canary( workflow)", "$1finch$2");
        NAMES.put("((?:the|no) )traffic( workflow)", "$1crowd$2");
        NAMES.put("((?:name|breed|NAME|workflows)[:/] ?)canary\\b", "$1finch");
        NAMES.put("((?:name|breed|NAME|workflows)[:/] ?)traffic\\b", "$1crowd");
        NAMES.put("\\b(reached )40%", "$130%");
        NAMES.put("\\b25%", "20%");
        NAMES.put("\\b50%", "45%");
        NAMES.put("45%( on kiwi 7.4)", "55%$1");
        NAMES.put("\\b5 points", "10 points");
        NAMES.put("STEP: \"5\"", "STEP: \"10\"");
        NAMES.put("(starts|starts over) at 5%", "$1 at 10%");
        NAMES.put("in steps of 5%", "in steps of 10%");
        NAMES.put("announced 20 steps", "announced 10 steps");
    }

    @TempDir
    Path folder;

    @AfterEach
    void forget() {
        System.clearProperty("coalmine.recipes");
        System.clearProperty("coalmine.sandbox.images");
    }

    @Test
    void the_suite_passes_with_every_name_port_image_and_weight_changed() throws IOException {
        copy(Path.of("features"));
        copy(Path.of("recipes"));
        System.setProperty("coalmine.recipes", folder.resolve("recipes").toString());
        System.setProperty("coalmine.sandbox.images", "magneticio/kiwi");

        FeatureRun.run(folder.resolve("features"), tagsByDefault(), SCENARIOS_BY_DEFAULT);
    }

    private static String tagsByDefault() throws IOException {
        Properties settings = new Properties();
        try (InputStream file = RenamedSuiteIT.class.getResourceAsStream("/junit-platform.properties")) {
            settings.load(file);
        }
        return settings.getProperty("cucumber.filter.tags");
    }

    private void copy(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(renamed(file.toString()));
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, renamed(Files.readString(file)));
            }
        }
        assertThat(List.of(folder.toFile().list())).contains(tree.toString());
    }

    private static String renamed(String text) {
        String result = text;
        for (Map.Entry<String, String> name : NAMES.entrySet()) {
            result = result.replaceAll(name.getKey(), name.getValue());
        }
        return result;
    }
}
