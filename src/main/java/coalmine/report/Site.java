package coalmine.report;

import coalmine.report.Documentation.Chapter;
import coalmine.report.Documentation.Feature;
import coalmine.report.Documentation.Run;
import coalmine.report.Documentation.Scenario;
import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The pages of the living documentation, which need nothing but themselves. */
final class Site {

    private static final String TEMPLATES = "coalmine/report/";
    private static final int FIRST_LINES = 5;
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm z", Locale.ENGLISH).withZone(ZoneId.systemDefault());

    private final Documentation documentation;
    private final Optional<Trends> trends;
    private final Path target;
    private final PebbleEngine engine = engine();

    Site(Documentation documentation, Optional<Trends> trends, Path target) {
        this.documentation = documentation;
        this.trends = trends;
        this.target = target;
    }

    private static PebbleEngine engine() {
        ClasspathLoader templates = new ClasspathLoader(Site.class.getClassLoader());
        templates.setPrefix(TEMPLATES);
        return new PebbleEngine.Builder()
                .loader(templates)
                .strictVariables(true)
                .defaultLocale(Locale.ROOT)
                .build();
    }

    /** Writes every page, and leaves none behind that an earlier run had and this one has not. */
    void write() {
        deletePages(target.resolve("features"), "*.html");
        deletePages(target, "trends.html");
        write("index.html", index());
        for (Chapter chapter : documentation.chapters()) {
            for (Feature feature : chapter.features()) {
                write("feature.html", feature.page(), feature(chapter, feature));
            }
        }
        trends.ifPresent(it -> write("trends.html", it.page()));
        text("summary.md", Summary.of(documentation, trends));
    }

    private Map<String, Object> index() {
        Map<String, Object> values = new HashMap<>();
        values.put("verdict", documentation.verdict());
        values.put("when", when());
        values.put(
                "counts",
                Arrays.stream(Status.values())
                        .map(status -> Map.of("status", status, "count", documentation.count(status)))
                        .toList());
        values.put("latency", Latency.of(documentation.killToRollback()).orElse(null));
        values.put("errors", documentation.errors());
        values.put("requests", documentation.requests());
        values.put(
                "places",
                documentation.places().stream()
                        .map(place -> Map.of(
                                "platform", place.platform(),
                                "description", place.description(),
                                "pace", Svg.n(place.pace()),
                                "fidelity", place.fidelity()))
                        .toList());
        values.put("minutes", (documentation.atPaceOne().toSeconds() + 59) / 60);
        values.put("failed", failed());
        values.put(
                "skipped",
                skipped(documentation).entrySet().stream()
                        .map(reason -> Map.of("reason", reason.getKey(), "count", reason.getValue()))
                        .toList());
        values.put(
                "tags",
                documentation.scenarios().stream()
                        .flatMap(scenario -> scenario.tags().stream())
                        .distinct()
                        .sorted()
                        .toList());
        values.put("chapters", documentation.chapters());
        values.put("sparks", documentation.scenarios().stream().collect(Collectors.toMap(Scenario::id, Spark::of)));
        values.put("filter", resource("filter.js"));
        return values;
    }

    private String when() {
        List<Run> runs = documentation.runs();
        Run last = runs.get(runs.size() - 1);
        return (runs.size() == 1 ? "Run on " : "The last of " + runs.size() + " runs, on ")
                + MOMENT.format(last.started()) + ", in "
                + (last.finished() ? last.took().toSeconds() + " seconds" : "an unknown time, as its end is missing");
    }

    private List<Map<String, String>> failed() {
        return documentation.chapters().stream()
                .flatMap(chapter -> chapter.features().stream())
                .flatMap(feature -> feature.scenarios().stream()
                        .filter(scenario -> scenario.status() == Status.FAILED)
                        .map(scenario -> Map.of(
                                "name", scenario.name(),
                                "link", feature.page() + "#" + scenario.anchor(),
                                "why", firstError(scenario))))
                .toList();
    }

    /** Why a scenario failed, in the first lines of its error: assertions begin with what they speak of, and say what was wrong after it. */
    static String firstError(Scenario scenario) {
        return scenario.steps().stream()
                .filter(step -> step.status() == Status.FAILED)
                .map(step -> step.error()
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .limit(FIRST_LINES)
                        .collect(Collectors.joining(" ")))
                .findFirst()
                .orElse("it did not come to its end");
    }

    /** How many scenarios were skipped for which reason. */
    static Map<String, Integer> skipped(Documentation documentation) {
        return documentation.scenarios().stream()
                .filter(scenario -> scenario.status() == Status.SKIPPED)
                .collect(Collectors.toMap(Scenario::reason, scenario -> 1, Integer::sum, TreeMap::new));
    }

    private static Map<String, Object> feature(Chapter chapter, Feature feature) {
        return Map.of(
                "chapter", chapter.name(),
                "feature", feature,
                "told_of", feature.scenarios().stream().collect(Collectors.toMap(Scenario::id, ScenarioView::of)));
    }

    private void write(String page, Map<String, Object> values) {
        write(page, page, values);
    }

    private void write(String template, String page, Map<String, Object> values) {
        Path file = target.resolve(page);
        Map<String, Object> all = new HashMap<>(values);
        all.put("page", template.replace(".html", ""));
        all.put("root", page.contains("/") ? "../" : "");
        all.put("style", resource("style.css"));
        all.put("trends", trends.isPresent());
        all.put("cucumber", Files.exists(target.resolve("cucumber.html")));
        try {
            Files.createDirectories(file.getParent());
            try (Writer writer = Files.newBufferedWriter(file)) {
                engine.getTemplate(template).evaluate(writer, all);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    private void text(String name, String text) {
        try {
            Files.writeString(target.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(target.resolve(name) + " cannot be written", e);
        }
    }

    private static void deletePages(Path folder, String names) {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> pages = Files.newDirectoryStream(folder, names)) {
                for (Path page : pages) {
                    Files.delete(page);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("old pages cannot be deleted from " + folder, e);
            }
        }
    }

    private static String resource(String name) {
        try (InputStream in = Site.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " is missing from the jar", e);
        }
    }
}
