package coalmine.acceptance;

import coalmine.platform.NeedsDocker;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Runs the smoke scenarios on sandboxes in containers, whose image is built for it. */
@NeedsDocker
@DisabledIfSystemProperty(
        named = "coalmine.platform",
        matches = "container|remote",
        disabledReason = "all scenarios run there")
class ContainerIT {

    @AfterEach
    void forget() {
        System.clearProperty("coalmine.platform");
    }

    @Test
    void the_smoke_scenarios_pass_on_the_container_platform() {
        System.setProperty("coalmine.platform", "container");
        FeatureRun.smoke(Path.of("features"));
    }
}
