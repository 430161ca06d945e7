package coalmine.cli;

import coalmine.cli.Features.Scenario;
import coalmine.platform.Endpoints;
import coalmine.platform.Environment;
import coalmine.platform.Examination;
import coalmine.platform.Finding;
import coalmine.platform.GatewayPort;
import coalmine.platform.Platform;
import coalmine.platform.RemotePlatform;
import coalmine.recipe.Namespace;
import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeBook;
import coalmine.recipe.Traces;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Tells whether the suite could run on a platform, and what mends it if not. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = "Tells whether the suite could run on a platform, and what mends it if not.",
        description = {
            "Looks at a Vamp, its Marathon and its gateways, and at the names and ports that the suite would use. It changes nothing",
            "there. Without options it looks at what -Dcoalmine.platform says: a sandbox that is started for it, by default."
        },
        footer = {
            "",
            "Examples:",
            "  coalmine doctor",
            "  coalmine doctor --vamp http://127.0.0.1:8080 --marathon http://127.0.0.1:9090",
            "",
            "It ends with 0 if the suite could run, with 1 if not."
        })
final class DoctorCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private PlatformOptions platforms;

    /** What is known of a platform, and why it cannot run a scenario, if it cannot. */
    private record Diagnosis(
            String platform, List<Finding> findings, Function<Set<String>, Optional<String>> cannotBe) {}

    @Override
    public Integer call() {
        Diagnosis diagnosis = diagnose();
        PrintWriter out = spec.commandLine().getOut();
        Ansi ansi = spec.commandLine().getColorScheme().ansi();
        out.println(ansi.string("@|bold Coalmine's doctor|@") + ", on " + diagnosis.platform());
        diagnosis.findings().forEach(finding -> out.println(line(ansi, finding)));
        scenarios(diagnosis).forEach(out::println);
        long problems = diagnosis.findings().stream().filter(Finding::isProblem).count();
        out.println(
                problems == 0
                        ? ansi.string("@|green The suite could run.|@")
                        : ansi.string("@|red The suite could not run: " + problems
                                + (problems == 1 ? " problem.|@" : " problems.|@")));
        out.flush();
        return problems == 0 ? 0 : 1;
    }

    private static String line(Ansi ansi, Finding finding) {
        String mark = switch (finding.kind()) {
            case FINE -> ansi.string("@|green fine   |@");
            case REMARK -> ansi.string("@|yellow remark |@");
            case PROBLEM -> ansi.string("@|red PROBLEM|@");
        };
        return "  " + mark + String.format("  %-10s  ", finding.topic()) + finding.text();
    }

    private Diagnosis diagnose() {
        try {
            Optional<Endpoints> remote = platforms.remote();
            if (remote.isPresent()) {
                return examine("a Vamp that is there already", remote.get(), List.of(), Optional.empty());
            }
            try (Platform platform = Platform.chosen(ports());
                    Environment environment = platform.lend()) {
                return examine(
                        platform.description(),
                        Endpoints.of(environment),
                        platform.findings(),
                        Optional.of(platform::cannotBe));
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            return new Diagnosis(
                    "no platform",
                    List.of(Finding.problem("platform", e.getMessage())),
                    vamps -> Optional.of("there is no platform"));
        }
    }

    private static Diagnosis examine(
            String name,
            Endpoints endpoints,
            List<Finding> own,
            Optional<Function<Set<String>, Optional<String>>> cannotBe) {
        // Meanwhile, as the examination may have to wait for an event.
        CompletableFuture<Finding> there = CompletableFuture.supplyAsync(() -> whatIsThere(endpoints));
        Examination.Result result = Examination.of(endpoints);
        List<Finding> findings = new ArrayList<>(own);
        findings.addAll(result.findings());
        if (result.version().isPresent()) {
            findings.add(resultOf(there));
        }
        return new Diagnosis(
                name,
                findings,
                cannotBe.orElse(vamps -> result.version()
                        .map(version -> RemotePlatform.cannotBe(version, vamps))
                        .orElse(Optional.of("there is no Vamp that Coalmine knows"))));
    }

    private static Finding resultOf(CompletableFuture<Finding> work) {
        try {
            return work.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static List<Recipe> recipes() {
        RecipeBook book = RecipeOptions.book();
        Namespace namespace = Namespace.chosen();
        return book.names().stream()
                .map(name -> book.read(name, Map.of()).in(namespace))
                .toList();
    }

    /** On which the suite's gateways listen. */
    private static Set<Integer> ports() {
        return recipes().stream()
                .flatMap(recipe -> recipe.gatewayPorts().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The suite does not start where anything is that it would use. */
    private static Finding whatIsThere(Endpoints endpoints) {
        try {
            Set<String> paths = new LinkedHashSet<>();
            recipes().forEach(recipe -> paths.addAll(Traces.of(recipe).paths()));
            Set<Integer> ports = ports();
            List<String> there = new ArrayList<>(there(new VampApi(endpoints.vamp()), paths));
            ports.stream()
                    .map(port -> new GatewayPort(endpoints.gatewayHost(), port))
                    .filter(GatewayPort::isOpen)
                    .forEach(port -> there.add("somebody who listens on " + port));
            return there.isEmpty()
                    ? Finding.fine(
                            "names",
                            "nothing is there of what the suite would use; its gateways listen on ports " + ports)
                    : Finding.problem(
                            "names",
                            "there is already " + String.join(", ", there)
                                    + "; the suite does not start beside it: remove it ('recipes clean' does if a recipe left it), or choose another Vamp");
        } catch (VampException e) {
            return Finding.problem("names", e.getMessage());
        }
    }

    /** Those of some paths that are there; collections are read as a whole, which takes a request for each. */
    private static Set<String> there(VampApi vamp, Set<String> paths) {
        Set<String> there = new LinkedHashSet<>();
        paths.stream()
                .map(path -> path.replaceAll("/.*", ""))
                .distinct()
                .forEach(collection -> vamp.names(collection).forEach(name -> there.add(collection + "/" + name)));
        there.retainAll(paths);
        return there;
    }

    private static List<String> scenarios(Diagnosis diagnosis) {
        List<Scenario> all = Features.all();
        List<Scenario> byDefault = all.stream().filter(Scenario::isByDefault).toList();
        Map<String, List<Scenario>> skipped = new LinkedHashMap<>();
        byDefault.forEach(scenario -> diagnosis
                .cannotBe()
                .apply(scenario.vamps())
                .ifPresent(why -> skipped.computeIfAbsent(why, nobody -> new ArrayList<>())
                        .add(scenario)));
        int skips = skipped.values().stream().mapToInt(List::size).sum();
        List<String> lines = new ArrayList<>();
        lines.add("Scenarios: " + (byDefault.size() - skips) + " of " + byDefault.size() + " would run, and "
                + (all.size() - byDefault.size()) + " more by night (-Dcucumber.filter.tags=)");
        skipped.forEach((why, scenarios) -> {
            lines.add("  " + scenarios.size() + " would be skipped, as " + why
                    + (scenarios.size() == byDefault.size() ? "" : ":"));
            if (scenarios.size() < byDefault.size()) {
                scenarios.forEach(scenario -> lines.add("    " + scenario.feature() + ": " + scenario.name()));
            }
        });
        return lines;
    }
}
