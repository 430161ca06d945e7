package coalmine.acceptance;

import coalmine.journal.Claim;
import coalmine.journal.Journal;
import coalmine.journal.Place;
import coalmine.marathon.MarathonApi;
import coalmine.platform.Environment;
import coalmine.platform.Examination;
import coalmine.platform.Platform;
import coalmine.recipe.Namespace;
import coalmine.report.History;
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
import java.util.concurrent.CompletableFuture;

/** Opens the platform before the first scenario, and closes it after the last. */
public final class Platforms {

    private static UsedKinds used = new UsedKinds();
    private static Optional<Platform> platform = Optional.empty();
    private static Optional<Journal> journal = Optional.empty();

    private Platforms() {}

    @BeforeAll
    public static void open() {
        // What another run in this process has used, on another platform perhaps, is not of this one.
        used = new UsedKinds();
        WritesDocumentation.history().ifPresent(History::checkIsWritable);
        RestAssured.replaceFiltersWith(used);
        CompletableFuture<Void> warm = CompletableFuture.runAsync(Platforms::warmUp);
        Platform chosen = Platform.chosen(Recipes.gatewayPorts());
        platform = Optional.of(chosen);
        System.out.println("Platform: " + chosen.description() + "; "
                + (chosen.capacity() == 1 ? "one" : "up to " + chosen.capacity()) + " at a time");
        warm.join();
        if (!Namespace.chosen().isNone()) {
            System.out.println("Namespace: " + Namespace.chosen().description());
        }
        if (chosen.capacity() == 1) {
            refuseToDisturb(chosen);
        }
        if (chosen.isShared()) {
            claim(chosen);
        }
    }

    /** Nothing is created before there is a journal of it. */
    private static void claim(Platform shared) {
        try (Environment environment = shared.lend()) {
            Journal begun = Journal.begin(
                    Journal.folder(),
                    "the suite",
                    Place.of(
                            environment.vamp().url(),
                            environment.marathon().url(),
                            environment.gatewayHost(),
                            environment.pace().platformSecondsPerSecond(),
                            Namespace.chosen()),
                    new VampApi(environment.vamp()));
            journal = Optional.of(begun);
            System.out.println("Run " + begun.id() + ". Should it end in the middle, coalmine clean --run " + begun.id()
                    + " removes what it has left, by " + begun.file());
            Claim.to(Namespace.chosen()).take(new VampApi(environment.vamp(), begun::before), begun.id());
        }
    }

    /** What the run has created is written down where it would outlive the run. */
    static Optional<Journal> journal() {
        return journal;
    }

    /** REST Assured's first call costs seconds, which no scenario's deadline should have to pay for; a platform takes about as long to open. */
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
            VampApi vamp = new VampApi(environment.vamp());
            MarathonApi marathon = new MarathonApi(environment.marathon());
            Claim.to(Namespace.chosen()).holder(vamp).ifPresent(run -> {
                throw new IllegalStateException("the suite was not started, as run " + run
                        + " uses its names on this platform; wait for its end, or choose another namespace; if it has ended in the middle,"
                        + " coalmine clean --run " + run + " removes what it has left");
            });
            Footprint footprint = new Footprint(vamp, marathon, Recipes.all(), environment.gatewayHost());
            footprint.remember();
            Set<String> there = new TreeSet<>(footprint.left());
            if (!there.isEmpty()) {
                throw new IllegalStateException("the suite was not started, as this platform has what it would use: "
                        + there + "; remove it, or choose another namespace or platform");
            }
            // An event that is sent stays in the store, so this comes last.
            Examination.proveEvents(environment.vamp());
        }
    }

    @AfterAll
    public static void close() {
        // What a Vamp of somebody else's does is for no ledger of ours to know.
        boolean imitates = name().equals("sandbox");
        try {
            journal.ifPresent(Platforms::release);
        } finally {
            journal = Optional.empty();
            platform.ifPresent(it -> it.remarks().forEach(System.out::println));
            platform.ifPresent(Platform::close);
            platform = Optional.empty();
        }
        if (imitates && !used.unknown().isEmpty()) {
            throw new IllegalStateException("this run used what has no row in the ledger of the recordings: "
                    + used.unknown() + "; tell in beyond.txt where its behaviour comes from");
        }
    }

    private static void release(Journal ending) {
        try (Environment environment = platform().lend()) {
            Claim.to(Namespace.chosen()).release(new VampApi(environment.vamp()), ending.id());
        }
        ending.settle();
        ending.close();
        if (!ending.left().isEmpty()) {
            System.out.println("Run " + ending.id() + " has left " + new TreeSet<>(ending.left())
                    + "; coalmine clean --run " + ending.id() + " removes it");
        }
    }

    /** What has been used of the platform. */
    static UsedKinds used() {
        return used;
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
