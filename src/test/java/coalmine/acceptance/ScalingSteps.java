package coalmine.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.marathon.MarathonApi.App;
import coalmine.marathon.MarathonApi.Task;
import coalmine.release.Moment;
import coalmine.time.Deadline;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream.Arrival;
import io.cucumber.java.en.Then;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Steps about how many instances of a service there are, and about SLAs. */
public final class ScalingSteps {

    private final Stage stage;

    public ScalingSteps(Stage stage) {
        this.stage = stage;
    }

    @Then("within {seconds} Marathon runs {int} container(s) of {name}")
    public void runs(PlatformDuration limit, int containers, String service) {
        Await.state(
                stage,
                stage.deadline(limit),
                "running " + containers + " containers of " + service,
                () -> running(service) == containers,
                () -> "Marathon ran " + running(service) + " containers of " + service);
    }

    private int running(String service) {
        return (int) stage.marathon().apps().stream()
                .filter(app -> service.equals(app.labels().get("service")))
                .map(App::tasks)
                .flatMap(List::stream)
                .filter(Task::started)
                .count();
    }

    @Then("the workflow {name} never saw fewer than {int} or more than {int} instances")
    public void neverSaw(String workflow, int fewest, int most) {
        assertThat(seen(workflow))
                .as("the scales that " + workflow + " announced")
                .isNotEmpty()
                .allMatch(instances -> instances >= fewest && instances <= most);
    }

    private List<Integer> seen(String workflow) {
        return stage.history().announced(workflow, "scale", stage.whenMark()).stream()
                .map(moment -> Integer.valueOf(moment.value()))
                .toList();
    }

    @Then("within {seconds} the workflow {name} has seen the scale rise to {int} and fall to {int}")
    public void hasSeen(PlatformDuration limit, String workflow, int most, int fewest) {
        List<Integer> fall = new ArrayList<>();
        for (int instances = most; instances >= fewest; instances--) {
            fall.add(instances);
        }
        Deadline deadline = stage.deadline(limit);
        Await.event(
                stage,
                deadline,
                "scaled up and down",
                () -> Collections.indexOfSubList(
                                collapsed(Await.inTime(
                                        deadline, stage.history().announced(workflow, "scale", stage.whenMark()))),
                                fall)
                        >= 0,
                () -> workflow + " announced " + seen(workflow));
    }

    private static List<Integer> collapsed(List<String> announced) {
        List<Integer> result = new ArrayList<>();
        for (String text : announced) {
            int instances = Integer.parseInt(text);
            if (result.isEmpty() || result.get(result.size() - 1) != instances) {
                result.add(instances);
            }
        }
        return result;
    }

    @Then("within {seconds} Vamp says that the cluster {name} is too slow")
    public void isTooSlow(PlatformDuration limit, String cluster) {
        awaitSla(limit, cluster, "sla:escalate");
    }

    @Then("within {seconds} Vamp says that the cluster {name} could do with less")
    public void couldDoWithLess(PlatformDuration limit, String cluster) {
        awaitSla(limit, cluster, "sla:deescalate");
    }

    private void awaitSla(PlatformDuration limit, String cluster, String tag) {
        Deadline deadline = stage.deadline(limit);
        Await.event(
                stage,
                deadline,
                "announced as " + tag,
                () -> !Await.inTime(deadline, sla(cluster, tag)).isEmpty(),
                () -> "of the cluster " + cluster + " nothing of the kind was said");
    }

    @Then("within {seconds} the metrics workflow runs again")
    public void metricsWorkflowRunsAgain(PlatformDuration limit) {
        Deadline deadline = stage.deadline(limit);
        Await.event(
                stage,
                deadline,
                "running",
                () -> stage.events().since(stage.whenMark()).stream()
                        .anyMatch(arrival -> arrival.event().has("workflows:metrics", "scheduled")),
                () -> "the metrics workflow is " + stage.vamp().workflowStatus("metrics"));
    }

    private List<Moment<Arrival>> sla(String cluster, String tag) {
        return stage.events().since(stage.whenMark()).stream()
                .filter(arrival -> arrival.event().has(tag, "cluster:" + cluster))
                .map(arrival -> new Moment<>(arrival.atNanos(), arrival.index(), arrival))
                .toList();
    }
}
