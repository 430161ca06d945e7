package coalmine.acceptance;

import coalmine.platform.Platform;
import io.cucumber.java.AfterAll;
import io.cucumber.java.BeforeAll;
import java.util.Optional;

/** Opens the platform before the first scenario, and closes it after the last. */
public final class Platforms {

    private static Optional<Platform> platform = Optional.empty();

    private Platforms() {}

    @BeforeAll
    public static void open() {
        Platform chosen = Platform.chosen();
        platform = Optional.of(chosen);
        System.out.println("Platform: " + chosen.description() + "; " + chosen.capacity() + " at a time");
    }

    @AfterAll
    public static void close() {
        platform.ifPresent(Platform::close);
        platform = Optional.empty();
    }

    static Platform platform() {
        return platform.orElseThrow(() -> new IllegalStateException("the platform has not been opened"));
    }
}
