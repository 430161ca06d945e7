package coalmine.sandbox;

import coalmine.sandbox.vamp.Vamp.DefaultWorkflow;
import coalmine.sandbox.vamp.artifact.Breed;
import coalmine.sandbox.vamp.artifact.Ref;
import coalmine.sandbox.vamp.artifact.Schedule;
import coalmine.sandbox.vamp.artifact.Workflow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The workflows that the quick-start image installs (facts 5.2, 5.3): health, metrics and kibana, the last of which has nothing to do here. */
final class DefaultWorkflows {

    private DefaultWorkflows() {}

    static List<DefaultWorkflow> all() {
        return List.of(workflow("health", "5", "7"), workflow("metrics", "5", "7"), workflow("kibana", "30", "10"));
    }

    /**
     * @param period of the runs, in platform seconds, as the agent reads it
     * @param timeout of a run, in platform seconds, as the agent reads it
     */
    private static DefaultWorkflow workflow(String name, String period, String timeout) {
        return new DefaultWorkflow(
                Breed.javascript(name, script(name)),
                new Workflow(
                        name,
                        Ref.to(name),
                        new Schedule.Daemon(),
                        Workflow.Status.STARTING,
                        Map.of(
                                "VAMP_WORKFLOW_EXECUTION_PERIOD", Optional.of(period),
                                "VAMP_WORKFLOW_EXECUTION_TIMEOUT", Optional.of(timeout)),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()));
    }

    private static String script(String name) {
        String path = "workflow/default/" + name + ".js";
        try (InputStream script = DefaultWorkflows.class.getResourceAsStream(path)) {
            if (script == null) {
                throw new IllegalStateException("the script " + path + " is missing from the class path");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the script " + path + " cannot be read", e);
        }
    }
}
