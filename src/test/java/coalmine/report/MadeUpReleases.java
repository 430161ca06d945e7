package coalmine.report;

import coalmine.release.Answer;
import coalmine.release.Moment;
import coalmine.release.Timeline;
import coalmine.release.Timeline.Harm;
import coalmine.release.Timeline.Health;
import coalmine.release.Timeline.Seen;
import coalmine.release.Weights;
import coalmine.report.ScenarioRecord.Line;
import coalmine.report.ScenarioRecord.Sent;
import coalmine.report.ScenarioRecord.Where;
import coalmine.time.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Releases that never were, with the seconds that were seen on a running Vamp. */
final class MadeUpReleases {

    static final Where SANDBOX = new Where("sandbox", "Coalmine's sandbox <at pace 10>", 10, List.of());

    private static final List<String> BREEDS = List.of("sava:1.0", "sava:1.1");

    private MadeUpReleases() {}

    /** A canary that is killed at 40%, and rolled back after so many seconds. */
    static ScenarioRecord killed(double rolledBack) {
        return record(release(40, rolledBack));
    }

    /** A canary that is promoted without an error. */
    static ScenarioRecord promoted() {
        List<Moment<Weights>> weights = new ArrayList<>();
        for (int share = 0; share <= 100; share += 5) {
            weights.add(setting(share, share));
        }
        Seen seen = new Seen("sava:1.1", weights, healthy(), List.of(), answers(0, 110, 0, 0));
        return record(ReleaseRecord.of("sava", BREEDS, seen, timeline(seen), nanos(110)));
    }

    static ReleaseRecord release(int share, double rolledBack) {
        List<Moment<Weights>> weights = new ArrayList<>();
        for (int at = 0; at <= share; at += 5) {
            weights.add(setting(at - share - 2, at));
        }
        weights.add(setting(rolledBack, 0));
        weights.add(setting(rolledBack + 30, 5));
        List<Moment<Health>> health = new ArrayList<>(healthy());
        health.add(new Moment<>(nanos(rolledBack - 2.5), 2, new Health("sava:1.1", 0)));
        health.add(new Moment<>(nanos(rolledBack + 27.2), 3, new Health("sava:1.1", 1)));
        Seen seen = new Seen(
                "sava:1.1",
                weights,
                health,
                List.of(new Harm(nanos(0), "sava:1.1", "killed")),
                answers(-share - 10, (int) rolledBack + 40, 3, 6));
        return ReleaseRecord.of("sava", BREEDS, seen, timeline(seen), nanos(rolledBack + 40));
    }

    static ScenarioRecord record(ReleaseRecord release) {
        return new ScenarioRecord(
                SANDBOX,
                List.of(release),
                List.of(new Sent(-60, "PUT /api/v1/gateways/sava", "name: sava\nport: <9050>\n")),
                List.of(new Line(0.4, "services:sava:1.1 synchronization:redeploy")));
    }

    private static Timeline timeline(Seen seen) {
        return new Timeline(seen, nanos(0), new Pace(10));
    }

    private static Moment<Weights> setting(double at, int share) {
        return new Moment<>(nanos(at), 0, new Weights(Map.of("sava:1.0", 100 - share, "sava:1.1", share)));
    }

    private static List<Moment<Health>> healthy() {
        return List.of(
                new Moment<>(nanos(-60), 0, new Health("sava:1.0", 1)),
                new Moment<>(nanos(-60), 1, new Health("sava:1.1", 1)));
    }

    private static List<Answer> answers(int from, int to, int errorsFrom, int errorsTo) {
        List<Answer> answers = new ArrayList<>();
        for (double at = from + 0.1; at < to; at += 0.5) {
            int status = at > errorsFrom && at < errorsTo ? 503 : 200;
            answers.add(new Answer(nanos(at - 0.05), nanos(at), Optional.of(status), Optional.of("sava 1.0")));
        }
        return answers;
    }

    private static long nanos(double platformSeconds) {
        return 1_000_000_000_000L + Math.round(platformSeconds * 1e8);
    }
}
