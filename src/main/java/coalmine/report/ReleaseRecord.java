package coalmine.report;

import coalmine.release.Answer;
import coalmine.release.Mark;
import coalmine.release.Moment;
import coalmine.release.Timeline;
import coalmine.release.Timeline.Health;
import coalmine.release.Timeline.Seen;
import coalmine.release.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the picture of one release shows, in platform seconds from the kill, or from the last When if nobody was killed.
 *
 * @param name of what was released, such as {@code sava}
 * @param versions such as {@code sava 1.0}, the oldest first
 * @param weights every setting, in percent by version
 * @param health where it changed
 * @param traffic answers that users got, by platform second
 * @param end when the scenario was over
 */
public record ReleaseRecord(
        String name,
        List<String> versions,
        List<Setting> weights,
        List<Change> health,
        List<Second> traffic,
        List<Told> marks,
        double end) {

    public ReleaseRecord {
        versions = List.copyOf(versions);
        weights = List.copyOf(weights);
        health = List.copyOf(health);
        traffic = List.copyOf(traffic);
        marks = List.copyOf(marks);
    }

    /**
     * A setting of the weights.
     *
     * @param share in percent by version
     */
    public record Setting(double at, Map<String, Integer> share) {}

    /**
     * A change of a version's health.
     *
     * @param health from 0 to 1
     */
    public record Change(double at, String version, double health) {}

    /**
     * What users got in one platform second.
     *
     * @param second its beginning
     * @param requests that were answered, or failed
     */
    public record Second(int second, int requests, int errors) {}

    /**
     * A mark of the timeline.
     *
     * @param kind a name of {@link Mark.Kind}
     * @param sinceKill seconds from the last kill before it; absent if there was none
     */
    public record Told(String kind, String words, double at, Double sinceKill) {

        static Told of(Mark mark) {
            return new Told(
                    mark.kind().name(),
                    mark.words(),
                    mark.at().toSeconds(),
                    mark.sinceHarm().map(it -> it.toSeconds()).orElse(null));
        }

        boolean is(Mark.Kind wanted) {
            return kind.equals(wanted.name());
        }
    }

    /**
     * Writes down a release.
     *
     * @param breeds the oldest first
     * @param endNanos when the scenario was over, by {@link System#nanoTime()}
     */
    public static ReleaseRecord of(String name, List<String> breeds, Seen seen, Timeline timeline, long endNanos) {
        return new ReleaseRecord(
                name,
                breeds.stream().map(ReleaseRecord::words).toList(),
                seen.weights().stream()
                        .map(moment -> new Setting(at(timeline, moment.atNanos()), shares(breeds, moment.value())))
                        .toList(),
                changes(seen.health(), timeline),
                traffic(seen.answers(), timeline),
                timeline.marks().stream().map(Told::of).toList(),
                at(timeline, endNanos));
    }

    private static double at(Timeline timeline, long nanos) {
        return timeline.at(nanos).toSeconds();
    }

    private static String words(String breed) {
        return breed.replace(':', ' ');
    }

    private static Map<String, Integer> shares(List<String> breeds, Weights weights) {
        return breeds.stream()
                .filter(weights.byBreed()::containsKey)
                .collect(Collectors.toMap(ReleaseRecord::words, weights::of, Integer::sum, TreeMap::new));
    }

    private static List<Change> changes(List<Moment<Health>> health, Timeline timeline) {
        Map<String, Double> last = new TreeMap<>();
        List<Change> changes = new ArrayList<>();
        for (Moment<Health> moment : health) {
            Health told = moment.value();
            Double before = last.put(told.breed(), told.value());
            if (before == null || before != told.value()) {
                changes.add(new Change(at(timeline, moment.atNanos()), words(told.breed()), told.value()));
            }
        }
        return changes;
    }

    private static List<Second> traffic(List<Answer> answers, Timeline timeline) {
        Map<Integer, List<Answer>> bySecond = answers.stream()
                .collect(Collectors.groupingBy(
                        answer -> (int) Math.floor(at(timeline, answer.endedNanos())),
                        TreeMap::new,
                        Collectors.toList()));
        return bySecond.entrySet().stream()
                .map(second -> new Second(second.getKey(), second.getValue().size(), (int)
                        second.getValue().stream().filter(Answer::isError).count()))
                .toList();
    }

    /** How many requests of users were answered, or failed. */
    public int requests() {
        return traffic.stream().mapToInt(Second::requests).sum();
    }

    /** How many of them failed. */
    public int errors() {
        return traffic.stream().mapToInt(Second::errors).sum();
    }

    /** The seconds from each kill to the rollback that followed. */
    public List<Double> killToRollback() {
        return marks.stream()
                .filter(mark -> mark.is(Mark.Kind.ROLLED_BACK) && mark.sinceKill() != null)
                .map(Told::sinceKill)
                .toList();
    }

    /** When a mark was first reached, in seconds from the kill. */
    public OptionalDouble sinceKill(Mark.Kind kind) {
        return marks.stream()
                .filter(mark -> mark.is(kind) && mark.sinceKill() != null)
                .mapToDouble(Told::sinceKill)
                .findFirst();
    }

    /** Whether something was killed. */
    public boolean wasHarmed() {
        return marks.stream().anyMatch(mark -> mark.is(Mark.Kind.HARMED));
    }

    /** How long what took: from each kill to what followed; or from the first shift to the promotion, if nothing was killed. */
    public List<Span> spans() {
        if (wasHarmed()) {
            return marks.stream()
                    .filter(mark -> mark.sinceKill() != null && !mark.is(Mark.Kind.HARMED))
                    .map(mark -> new Span(mark.at() - mark.sinceKill(), mark.at(), mark.sinceKill(), mark.words()))
                    .toList();
        }
        return marks.stream()
                .filter(mark -> mark.is(Mark.Kind.FIRST_SHIFT))
                .flatMap(first -> marks.stream()
                        .filter(mark -> mark.is(Mark.Kind.PROMOTED))
                        .map(last -> new Span(
                                first.at(), last.at(), last.at() - first.at(), "from the first shift until promoted")))
                .toList();
    }
}
