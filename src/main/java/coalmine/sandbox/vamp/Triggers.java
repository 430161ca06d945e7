package coalmine.sandbox.vamp;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.pulse.EventStore;
import coalmine.sandbox.vamp.artifact.Schedule;
import coalmine.time.PlatformDuration;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What workflows wait for that are no daemons: events and times. Each counts, also while the run before is still at it. */
final class Triggers {

    private final EventStore events;
    private final SandboxClock clock;
    private final Map<String, Armed> armed = new LinkedHashMap<>();

    private static final class Armed {
        private final Schedule schedule;
        private Runnable disarm = () -> {};
        private int waiting;
        private int fired;

        private Armed(Schedule schedule) {
            this.schedule = schedule;
        }
    }

    Triggers(EventStore events, SandboxClock clock) {
        this.events = events;
        this.clock = clock;
    }

    /**
     * Waits for what a schedule says from now on; without effect if that is waited for already.
     *
     * @param listener hears the workflow's name whenever it has come
     */
    void arm(String workflow, Schedule schedule, Consumer<String> listener) {
        Armed present = armed.get(workflow);
        if (present != null && present.schedule.equals(schedule)) {
            return;
        }
        disarm(workflow);
        Armed next = new Armed(schedule);
        Runnable fire = () -> {
            next.waiting++;
            next.fired++;
            listener.accept(workflow);
        };
        if (schedule instanceof Schedule.OnEvent event) {
            next.disarm = events.listen(happened -> {
                if (happened.tags().containsAll(event.tags())) {
                    fire.run();
                }
            });
        } else if (schedule instanceof Schedule.InTime time) {
            next.disarm = inTime(next, time, fire);
        }
        armed.put(workflow, next);
    }

    private Runnable inTime(Armed trigger, Schedule.InTime time, Runnable fire) {
        Duration first = time.start()
                .map(start -> Duration.between(clock.now(), start))
                .filter(left -> left.compareTo(Duration.ZERO) > 0)
                .orElse(Duration.ZERO);
        SandboxClock.Timer timer = clock.every(new PlatformDuration(first), new PlatformDuration(time.period()), () -> {
            if (time.repeat().map(times -> trigger.fired < times).orElse(true)) {
                fire.run();
            }
        });
        return timer::cancel;
    }

    void disarm(String workflow) {
        Optional.ofNullable(armed.remove(workflow)).ifPresent(it -> it.disarm.run());
    }

    /** Whether a run is due, which is taken for begun. */
    boolean take(String workflow) {
        Armed trigger = armed.get(workflow);
        if (trigger == null || trigger.waiting == 0) {
            return false;
        }
        trigger.waiting--;
        return true;
    }

    /** Ends all waiting. */
    void close() {
        armed.values().forEach(it -> it.disarm.run());
        armed.clear();
    }
}
