package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.marathon.MarathonApi;
import coalmine.marathon.MarathonApi.App;
import coalmine.platform.Environment;
import coalmine.platform.GatewayPort;
import coalmine.platform.Platform;
import coalmine.recipe.Namespace;
import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeRunner;
import coalmine.recipe.Traces;
import coalmine.release.Probe;
import coalmine.release.ReleaseHistory;
import coalmine.release.Timeline.Harm;
import coalmine.time.Deadline;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.Event;
import coalmine.vamp.EventStream;
import coalmine.vamp.VampApi;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.opentest4j.TestAbortedException;

/**
 * One scenario's stage: the environment that was lent to it, the clients and the users, and when its last When was. Shared by all the steps of the
 * scenario.
 */
public final class Stage {

    /** The longest that a Given may take: a whole release, and a half. */
    static final PlatformDuration GIVEN_TIME = PlatformDuration.seconds(150);

    /** On the wall: the gateways' process has its new configuration long before. */
    private static final Duration GATEWAY_OPENS = Duration.ofSeconds(5);

    private final List<VampApi.Sent> sent = new CopyOnWriteArrayList<>();
    private final List<Harm> harms = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();
    private Environment environment;
    private VampApi vamp;
    private MarathonApi marathon;
    private EventStream events;
    private ReleaseHistory history;
    private Recipe recipe;
    private Footprint footprint;
    private boolean ours;
    private RecipeRunner runner;
    private Probe users;
    private List<App> appsAtWhen = List.of();
    private long whenNanos;
    private int whenMark;

