package coalmine.acceptance;

import coalmine.journal.Journal;
import coalmine.marathon.MarathonException;
import coalmine.release.Answer;
import coalmine.report.ScenarioRecord;
import coalmine.vamp.EventStream.Arrival;
import coalmine.vamp.VampException;
import io.cucumber.java.After;
import io.cucumber.java.Before;
import io.cucumber.java.Scenario;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/** What happens around every scenario: it finds the platform clean, and leaves it so. */
public final class Hooks {

    private static final int LAST_EVENTS = 50;
    /** What a tag begins with that names a version of Vamp. */
    private static final String VAMP = "@vamp-";
    /** The tag of a scenario that kills a whole Vamp and starts it again. */
    private static final String RESTARTS = "@restarts-vamp";

    private final Stage stage;
    private final CleanUpSteps cleanUp;
    private boolean open;

    public Hooks(Stage stage, CleanUpSteps cleanUp) {
        this.stage = stage;
        this.cleanUp = cleanUp;
    }

    /** Nothing may be there that the scenario would use, or take for its own. */
    @Before
    public void findsThePlatformClean(Scenario scenario) {
        Set<String> vamps = vamps(scenario);
        Platforms.platform().cannotBe(vamps).ifPresent(Hooks::skip);
        if (scenario.getSourceTagNames().contains(RESTARTS)) {
            Platforms.platform().cannotBeRestarted().ifPresent(Hooks::skip);
        }
        stage.open(Platforms.platform(), vamps);
        open = true;
        stage.claim();
    }

    private static void skip(String reason) {
        throw new TestAbortedException("skipped, as " + reason);
    }

    /** The versions of Vamp that a scenario is about: {@code 0.9.5} of {@code @vamp-0.9.5}. */
    private static Set<String> vamps(Scenario scenario) {
        return scenario.getSourceTagNames().stream()
                .filter(tag -> tag.startsWith(VAMP))
                .map(tag -> tag.substring(VAMP.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @After
    public void leavesThePlatformClean(Scenario scenario) {
        if (!open) {
            return;
        }
        try {
            leaveEvidence(scenario);
        } finally {
            try {
                cleanUp(scenario);
            } finally {
                stage.close();
            }
        }
    }

    private void leaveEvidence(Scenario scenario) {
        stage.events().since(0).stream()
                .map(Arrival::event)
                .filter(stage::isAboutUs)
                .forEach(Platforms.used()::add);
        scenario.attach(new ReleaseEvidence(stage).record().json(), ScenarioRecord.MEDIA_TYPE, "the release");
        if (scenario.isFailed()) {
            attachState(scenario);
        }
    }

    private void cleanUp(Scenario scenario) {
        if (!stage.isOurs()) {
            return;
        }
        Optional<String> left = cleanUp.cleanUpAfterScenario();
        if (left.isPresent() && !scenario.isFailed()) {
            attachState(scenario);
        }
        try {
            Platforms.journal().ifPresent(Journal::settle);
        } finally {
            // What is left is the worse news, even where Vamp cannot be reached any more.
            left.ifPresent(what -> {
                throw new AssertionError("the scenario has left something behind: " + what);
            });
        }
    }

    private void attachState(Scenario scenario) {
        attach(scenario, "application/json", "deployments", () -> state("deployments"));
        attach(scenario, "application/json", "gateways", () -> state("gateways"));
        attach(scenario, "application/json", "workflows", () -> state("workflows"));
        attach(
                scenario,
                "text/plain",
                "Marathon's apps and tasks",
                () -> stage.marathon().apps().stream().map(Object::toString).collect(Collectors.joining("\n")));
        attach(scenario, "text/plain", "the last " + LAST_EVENTS + " events", this::lastEvents);
        attach(scenario, "text/plain", "what users saw", this::users);
        attach(scenario, "text/plain", "the recipe's steps", () -> String.join("\n", stage.progress()));
        attach(
                scenario,
                "text/plain",
                "what the workflows printed",
                () -> String.join("\n", stage.environment().workflowOutput()));
    }

    /** A platform that is in trouble may not answer; the rest of the evidence is of the more use then. */
    private static void attach(Scenario scenario, String type, String name, Supplier<String> evidence) {
        try {
            scenario.attach(evidence.get(), type, name);
        } catch (VampException | MarathonException e) {
            scenario.attach("could not be had: " + e.getMessage(), "text/plain", name);
        }
    }

    private String state(String collection) {
        return stage.vamp().get(collection).map(Object::toString).orElse("");
    }

    private String lastEvents() {
        List<Arrival> all = stage.events().since(0);
        return all.subList(Math.max(0, all.size() - LAST_EVENTS), all.size()).stream()
                .map(arrival -> stage.sinceWhen(arrival.atNanos()) + "  " + arrival.event())
                .collect(Collectors.joining("\n", "seconds from the last When\n", ""));
    }

    private String users() {
        List<Answer> answers = stage.users().answers();
        return answers.size() + " requests, "
                + answers.stream().filter(Answer::isError).count() + " errors\n"
                + answers.stream()
                        .collect(Collectors.groupingBy(Answer::toString, TreeMap::new, Collectors.counting()));
    }
}
