package coalmine.journal;

import coalmine.marathon.MarathonApi;
import coalmine.marathon.MarathonApi.App;
import coalmine.marathon.MarathonException;
import coalmine.recipe.Sweep;
import coalmine.recipe.Traces;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Undoes what a run did, by its journal: removes what it created and nothing else, and puts back what it took away. */
public final class Undoing {

    /** Marathon lets a task up to 5 s to end by itself, and kills it then. */
    private static final PlatformDuration APPS_GO_WITHIN = PlatformDuration.seconds(30);

    private static final PlatformDuration LOOK_EVERY = PlatformDuration.seconds(1);

    private final PastRun run;
    private final VampApi vamp;
    private final MarathonApi marathon;
    private final Pace pace;
    private final Consumer<String> tell;

    /**
     * @param tell hears what is removed and put back, in lines for people
     */
    public Undoing(PastRun run, VampApi vamp, MarathonApi marathon, Pace pace, Consumer<String> tell) {
        this.run = run;
        this.vamp = vamp;
        this.marathon = marathon;
        this.pace = pace;
        this.tell = tell;
    }

    /**
     * Removes everything, and waits until it is gone.
     *
     * @return what is still there or still missing in the end, and why where that is known; empty if all is well
     * @throws JournalException if the run is not over, or another one uses its names now
     */
    public List<String> undo() {
        run.process().ifPresent(process -> {
            throw new JournalException(
                    "run " + run.id() + " is not over: process " + process + " is at it; end that first");
        });
        Claim.to(run.place().prefix())
                .holder(vamp)
                .filter(holder -> !holder.equals(run.id()))
                .ifPresent(holder -> {
                    throw new JournalException("run " + holder + " uses the names of run " + run.id()
                            + " now, so that whose is whose cannot be told; clean up after that one");
                });
        Belongings belongings = run.belongings();
        Set<String> own = Set.copyOf(belongings.own());
        Traces traces = Traces.at(belongings.own());
        List<String> there = traces.left(vamp);
        List<String> left = new ArrayList<>();
        if (!there.isEmpty()) {
            tell.accept("There is " + String.join(", ", there));
            try (EventStream events = EventStream.open(vamp)) {
                left.addAll(new Sweep(vamp, events, pace, Duration.ZERO).remove(traces));
            }
        }
        left.addAll(removeApps(own));
        belongings.taken().forEach((path, was) -> putBack(path, was, left));
        run.settle(vamp);
        there.stream().filter(path -> !left.contains(path)).forEach(path -> tell.accept("Removed " + path));
        return left;
    }

    /** A Vamp that has lost its memory leaves apps behind that nobody looks after. */
    private List<String> removeApps(Set<String> own) {
        List<App> orphans = apps(own);
        for (App app : orphans) {
            try {
                marathon.destroy(app.id());
                tell.accept("Removed the app " + app.id());
            } catch (MarathonException goneMeanwhile) {
                // it is looked for below
            }
        }
        try {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(pace.onTheWall(LOOK_EVERY))
                    .atMost(pace.onTheWall(APPS_GO_WITHIN))
                    .until(() -> apps(own).isEmpty());
            return List.of();
        } catch (ConditionTimeoutException e) {
            return apps(own).stream().map(app -> "the app " + app.id()).toList();
        }
    }

    private List<App> apps(Set<String> own) {
        if (own.isEmpty()) {
            return List.of();
        }
        return marathon.apps().stream().filter(app -> isOf(own, app)).toList();
    }

    private static boolean isOf(Set<String> own, App app) {
        String deployment = "deployments/" + app.labels().get("deployment");
        return own.contains(deployment)
                || own.contains("workflows/" + app.labels().get("workflow"))
                || own.contains(deployment + "/clusters/" + app.labels().get("cluster") + "/services/"
                        + app.labels().get("service") + "/scale");
    }

    private void putBack(String path, JsonNode was, List<String> left) {
        if (vamp.get(path).isPresent()) {
            return;
        }
        ObjectNode document = was.deepCopy();
        // A workflow starts when it is stored, and is not to begin with where it ended.
        document.remove("status");
        try {
            vamp.put(path, document.toString());
            tell.accept("Put back " + path);
        } catch (VampException e) {
            left.add(path + ", which the run took away, could not be put back: " + e.getMessage());
        }
    }
}
