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
import java.util.stream.IntStream;

/** Steps about how many instances of a service there are, and about SLAs. */
public final class ScalingSteps {

    private final Stage stage;
    private final TrafficSteps traffic;

    public ScalingSteps(Stage stage, TrafficSteps traffic) {
        this.stage = stage;
        this.traffic = traffic;
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
        stage.events().awaitSettled();
        assertThat(seen(workflow))
                .as("the scales that " + workflow + " announced")
                .isNotEmpty()
                .allMatch(instances -> instances >= fewest && instances <= most);
    }

    @Then("the workflow {name} gave {version} more than {int} instances before it had all the traffic")
    public void gaveBefore(String workflow, ServiceVersion version, int instances) {
        int promoted = traffic.weightsSinceWhen(version.service()).stream()
                .filter(moment -> moment.value().of(version.breed()) == 100)
                .findFirst()
                .orElseThrow(() -> new AssertionError(version + " never had all the traffic"))
                .index();
        assertThat(stage.history().announced(workflow, "scale", stage.whenMark()))
                .filteredOn(moment -> moment.index() < promoted)
                .as("how " + workflow + " scaled services before " + version + " had all the traffic")
                .anyMatch(moment -> moment.value().matches("\\Q" + version.breed() + "\\E: \\d+ -> \\d+")
                        && Integer.parseInt(moment.value().replaceAll(".* ", "")) > instances);
    }

    private List<Integer> seen(String workflow) {
        return stage.history().announced(workflow, "scale", stage.whenMark()).stream()
                .map(moment -> Integer.valueOf(moment.value()))
                .toList();
    }

    @Then("within {seconds} the workflow {name} has seen the scale rise to {int} and fall to {int}")
    public void hasSeen(PlatformDuration limit, String workflow, int most, int fewest) {
        List<Integer> riseAndFall = new ArrayList<>();
        IntStream.rangeClosed(fewest + 1, most).forEach(riseAndFall::add);
        IntStream.iterate(most - 1, instances -> instances >= fewest, instances -> instances - 1)
                .forEach(riseAndFall::add);
        Deadline deadline = stage.deadline(limit);
        Await.event(
                stage,
                deadline,
                "scaled up and down",
                () -> Collections.indexOfSubList(
                                collapsed(Await.inTime(
                                        deadline, stage.history().announced(workflow, "scale", stage.whenMark()))),
                                riseAndFall)
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
