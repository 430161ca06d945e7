package coalmine.sandbox.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.sandbox.recorded.Replay.Outcome;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The replay once more with every name, version, port and image changed on both sides: nothing in the sandbox may know the recorded ones. */
@DisabledIfSystemProperty(
        named = "recordings",
        matches = ".+",
        disabledReason = "only Coalmine's own recordings are renamed")
class RenamedRecordingsSystemTest {

    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("sava(%3A|[: -])1([.-])0", "sava$17$23");
        NAMES.put("sava(%3A|[: -])1([.-])1", "sava$17$24");
        NAMES.put("sava", "kiwi");
        NAMES.put("\\blab", "dew");
        NAMES.put("\\blarge\\b", "wide");
        NAMES.put("canary", "finch");
        NAMES.put("traffic", "crowd");
        NAMES.put("web", "www");
        NAMES.put("9050", "9150");
        NAMES.put("9098", "9198");
        NAMES.put("9099", "9199");
        NAMES.put("8080/http", "8181/http");
    }

    @BeforeEach
    void let_the_sandbox_know_the_image() {
        System.setProperty("coalmine.sandbox.images", "magneticio/kiwi");
    }

    @AfterEach
    void forget_it() {
        System.clearProperty("coalmine.sandbox.images");
    }

    @Test
    void the_answers_agree_with_every_name_port_and_image_changed() throws IOException, InterruptedException {
        List<Outcome> outcomes = Recordings.replay(
                        Recordings.FOLDER, "127.5.4.1", Likeness.ofChangedNames(), RenamedRecordingsSystemTest::renamed)
                .outcomes();

        assertThat(outcomes).isNotEmpty();
        assertThat(outcomes.stream()
                        .filter(outcome -> !outcome.agrees())
                        .filter(outcome -> !Recordings.knownDifferences()
                                .containsKey(outcome.exchange().number())))
                .isEmpty();
    }

    private static String renamed(String text) {
        String result = text;
        for (Map.Entry<String, String> name : NAMES.entrySet()) {
            result = result.replaceAll(name.getKey(), name.getValue());
        }
        return result;
    }
}
