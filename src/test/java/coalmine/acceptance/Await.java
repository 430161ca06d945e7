package coalmine.acceptance;

import static org.assertj.core.api.Assertions.fail;

import coalmine.release.Moment;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream;
import coalmine.vamp.EventStream.Arrival;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Waiting, always with a deadline, and with what was seen last when it has passed. */
final class Await {

    /** How often a state is looked at that no event tells of: in the platform's time, as each look costs the platform something as well. */
    private static final PlatformDuration LOOK_EVERY = PlatformDuration.seconds(1);

    private Await() {}

    /**
     * Waits for something that shows in the events: looks again whenever one has come.
     *
     * @param goal what is waited for, as a past participle: "rolled back"
     * @param lastSeen what to tell when it does not come
     */
    static void event(Stage stage, Deadline deadline, String goal, BooleanSupplier reached, Supplier<String> lastSeen) {
        EventStream events = stage.events();
        while (true) {
            int mark = events.mark();
            if (reached.getAsBoolean()) {
                return;
            }
            if (!events.awaitMore(mark, deadline.left())) {
                events.awaitSettled();
                if (reached.getAsBoolean()) {
                    return;
                }
                fail("not " + goal + " within " + deadline + ": " + lastSeen.get() + " (" + lastEvent(stage) + ")");
            }
        }
    }

    /** What was seen before a deadline had passed; what came later does not count, however late it is looked at. */
    static <T> List<T> inTime(Deadline deadline, List<Moment<T>> moments) {
        return moments.stream()
                .filter(moment -> deadline.includes(moment.atNanos()))
                .map(Moment::value)
                .toList();
    }

    /** Waits for a state that no event tells of. It is looked at once at least, and once more at the end by a look that nothing cuts off. */
    static void state(Stage stage, Deadline deadline, String goal, BooleanSupplier reached, Supplier<String> lastSeen) {
        Duration interval = stage.environment().pace().onTheWall(LOOK_EVERY);
        try {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(interval)
                    .atMost(deadline.left().plus(interval))
                    .until(reached::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            if (reached.getAsBoolean()) {
                return;
            }
            fail("not " + goal + " within " + deadline + ": " + lastSeen.get() + " (" + lastEvent(stage) + ")");
        }
    }

    /** Sees to it that something holds now and until a deadline. */
    static void stays(Stage stage, Deadline end, String what, BooleanSupplier holds, Supplier<String> lastSeen) {
        Duration wall = end.left();
        try {
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(stage.environment().pace().onTheWall(LOOK_EVERY))
                    .during(wall)
                    .atMost(wall.plusSeconds(10))
                    .failFast(() -> !holds.getAsBoolean())
                    .until(holds::getAsBoolean);
            stage.events().awaitSettled();
            if (!holds.getAsBoolean()) {
                throw new IllegalStateException("it showed in the last look");
            }
        } catch (RuntimeException e) {
            fail(what + " for " + end + " was expected, but: " + lastSeen.get() + " (" + lastEvent(stage) + ")", e);
        }
    }

    /** The last event that is more than a tick, and how long after the When it came. */
    private static String lastEvent(Stage stage) {
        List<Arrival> arrivals = stage.events().since(0);
        for (int i = arrivals.size() - 1; i >= 0; i--) {
            String type = arrivals.get(i).event().type();
            if (!type.equals("health") && !type.equals("metrics")) {
                return "last event: " + arrivals.get(i).event() + ", "
                        + stage.sinceWhen(arrivals.get(i).atNanos()) + " after the last When";
            }
        }
        return "no event at all";
    }
}
