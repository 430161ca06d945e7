package coalmine.acceptance;

import coalmine.release.Moment;
import coalmine.release.ReleaseHistory;
import coalmine.release.Timeline;
import coalmine.release.Timeline.Harm;
import coalmine.release.Timeline.Health;
import coalmine.release.Timeline.Seen;
import coalmine.release.Weights;
import coalmine.report.ReleaseRecord;
import coalmine.report.ScenarioRecord;
import coalmine.report.ScenarioRecord.Line;
import coalmine.report.ScenarioRecord.Sent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a scenario leaves for the report, whether it passed or failed. */
final class ReleaseEvidence {

    /** A version that has no other beside it is not released, but has all traffic from the beginning. */
    private static final String NOBODY = "";

    private final Stage stage;
    private final ReleaseHistory history;
    /** Every service that was deployed, by its breed, and when; the first one first. */
    private final List<Moment<String>> deployed;

    ReleaseEvidence(Stage stage) {
        this.stage = stage;
        this.history = stage.history();
        this.deployed = history.deployed(0);
    }

    ScenarioRecord record() {
        Timeline time = timeline(new Seen(NOBODY, List.of(), List.of(), List.of(), List.of()));
        return new ScenarioRecord(
                Platforms.where(),
                releases(),
                stage.sent().stream()
                        .map(it -> new Sent(
                                time.at(it.atNanos()).toSeconds(),
                                it.method() + " /api/v1" + (it.path().isEmpty() ? "" : "/" + it.path()),
                                it.documents()))
                        .toList(),
                history.events(0).stream()
                        .map(it -> new Line(time.at(it.atNanos()).toSeconds(), it.value()))
                        .toList());
    }

    private List<ReleaseRecord> releases() {
        Map<String, List<String>> breedsByGateway = new LinkedHashMap<>();
        for (String gateway : history.gateways(0)) {
            List<String> breeds = history.weights(gateway, 0).stream()
                    .flatMap(moment -> moment.value().byBreed().keySet().stream())
                    .distinct()
                    .sorted(Comparator.comparing(this::placeAmongDeployed).thenComparing(breed -> breed))
                    .toList();
            breedsByGateway.put(gateway, breeds);
        }
        if (breedsByGateway.isEmpty() && !deployed.isEmpty()) {
            breedsByGateway.put(
                    deployed.get(0).value().replaceAll(":.*", ""),
                    deployed.stream().map(Moment::value).toList());
        }
        return breedsByGateway.entrySet().stream()
                .map(release -> release(release.getKey(), release.getValue()))
                .toList();
    }

    private int placeAmongDeployed(String breed) {
        List<String> breeds = deployed.stream().map(Moment::value).toList();
        return breeds.contains(breed) ? breeds.indexOf(breed) : breeds.size();
    }

    private ReleaseRecord release(String gateway, List<String> breeds) {
        List<Moment<Weights>> weights = new ArrayList<>(givenByVamp(breeds));
        history.weights(gateway, 0).stream()
                .filter(moment -> breeds.containsAll(moment.value().byBreed().keySet()))
                .forEach(weights::add);
        List<Moment<Health>> health = breeds.stream()
                .flatMap(breed -> history.health(breed, 0).stream()
                        .map(it -> new Moment<>(it.atNanos(), it.index(), new Health(breed, it.value()))))
                .sorted(Comparator.comparing(Moment::index))
                .toList();
        Seen seen = new Seen(
                breeds.size() > 1 ? breeds.get(breeds.size() - 1) : NOBODY,
                weights,
                health,
                stage.harms().stream()
                        .filter(harm -> breeds.contains(harm.breed()))
                        .toList(),
                stage.users().answers());
        return ReleaseRecord.of(gateway.replaceAll("/.*", ""), breeds, seen, timeline(seen), System.nanoTime());
    }

    /** It counts from the first kill, or from the last When if nobody was killed. */
    private Timeline timeline(Seen seen) {
        long zero = stage.harms().stream().map(Harm::atNanos).findFirst().orElse(stage.whenNanos());
        return new Timeline(seen, zero, stage.environment().pace());
    }

    /** The first service gets everything and later ones nothing until somebody sets it (facts 3.5), which no event tells. */
    private List<Moment<Weights>> givenByVamp(List<String> breeds) {
        Map<String, Integer> shares = new TreeMap<>();
        return deployed.stream()
                .filter(it -> breeds.contains(it.value()))
                .map(it -> {
                    shares.put(it.value(), shares.isEmpty() ? 100 : 0);
                    return new Moment<>(it.atNanos(), it.index(), new Weights(Map.copyOf(shares)));
                })
                .collect(Collectors.toList());
    }
}
