package coalmine.report;

import io.cucumber.messages.types.TestStepResultStatus;
import java.util.Locale;

/** How a scenario or a step ended. What was not run is skipped, and never counts as passed. */
public enum Status {
    PASSED("✓"),
    FAILED("✗"),
    SKIPPED("–");

    private final String sign;

    Status(String sign) {
        this.sign = sign;
    }

    /** As Cucumber sees it: only what it skipped is skipped, and whatever else did not pass has failed. */
    static Status of(TestStepResultStatus status) {
        return switch (status) {
            case PASSED -> PASSED;
            case SKIPPED -> SKIPPED;
            default -> FAILED;
        };
    }

    /** The status in one letter, which tells it apart without its colour. */
    public String sign() {
        return sign;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
