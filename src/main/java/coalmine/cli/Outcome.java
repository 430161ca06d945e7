package coalmine.cli;

import coalmine.recipe.RecipeRunner;
import coalmine.recipe.RecipeRunner.StepResult;
import java.util.List;
import java.util.Optional;

/**
 * How some steps went together.
 *
 * @param failure the first that there was
 */
record Outcome(Optional<String> failure) {

    static Outcome of(List<StepResult> results) {
        return new Outcome(results.stream()
                .filter(result -> result.outcome() == RecipeRunner.Outcome.FAILED)
                .map(StepResult::message)
                .findFirst());
    }

    Outcome and(Outcome later) {
        return failure.isPresent() ? this : later;
    }

    /** Tells it, with what was left; answers whether all went well. */
    boolean tell(Report report, List<String> left) {
        if (failure.isEmpty() && left.isEmpty()) {
            report.succeeded();
            return true;
        }
        report.failed(failure.orElse("it has not cleaned up after itself"), left);
        return false;
    }
}