    /**
     * Takes an environment, which nothing works without; gives it back if it cannot be used.
     *
     * @param vamps the versions of Vamp of which it is to be one; none of them if any will do
     */
    void open(Platform platform, Set<String> vamps) {
        environment = platform.lend(vamps);
        vamp = new VampApi(environment.vamp(), this::about);
        marathon = new MarathonApi(environment.marathon());
        try {
            events = EventStream.open(vamp);
            history = new ReleaseHistory(events, this::isAboutUs);
            runner = new RecipeRunner(
                    vamp,
                    events,
                    environment.pace(),
                    environment.allowance(),
                    result -> progress.add(result.took() + " " + result.outcome() + " "
                            + result.step().description()
                            + (result.message().isEmpty() ? "" : ": " + result.message())));
            use(Recipes.canaryRelease());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        whenNanos = System.nanoTime();
    }

    private void about(VampApi.Sent documents) {
        Platforms.journal().ifPresent(journal -> journal.before(documents));
        sent.add(documents);
    }

    /** Gives the environment back. */
    void close() {
        Optional.ofNullable(users).ifPresent(Probe::close);
        Optional.ofNullable(events).ifPresent(EventStream::close);
        environment.close();
    }

    Environment environment() {
        return environment;
    }

    VampApi vamp() {
        return vamp;
    }

    MarathonApi marathon() {
        return marathon;
    }

    EventStream events() {
        return events;
    }

    ReleaseHistory history() {
        return history;
    }

    Recipe recipe() {
        return recipe;
    }

    RecipeRunner runner() {
        return runner;
    }

    Probe users() {
        return users;
    }

    /** The steps of the recipe that have been run, a line each. */
    List<String> progress() {
        return progress;
    }

    /** The documents that were sent to Vamp. */
    List<VampApi.Sent> sent() {
        return sent;
    }

    /** The harm that was done so far. */
    List<Harm> harms() {
        return harms;
    }

    /** What the recipe may leave on this platform. */
    Footprint footprint() {
        return footprint;
    }

    /** What something of the recipes and features is called in the namespace of this run. */
    String named(String plain) {
        return Namespace.chosen().name(plain);
    }

    /** Whether an event is for this scenario to look at: on a platform that others use as well, only if it is about the recipe's names. */
    boolean isAboutUs(Event event) {
        return !Platforms.platform().isShared() || footprint.isAbout(event);
    }

    /** Chooses another recipe than the canary release, before anything is done. */
    void use(Recipe other) {
        ours = false;
        recipe = other;
        footprint = new Footprint(vamp, marathon, List.of(recipe), environment.gatewayHost());
        users = probe();
    }

    /**
     * Sees to it that whatever will be there of the recipe is this scenario's.
     *
     * @throws AssertionError if anything is there already; it is somebody else's, and nothing is deleted
     * @throws TestAbortedException if the recipe would take away what others need
     */
    void claim() {
        Set<String> foreign = Traces.foreign(recipe);
        if (Platforms.platform().isShared() && !Namespace.chosen().prefix().isEmpty() && !foreign.isEmpty()) {
            throw new TestAbortedException("skipped, as it would take away " + String.join(", ", foreign)
                    + ", and a run with a namespace is not alone on this Vamp");
        }
        assertThat(footprint.left())
                .as("what is there already of the recipe " + recipe.name())
                .isEmpty();
        ours = true;
        // What the recipe's workflows create, nobody sends from here.
        Platforms.journal()
                .ifPresent(journal -> journal.expects(Traces.ofWorkflows(recipe).paths()));
    }

    /** Whether what is there of the recipe is this scenario's, for it to delete. */
    boolean isOurs() {
        return ours;
    }

    private Probe probe() {
        return new Probe(
                URI.create("http://" + environment.gatewayHost() + ":" + gatewayPort() + "/"), environment.pace());
    }

    /** The port on which the recipe's gateway takes the users' requests; the last one that it opens if there are several. */
    int gatewayPort() {
        List<Integer> ports = recipe.gatewayPorts();
        return ports.get(ports.size() - 1);
    }

    /** Vamp has said that the gateway is deployed: if nobody can call it a few seconds later, nobody ever will. */
    void gatewayCanBeCalled() {
        GatewayPort port = new GatewayPort(environment.gatewayHost(), gatewayPort());
        Await.state(
                this,
                Deadline.in(new PlatformDuration(GATEWAY_OPENS), Pace.REAL, Duration.ZERO),
                "open to users though Vamp says that its gateway is deployed",
                port::isOpen,
                () -> port.trouble().orElse("it is open now"));
    }

    /** Begins a When: what Thens speak of counts from here. */
    void when() {
        events.awaitSettled();
        appsAtWhen = marathon.apps();
        whenMark = events.mark();
        whenNanos = System.nanoTime();
    }

    /**
     * Begins a When that does harm, which is where the report counts from as well.
     *
     * @param how as a past participle, such as {@code killed}
     */
    void whenHarmed(ServiceVersion version, String how) {
        when();
        harms.add(new Harm(whenNanos, version.breed(), how));
    }

    /** The apps that Marathon had when the last When began. */
    List<App> appsAtWhen() {
        return appsAtWhen;
    }

    /** How many events had arrived when the last When began. */
    int whenMark() {
        return whenMark;
    }

    /** When the last When began, by {@link System#nanoTime()}. */
    long whenNanos() {
        return whenNanos;
    }

    /** A deadline that counts from the last When. */
    Deadline deadline(PlatformDuration limit) {
        return Deadline.since(whenNanos, limit, environment.pace(), environment.allowance());
    }

    /** What something may take that may take so long by the platform's clock: the platform's own machine does not get faster with that. */
    PlatformDuration allowed(PlatformDuration limit) {
        return limit.plus(environment.pace().onThePlatform(environment.allowance()));
    }

    /** A deadline for something that a Given brings about. */
    Deadline givenDeadline() {
        return Deadline.in(GIVEN_TIME, environment.pace(), environment.allowance());
    }

    /** Time on the wall as platform time. */
    PlatformDuration platformTime(long nanos) {
        return environment.pace().onThePlatform(Duration.ofNanos(nanos));
    }

    /** How long after the last When a moment was. */
    PlatformDuration sinceWhen(long nanos) {
        return platformTime(nanos - whenNanos);
    }
}
