package coalmine.acceptance;

import coalmine.marathon.MarathonApi;
import coalmine.platform.Environment;
import coalmine.platform.Examination;
import coalmine.platform.Platform;
import coalmine.recipe.Recipe;
import coalmine.report.ScenarioRecord.Where;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import io.cucumber.java.AfterAll;
import io.cucumber.java.BeforeAll;
import io.restassured.RestAssured;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Opens the platform before the first scenario, and closes it after the last. */
public final class Platforms {

    private static final UsedKinds USED = new UsedKinds();
    private static Optional<Platform> platform = Optional.empty();

    private Platforms() {}

    @BeforeAll
    public static void open() {
        Platform chosen = Platform.chosen(Recipes.gatewayPorts());
        platform = Optional.of(chosen);
        System.out.println("Platform: " + chosen.description() + "; "
                + (chosen.capacity() == 1 ? "one" : "up to " + chosen.capacity()) + " at a time");
        RestAssured.replaceFiltersWith(USED);
        warmUp();
        if (chosen.capacity() == 1) {
            refuseToDisturb(chosen);
        }
    }

    /** REST Assured's first call costs seconds, which no scenario's deadline should have to pay for. */
    private static void warmUp() {
        try {
            new VampApi(URI.create("http://127.0.0.1:9")).info();
        } catch (VampException nobodyThere) {
            // as expected
        }
    }

    /** On a platform that others may use, nothing is changed if anything is there already that the suite would use. */
    private static void refuseToDisturb(Platform shared) {
        try (Environment environment = shared.lend()) {
            Examination.proveEvents(environment.vamp());
            VampApi vamp = new VampApi(environment.vamp());
            MarathonApi marathon = new MarathonApi(environment.marathon());
            Set<String> there = new TreeSet<>();
            for (Recipe recipe : Recipes.all()) {
                Footprint footprint = new Footprint(vamp, marathon, recipe, environment.gatewayHost());
                footprint.remember();
                there.addAll(footprint.left());
            }
            if (!there.isEmpty()) {
                throw new IllegalStateException("the suite was not started, as this platform has what it would use: "
                        + there + "; remove it, or choose another platform");
            }
        }
    }

    @AfterAll
    public static void close() {
        platform.ifPresent(it -> it.remarks().forEach(System.out::println));
        platform.ifPresent(Platform::close);
        platform = Optional.empty();
        if (name().equals("sandbox") && !USED.unknown().isEmpty()) {
            throw new IllegalStateException("this run used what has no row in the ledger of the recordings: "
                    + USED.unknown() + "; tell in beyond.txt where its behaviour comes from");
        }
    }

    /** What has been used of the platform. */
    static UsedKinds used() {
        return USED;
    }

    /** What the report says of where scenarios ran. */
    static Where where() {
        return new Where(
                name(),
                platform().description(),
                platform().pace().platformSecondsPerSecond(),
                name().equals("sandbox") ? Fidelity.counts() : List.of());
    }

    private static String name() {
        return System.getProperty("coalmine.platform", "sandbox");
    }

    static Platform platform() {
        return platform.orElseThrow(() -> new IllegalStateException("the platform could not be opened"));
    }
}
