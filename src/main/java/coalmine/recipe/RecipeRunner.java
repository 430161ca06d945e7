package coalmine.recipe;

import coalmine.time.Deadline;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.Event;
import coalmine.vamp.EventStream;
import coalmine.vamp.EventStream.Arrival;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Runs the steps of recipes, each until its event has come and its end state is reached, or its time is up. It listens before it acts, so that no event
 * comes too early. A thread that is interrupted ends its step at once, as a failure.
 */
public final class RecipeRunner {

    private static final int LAST_EVENTS = 5;
    /** An end state is looked at whenever an event has come, and at least this often. */
    private static final PlatformDuration LOOK_EVERY = PlatformDuration.seconds(1);

    /**
     * What has become of a step.
     *
     * @param took in platform time
     * @param message why it failed, or a warning; empty if there is nothing to say
     */
    public record StepResult(Step step, Outcome outcome, PlatformDuration took, String message) {}

    /** How a step has ended. */
    public enum Outcome {
        DONE,
        /** Its condition was not met. */
        SKIPPED,
        /** What it deletes is gone, but the event that says so never came. */
        WARNED,
        FAILED
    }

    /** Hears how the steps go. */
    @FunctionalInterface
    public interface Progress {

        /** A step begins. */
        default void started(Step step) {}

        /** A step has ended. */
        void ended(StepResult result);
    }

    /** A workflow takes up to 6 s to go (observed, first table). */
    private static final PlatformDuration WORKFLOWS_GO_WITHIN = PlatformDuration.seconds(30);

    private final VampApi vamp;
    private final EventStream events;
    private final Pace pace;
    private final Duration allowance;
    private final Progress progress;

    /**
     * @param events open for as long as the runner is used
     * @param allowance what a step gets on top of its timeout for the platform's own machine, on the wall
     * @param progress hears of every step when it has ended
     */
    public RecipeRunner(VampApi vamp, EventStream events, Pace pace, Duration allowance, Progress progress) {
        this.vamp = vamp;
        this.events = events;
        this.pace = pace;
        this.allowance = allowance;
        this.progress = progress;
    }

    /**
     * Runs one step.
     *
     * @throws AssertionError if it fails, with what was seen last
     */
    public void run(Step step) {
        StepResult result = perform(step);
        if (result.outcome() == Outcome.FAILED) {
            throw new AssertionError(result.message());
        }
    }

    /** Runs steps one after the other, until one fails or the thread is interrupted. */
    public List<StepResult> runAll(List<Step> steps) {
        List<StepResult> results = new ArrayList<>();
        for (Step step : steps) {
            results.add(perform(step));
            if (results.get(results.size() - 1).outcome() == Outcome.FAILED) {
                break;
            }
        }
        return results;
    }

    /** Runs all clean-up steps, also after one that failed. */
    public List<StepResult> cleanUp(Recipe recipe) {
        List<StepResult> results = new ArrayList<>();
        recipe.cleanUp().forEach(step -> results.add(perform(step)));
        return results;
    }

    /**
     * Sends what all clean-up steps would, without waiting for more of it than that the workflows have gone, as one that still runs could change what is to go
     * after it; what is gone or refused already is left out.
     */
    public void cleanUpAtOnce(Recipe recipe) {
        List<Step> workflows =
                recipe.cleanUp().stream().filter(RecipeRunner::endsWorkflows).toList();
        workflows.forEach(this::sendIfThere);
        awaitGone(workflows);
        recipe.cleanUp().stream().filter(step -> !workflows.contains(step)).forEach(this::sendIfThere);
    }

    private static boolean endsWorkflows(Step step) {
        return step.isSent() && Traces.deletedBy(step).paths().stream().anyMatch(path -> path.startsWith("workflows/"));
    }

    private void sendIfThere(Step step) {
        long start = System.nanoTime();
        try {
            if (mayBeThere(step)) {
                send(step);
            }
        } catch (VampException e) {
            progress.ended(result(step, Outcome.WARNED, start, e.getMessage()));
        }
    }

    /** Whether a step's condition may be met. When that cannot be seen, what may be there is deleted, but nothing is created. */
    private boolean mayBeThere(Step step) {
        try {
            return step.condition().isEmpty() || !isAbsent(step.condition().get());
        } catch (VampException e) {
            if (step.method() == Step.Method.CREATE) {
                throw e;
            }
            return true;
        }
    }

