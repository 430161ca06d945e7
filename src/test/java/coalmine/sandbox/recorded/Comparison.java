package coalmine.sandbox.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** How much of an exchange can be compared: all of it by value, unless the recordings' README says that it cannot be. */
enum Comparison {
    BY_VALUE("by value"),
    /** Measured numbers, and the health of whole gateways and deployments, which is that of whatever was told last (observed 1). */
    BY_RANGE("by type and range: it was measured, or tells what was told last (README of the recordings, observed 1)"),
    /** Values of the machine and its installation. */
    BY_STATUS("by status and kind: it tells of the machine and its installation (README of the recordings)"),
    /** Marathon and the sample service were imitated when the recording was made. */
    BY_SHAPE(
            "by status and outer shape: what answered was an imitation when this was recorded (README of the recordings)");

    private static final Pattern INSTALLATION =
            Pattern.compile("/api/v1/(info|information|config|configuration|stats|haproxy)(/.*)?");
    private static final Pattern MEASURED = Pattern.compile("/api/v1/metrics/.*");
    private static final Pattern WHOLE = Pattern.compile("/api/v1/health/(gateways|deployments)/[^/]+");

    private final String text;

    Comparison(String text) {
        this.text = text;
    }

    static Comparison of(Exchange exchange) {
        if (!exchange.server().equals("vamp")) {
            return BY_SHAPE;
        }
        String path = exchange.resource();
        if (INSTALLATION.matcher(path).matches() || exchange.answer().asText("").equals("<contains a script>")) {
            return BY_STATUS;
        }
        boolean measured = MEASURED.matcher(path).matches() || tellsMetrics(exchange.answer());
        return measured || WHOLE.matcher(path).matches() ? BY_RANGE : BY_VALUE;
    }

    /** Whether measured values are among the events that were listed. */
    private static boolean tellsMetrics(JsonNode answer) {
        for (JsonNode element : answer) {
            if (answer.isArray() && element.path("type").asText().equals("metrics")) {
                return true;
            }
        }
        return false;
    }

    /** Why, for people. */
    @Override
    public String toString() {
        return text;
    }
}
