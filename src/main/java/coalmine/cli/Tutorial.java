package coalmine.cli;

import coalmine.platform.Environment;
import java.util.ArrayList;
import java.util.List;

/** How to follow the tutorial of the canary release by hand: lines for people, those that can be typed behind a {@code $}. */
final class Tutorial {

    /** Facts 7.5: the breed's name with a hash, as Vamp calls the app. */
    private static final String APP = "/sava/sava-1-1-10d6441a7aaa82b53e89";

    private static final String JSON = "-H 'Accept: application/json' ";

    private final Environment environment;

    Tutorial(Environment environment) {
        this.environment = environment;
    }

    List<String> lines() {
        String api = environment.vamp() + "/api/v1";
        String options = " --vamp " + environment.vamp() + " --marathon " + environment.marathon() + " --pace "
                + environment.pace().text();
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("  Vamp      " + api + "/info");
        lines.add("  Marathon  " + environment.marathon() + "/v2/apps");
        lines.add("");
        lines.add("To follow the canary release by hand, type in other terminals:");
        add(lines, "See what happens, as it happens (Ctrl-C ends it)", "curl -sN " + api + "/events/stream");
        add(
                lines,
                "Deploy sava 1.0 and sava 1.1, send traffic, and start the canary",
                Launcher.command() + " recipes run canary-release --keep" + options);
        add(
                lines,
                "Or do so step by step, from 1 on; a step that has a path, as 3 has, is sent to it",
                Launcher.command() + " recipes show canary-release 1 | curl -sS -X PUT " + JSON
                        + "-H 'Content-Type: application/x-yaml' --data-binary @- " + api + "/");
        add(lines, "Be a user", "curl -sS http://" + environment.gatewayHost() + ":9050/");
        add(
                lines,
                "Watch the weights move: old/new, every 5 seconds (Ctrl-C ends it)",
                "curl -sN '" + api + "/events/stream?tag=workflows:canary&tag=updated'");
        add(lines, "See the weights as they are", "curl -sS " + JSON + api + "/gateways/sava/sava/web");
        add(
                lines,
                "Kill the container of sava 1.1, and watch the weights go back",
                "curl -sS -X DELETE " + environment.marathon() + "/v2/apps/" + APP + "/tasks");
        add(
                lines,
                "See its health: 0 once errors were seen, 1 again after 30 seconds without",
                "curl -sS " + JSON + api + "/health/deployments/sava/clusters/sava/services/sava:1.1");
        add(lines, "Remove all of it", Launcher.command() + " recipes clean canary-release" + options);
        return lines;
    }

    private static void add(List<String> lines, String what, String command) {
        lines.add("");
        lines.add("  " + what);
        lines.add("  $ " + command);
    }
}
