package coalmine.report;

import coalmine.report.Documentation.Run;
import coalmine.report.Documentation.Scenario;
import coalmine.report.ScenarioRecord.Where;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A run of the suite as the history remembers it: one line of JSON.
 *
 * @param at when it began, as an ISO instant
 * @param platform {@code sandbox} or {@code remote}; empty if no scenario ran
 * @param description of the platform, with its versions
 * @param pace platform seconds in a second on the wall
 * @param seconds that it took, on the wall
 * @param requests that users sent
 * @param errors that users saw
 * @param rollbacks platform seconds from each kill to its rollback
 * @param scenarios how each ended, by its id: {@code passed}, {@code failed} or {@code skipped}
 */
record PastRun(
        String at,
        String platform,
        String description,
        double pace,
        double seconds,
        int requests,
        int errors,
        List<Double> rollbacks,
        Map<String, String> scenarios) {

    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

    private static final Set<String> STATUSES =
            Arrays.stream(Status.values()).map(Status::word).collect(Collectors.toSet());

    PastRun {
        rollbacks = List.copyOf(rollbacks);
        scenarios = new TreeMap<>(scenarios);
    }

    /** What is worth remembering of the last run. */
    static PastRun of(Documentation documentation) {
        Run run = documentation.runs().get(documentation.runs().size() - 1);
        Where where = documentation.places().stream().findFirst().orElse(new Where("", "", 1, List.of()));
        Map<String, String> scenarios = new TreeMap<>();
        for (Scenario scenario : documentation.scenarios()) {
            scenarios.put(scenario.id(), scenario.status().word());
        }
        return new PastRun(
                run.started().toString(),
                where.platform(),
                where.description(),
                where.pace(),
                run.took().toMillis() / 1000.0,
                documentation.requests(),
                documentation.errors(),
                documentation.killToRollback(),
                scenarios);
    }

    /** The run that a line tells of; empty if the line is damaged. */
    static Optional<PastRun> read(String line) {
        try {
            PastRun run = JSON.readValue(line, PastRun.class);
            Instant.parse(run.at());
            return Optional.of(run)
                    .filter(it -> STATUSES.containsAll(it.scenarios().values()));
        } catch (JsonProcessingException | RuntimeException damaged) {
            return Optional.empty();
        }
    }

    /** The run as one line, without its end. */
    String line() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a run cannot be written to the history", e);
        }
    }

    Instant began() {
        return Instant.parse(at);
    }

    int count(Status status) {
        return (int) scenarios.values().stream().filter(status.word()::equals).count();
    }

    /** Whether scenarios were run, and none failed. */
    boolean isGreen() {
        return count(Status.FAILED) == 0 && count(Status.PASSED) > 0;
    }

    /** The share of what was run that passed, from 0 to 1. */
    double passRate() {
        int passed = count(Status.PASSED);
        return passed == 0 ? 0 : (double) passed / (passed + count(Status.FAILED));
    }

    Optional<Latency> latency() {
        return Latency.of(rollbacks);
    }

    /** Whether seconds of one run say something about those of the other. */
    boolean isLike(PastRun other) {
        return platform.equals(other.platform) && pace == other.pace;
    }
}
