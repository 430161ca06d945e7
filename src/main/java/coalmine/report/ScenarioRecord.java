package coalmine.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * What a scenario leaves for the report: attached to it as JSON, so that Cucumber's messages hold everything that the report tells. All times are platform
 * seconds.
 *
 * @param where the scenario ran
 * @param releases what it did, mostly one
 * @param sent the documents that were sent to Vamp, in order
 * @param events what Vamp told, in order
 */
public record ScenarioRecord(Where where, List<ReleaseRecord> releases, List<Sent> sent, List<Line> events) {

    /** What marks the attachment among all others. */
    public static final String MEDIA_TYPE = "application/vnd.coalmine.release+json";

    private static final ObjectMapper JSON = new ObjectMapper()
            .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    public ScenarioRecord {
        releases = List.copyOf(releases);
        sent = List.copyOf(sent);
        events = List.copyOf(events);
    }

    /**
     * Where scenarios ran.
     *
     * @param platform {@code sandbox} or {@code remote}
     * @param description what it is, with its versions
     * @param pace platform seconds in a second on the wall
     * @param fidelity how much of it was compared with the real one, a sentence each; empty if nobody counted
     */
    public record Where(String platform, String description, double pace, List<String> fidelity) {

        public Where {
            fidelity = List.copyOf(fidelity);
        }
    }

    /**
     * Documents that were sent.
     *
     * @param request method and path, such as {@code PUT /api/v1/gateways/sava}
     */
    public record Sent(double at, String request, String documents) {}

    /** Something that was told at a time. */
    public record Line(double at, String text) {}

    /** The record as it is attached. */
    public String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a scenario's record cannot be written", e);
        }
    }

    /**
     * Reads what was attached.
     *
     * @throws IllegalArgumentException if it is none of these records
     */
    public static ScenarioRecord read(String json) {
        try {
            return JSON.readValue(json, ScenarioRecord.class);
        } catch (JsonProcessingException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "an attachment of the type " + MEDIA_TYPE + " cannot be read: " + e.getMessage(), e);
        }
    }
}
