package coalmine.cli;

import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeRunner.StepResult;
import coalmine.time.PlatformDuration;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Tells machines: an object on a line of its own for everything that happens, when it has. */
final class JsonReport implements Report {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private String recipe = "";
    private String part = "run";
    private int number;

    JsonReport(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begins(Recipe begun, String platform) {
        recipe = begun.name();
        part = "run";
        number = 0;
        print(line("begins").put("platform", platform));
    }

    @Override
    public void cleansUp() {
        part = "cleanup";
        number = 0;
    }

    @Override
    public void ended(StepResult result) {
        number++;
        print(line("step")
                .put("part", part)
                .put("step", number)
                .put("description", result.step().description())
                .put("outcome", result.outcome().name().toLowerCase(Locale.ROOT))
                .put("seconds", rounded(result.took()))
                .put("message", result.message()));
    }

    @Override
    public void succeeded() {
        print(line("ends").put("succeeded", true));
    }

    @Override
    public void failed(String reason, List<String> left) {
        ObjectNode line = line("ends").put("succeeded", false).put("reason", reason);
        left.forEach(line.putArray("left")::add);
        print(line);
    }

    @Override
    public void moment(PlatformDuration at, String what) {
        print(line("moment").put("seconds", rounded(at)).put("what", what));
    }

    private static double rounded(PlatformDuration duration) {
        return duration.toMillis() / 1000.0;
    }

    @Override
    public void note(String line) {
        // for people
    }

    private ObjectNode line(String event) {
        return JSON.createObjectNode().put("event", event).put("recipe", recipe);
    }

    private void print(ObjectNode line) {
        out.println(line);
        out.flush();
    }
}
