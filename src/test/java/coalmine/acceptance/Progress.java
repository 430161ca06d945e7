package coalmine.acceptance;

import io.cucumber.plugin.ConcurrentEventListener;
import io.cucumber.plugin.event.EventPublisher;
import io.cucumber.plugin.event.HookTestStep;
import io.cucumber.plugin.event.HookType;
import io.cucumber.plugin.event.Status;
import io.cucumber.plugin.event.TestCase;
import io.cucumber.plugin.event.TestCaseFinished;
import io.cucumber.plugin.event.TestStepFinished;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Says on the console how every scenario ended, as soon as it has. A plugin of Cucumber's. */
public final class Progress implements ConcurrentEventListener {

    private final AtomicInteger finished = new AtomicInteger();
    /** How long scenarios that run have waited for their platform before their first step, by their ids. */
    private final Map<UUID, Duration> waited = new ConcurrentHashMap<>();

    @Override
    public void setEventPublisher(EventPublisher publisher) {
        publisher.registerHandlerFor(TestStepFinished.class, this::step);
        publisher.registerHandlerFor(TestCaseFinished.class, this::scenario);
    }

    private void step(TestStepFinished event) {
        if (event.getTestStep() instanceof HookTestStep hook && hook.getHookType() == HookType.BEFORE) {
            waited.merge(event.getTestCase().getId(), event.getResult().getDuration(), Duration::plus);
        }
    }

    private void scenario(TestCaseFinished event) {
        Status status = event.getResult().getStatus();
        if (status == Status.SKIPPED) {
            return; // left out by a tag or a name; the report has them
        }
        TestCase scenario = event.getTestCase();
        Duration took = event.getResult()
                .getDuration()
                .minus(Optional.ofNullable(waited.remove(scenario.getId())).orElse(Duration.ZERO));
        System.out.printf(
                Locale.ROOT,
                "%3d  %-7s %5.1f s  %s%n",
                finished.incrementAndGet(),
                status.name().toLowerCase(Locale.ROOT),
                took.toMillis() / 1000.0,
                scenario.getName());
        Optional.ofNullable(event.getResult().getError())
                .ifPresent(error -> System.out.println("     "
                        + error.getMessage()
                                .lines()
                                .limit(12)
                                .reduce((all, line) -> all + System.lineSeparator() + "     " + line)
                                .orElse("")
                        + System.lineSeparator()
                        + "     evidence: the attachments of this scenario in the living documentation; "
                        + scenario.getUri() + ":" + scenario.getLocation().getLine()));
    }
}