    private void awaitGone(List<Step> steps) {
        try {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(pace.onTheWall(LOOK_EVERY))
                    .atMost(pace.onTheWall(WORKFLOWS_GO_WITHIN).plus(allowance))
                    .until(() -> steps.stream().allMatch(this::isGone));
        } catch (ConditionTimeoutException e) {
            // whoever looks for what is left will find it
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private StepResult perform(Step step) {
        progress.started(step);
        long start = System.nanoTime();
        StepResult result;
        try {
            result = attempt(step, start);
        } catch (VampException e) {
            // What goes away by itself between the look at it and its deletion needs no deletion.
            result = isGone(step)
                    ? result(step, Outcome.SKIPPED, start, "it has gone away by itself")
                    : failed(step, start, " failed: " + e.getMessage());
        }
        progress.ended(result);
        return result;
    }

    private StepResult attempt(Step step, long start) {
        if (Thread.currentThread().isInterrupted()) {
            return failed(step, start, " was interrupted before it began");
        }
        if (step.condition().isPresent() && isAbsent(step.condition().get())) {
            return result(
                    step,
                    Outcome.SKIPPED,
                    start,
                    "there is no " + step.condition().get());
        }
        int mark = events.mark();
        Deadline deadline = Deadline.in(step.timeout(), pace, allowance);
        send(step);
        boolean announced = step.await().isEmpty() || comes(step, mark, deadline);
        if (Thread.currentThread().isInterrupted()) {
            return failed(step, start, " was interrupted");
        }
        if (!announced && !isGone(step)) {
            return failed(step, start, timedOut(step, mark));
        }
        Optional<String> difference = differenceAt(step, deadline);
        if (difference.isPresent()) {
            return failed(
                    step,
                    start,
                    Thread.currentThread().isInterrupted()
                            ? " was interrupted"
                            : " did not reach its end state within " + step.timeout() + ": " + difference.get()
                                    + told("; what failed meanwhile: ", failures(seenSince(mark))));
        }
        return announced
                ? result(step, Outcome.DONE, start, "")
                : result(step, Outcome.WARNED, start, "gone, but no event with the tags " + step.await() + " has come");
    }

    private void send(Step step) {
        if (!step.isSent()) {
            return;
        }
        if (step.method() == Step.Method.CREATE) {
            vamp.put(step.path(), step.documents());
        } else {
            vamp.delete(step.path(), step.documents());
        }
    }

    /** Whether a step was to delete something of which nothing is there any more. What cannot be seen is not gone. */
    private boolean isGone(Step step) {
        try {
            return step.method() == Step.Method.DELETE
                    && step.isSent()
                    && Traces.deletedBy(step).left(vamp).isEmpty();
        } catch (VampException e) {
            return false;
        }
    }

    private boolean isAbsent(String path) {
        return vamp.get(path).isEmpty();
    }

    private boolean comes(Step step, int mark, Deadline deadline) {
        int looked = mark;
        boolean more = true;
        while (true) {
            List<Arrival> arrivals = events.since(looked);
            if (arrivals.stream().anyMatch(arrival -> arrival.event().hasAll(step.await()))) {
                return true;
            }
            if (!more) {
                return false;
            }
            looked += arrivals.size();
            more = events.awaitMore(looked, deadline.left());
            if (!more) {
                events.awaitSettled();
            }
        }
    }

    /** What still differs from the step's end state when its time is up; empty as soon as nothing does. */
    private Optional<String> differenceAt(Step step, Deadline deadline) {
        while (true) {
            int mark = events.mark();
            Optional<String> difference = step.endState().stream()
                    .map(expected -> expected.difference(vamp.get(expected.path())))
                    .flatMap(Optional::stream)
                    .findFirst();
            if (difference.isEmpty()
                    || deadline.hasPassed()
                    || Thread.currentThread().isInterrupted()) {
                return difference;
            }
            events.awaitMore(mark, shorter(pace.onTheWall(LOOK_EVERY), deadline.left()));
        }
    }

    private String timedOut(Step step, int mark) {
        List<Event> seen = seenSince(mark);
        List<String> failures = failures(seen);
        List<String> others = seen.stream()
                .map(Event::toString)
                .filter(event -> !failures.contains(event))
                .toList();
        return " was sent, but no event with the tags " + step.await() + " came within " + step.timeout()
                + stillThere(step)
                + told("; what failed meanwhile: ", failures)
                + (seen.isEmpty()
                        ? "; the last events were: none at all"
                        : told("; the last events were: ", last(others, LAST_EVENTS)));
    }

    private String stillThere(Step step) {
        if (step.method() != Step.Method.DELETE) {
            return "";
        }
        try {
            List<String> there = Traces.deletedBy(step).left(vamp);
            return there.isEmpty() ? "" : ", and there is still " + String.join(", ", there);
        } catch (VampException e) {
            return ", and what is still there cannot be seen: " + e.getMessage();
        }
    }

    private List<Event> seenSince(int mark) {
        return events.since(mark).stream()
                .map(Arrival::event)
                .filter(event -> !event.type().equals("health") && !event.type().equals("metrics"))
                .toList();
    }

    /**
     * What each gateway and workflow that failed said last of why: the sandbox tells it by events with the tag {@code failed}, which any number of events
     * may follow that tell of the consequences.
     */
    private static List<String> failures(List<Event> seen) {
        Map<Set<String>, String> failures = new LinkedHashMap<>();
        seen.stream()
                .filter(event -> event.has("failed"))
                .forEach(event -> failures.put(event.tags(), event.toString()));
        return last(List.copyOf(failures.values()), LAST_EVENTS);
    }

    private static List<String> last(List<String> events, int most) {
        return events.subList(Math.max(0, events.size() - most), events.size());
    }

    private static String told(String what, List<String> events) {
        return events.isEmpty() ? "" : what + String.join("; ", events);
    }

    private StepResult failed(Step step, long start, String how) {
        return result(step, Outcome.FAILED, start, "step \"" + step.description() + "\"" + how);
    }

    private StepResult result(Step step, Outcome outcome, long start, String message) {
        PlatformDuration took = pace.onThePlatform(Duration.ofNanos(System.nanoTime() - start));
        return new StepResult(step, outcome, took, message);
    }
}
