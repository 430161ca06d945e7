package coalmine.platform;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that needs a Docker engine: where none works it is skipped, and says why; but with {@code REQUIRE_DOCKER=true} in the environment it runs, and fails
 * of it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsDocker.Condition.class)
public @interface NeedsDocker {

    /** Asks the engine once for all classes. */
    final class Condition implements ExecutionCondition {

        private static final class Answer {
            private static final Optional<String> PROBLEM = Engine.problem();
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return evaluate(Answer.PROBLEM, Optional.ofNullable(System.getenv("REQUIRE_DOCKER")));
        }

        static ConditionEvaluationResult evaluate(Optional<String> problem, Optional<String> required) {
            return problem.filter(it -> !required.equals(Optional.of("true")))
                    .map(ConditionEvaluationResult::disabled)
                    .orElseGet(() -> ConditionEvaluationResult.enabled("Docker works, or is required"));
        }
    }
}
