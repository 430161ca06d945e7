package coalmine.report;

import coalmine.report.Documentation.Chapter;
import coalmine.report.Documentation.Evidence;
import coalmine.report.Documentation.Feature;
import coalmine.report.Documentation.Run;
import coalmine.report.Documentation.Scenario;
import coalmine.report.Documentation.Section;
import coalmine.report.Documentation.Step;
import io.cucumber.messages.Convertor;
import io.cucumber.messages.types.Attachment;
import io.cucumber.messages.types.AttachmentContentEncoding;
import io.cucumber.messages.types.Hook;
import io.cucumber.messages.types.HookType;
import io.cucumber.messages.types.Pickle;
import io.cucumber.messages.types.PickleTag;
import io.cucumber.messages.types.Rule;
import io.cucumber.messages.types.TableCell;
import io.cucumber.messages.types.Tag;
import io.cucumber.messages.types.TestCaseStarted;
import io.cucumber.messages.types.TestStep;
import io.cucumber.messages.types.TestStepFinished;
import io.cucumber.messages.types.TestStepResult;
import io.cucumber.messages.types.TestStepResultStatus;
import io.cucumber.query.Lineage;
import io.cucumber.query.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reads the documentation out of Cucumber's messages; of several runs, each scenario's last one counts. */
final class Reader {

    private static final String ROOT = "features/";
    private static final String NOT_RUN = "left out of the run by its tags or its name";

    /** A scenario, and where in the book it belongs. */
    private record Placed(Lineage lineage, String path, int line, Scenario scenario) {}

    private final Map<String, Placed> scenarios = new LinkedHashMap<>();
    private final List<Run> runs = new ArrayList<>();

    private Reader() {}

    static Documentation documentation(List<Messages> all) {
        Reader reader = new Reader();
        all.stream()
                .sorted(Comparator.comparing(messages -> messages.run().started()))
                .forEach(reader::read);
        return new Documentation(reader.runs, reader.chapters());
    }

    private void read(Messages messages) {
        runs.add(messages.run());
        Query query = messages.query();
        Map<String, TestCaseStarted> startedByPickle = new TreeMap<>();
        query.findAllTestCaseStarted()
                .forEach(started ->
                        query.findPickleBy(started).ifPresent(pickle -> startedByPickle.put(pickle.getId(), started)));
        Map<String, String> placeById = new HashMap<>();
        for (Pickle pickle : query.findAllPickles()) {
            Lineage lineage = query.findLineageBy(pickle).orElseThrow();
            String path = path(pickle.getUri());
            int line = query.findLocationOf(pickle)
                    .map(location -> location.getLine().intValue())
                    .orElse(0);
            Optional<TestCaseStarted> started = Optional.ofNullable(startedByPickle.get(pickle.getId()));
            String id = id(path, words(pickle, lineage), pickle.getUri() + ":" + line, placeById);
            Scenario scenario = scenario(query, pickle, id, started);
            Placed placed = new Placed(lineage, path, line, scenario);
            // What a later run left out keeps its result.
            scenarios.merge(
                    scenario.id(), placed, (before, now) -> started.isPresent() ? now : moved(before, lineage, line));
        }
    }

    private static Placed moved(Placed before, Lineage lineage, int line) {
        return new Placed(lineage, before.path(), line, before.scenario());
    }

    /** The path below the folder of the features, which is all that stays the same from machine to machine. */
    private static String path(String uri) {
        int root = uri.lastIndexOf("/" + ROOT);
        String below = root >= 0
                ? uri.substring(root + ROOT.length() + 1)
                : uri.startsWith(ROOT) ? uri.substring(ROOT.length()) : uri.replaceAll(".*[/:]", "");
        return below.replaceAll("\\.feature$", "");
    }

    /** The slug of a scenario's words; if another place of the run has it already, with their check sum, so that neither hides the other. */
    private static String id(String path, String words, String place, Map<String, String> placeById) {
        String slug = path + "#" + Slug.of(words);
        String id = slug;
        String salted = words;
        while (!place.equals(placeById.computeIfAbsent(id, free -> place))) {
            id = slug + "-" + Slug.sum(salted);
            // Even the words may be the same.
            salted += " again";
        }
        return id;
    }

    private static String words(Pickle pickle, Lineage lineage) {
        String name = lineage.scenario().map(it -> it.getName()).orElse(pickle.getName());
        String values = lineage.example()
                .map(row -> row.getCells().stream().map(TableCell::getValue).collect(Collectors.joining(" ")))
                .orElse("");
        return name + " " + values;
    }

    private static Scenario scenario(Query query, Pickle pickle, String id, Optional<TestCaseStarted> started) {
        List<Step> steps = started.map(it -> ran(query, it)).orElseGet(() -> notRun(query, pickle));
        Status status = started.map(it -> status(query, it, steps)).orElse(Status.SKIPPED);
        List<Attachment> attachments = started.map(it -> attachments(query, it)).orElse(List.of());
        return new Scenario(
                id,
                pickle.getName(),
                pickle.getTags().stream().map(PickleTag::getName).toList(),
                status,
                status == Status.SKIPPED ? started.map(it -> reason(query, it)).orElse(NOT_RUN) : "",
                started.map(it -> Convertor.toInstant(it.getTimestamp())).orElse(Instant.EPOCH),
                started.flatMap(query::findTestCaseDurationBy).orElse(Duration.ZERO),
                started.map(it -> worked(query, it)).orElse(Duration.ZERO),
                steps,
                attachments.stream()
                        .filter(it -> it.getMediaType().equals(ScenarioRecord.MEDIA_TYPE))
                        .map(it -> ScenarioRecord.read(it.getBody()))
                        .findFirst(),
                attachments.stream()
                        .filter(it -> !it.getMediaType().equals(ScenarioRecord.MEDIA_TYPE)
                                && it.getContentEncoding() == AttachmentContentEncoding.IDENTITY)
                        .map(it -> new Evidence(it.getFileName().orElse(it.getMediaType()), it.getBody()))
                        .toList());
    }

    private static Status status(Query query, TestCaseStarted started, List<Step> steps) {
        boolean finished = query.findTestCaseFinishedBy(started).isPresent();
        if (!finished || steps.stream().anyMatch(step -> step.status() == Status.FAILED)) {
            return Status.FAILED;
        }
        return query.findMostSevereTestStepResultBy(started)
                .map(TestStepResult::getStatus)
                .map(Status::of)
                .orElse(Status.PASSED);
    }

    private static String reason(Query query, TestCaseStarted started) {
        return query.findTestStepsFinishedBy(started).stream()
                .map(TestStepFinished::getTestStepResult)
                .filter(result -> result.getStatus() == TestStepResultStatus.SKIPPED)
                .flatMap(result -> result.getException().stream())
                .flatMap(exception -> exception.getMessage().stream())
                .findFirst()
                .orElse("skipped without a reason");
    }

    private static Duration worked(Query query, TestCaseStarted started) {
        return query.findTestStepFinishedAndTestStepBy(started).stream()
                .filter(entry -> query.findHookBy(entry.getValue())
                        .flatMap(Hook::getType)
                        .filter(HookType.BEFORE_TEST_CASE::equals)
                        .isEmpty())
                .map(entry ->
                        Convertor.toDuration(entry.getKey().getTestStepResult().getDuration()))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static List<Attachment> attachments(Query query, TestCaseStarted started) {
        return query.findTestStepsFinishedBy(started).stream()
                .flatMap(step -> query.findAttachmentsBy(step).stream())
                .toList();
    }

    private static List<Step> ran(Query query, TestCaseStarted started) {
        return query.findTestStepFinishedAndTestStepBy(started).stream()
                .flatMap(entry -> step(query, entry.getValue(), entry.getKey().getTestStepResult()).stream())
                .toList();
    }

    /** A step as it went; of what happens around a scenario, only what failed. */
    private static Optional<Step> step(Query query, TestStep step, TestStepResult result) {
        Status status = Status.of(result.getStatus());
        Duration took = Convertor.toDuration(result.getDuration());
        String error = status == Status.FAILED
                ? result.getException()
                        .flatMap(it -> it.getMessage())
                        .or(result::getMessage)
                        .orElse(result.getStatus().name().toLowerCase(Locale.ROOT))
                : "";
        return query.findPickleStepBy(step)
                .map(it -> step(query, it, status, took, error))
                .or(() -> status == Status.FAILED
                        ? Optional.of(new Step("", "around the scenario", status, took, List.of(), "", error))
                        : Optional.empty());
    }

    private static Step step(
            Query query, io.cucumber.messages.types.PickleStep step, Status status, Duration took, String error) {
        List<List<String>> table = step.getArgument()
                .flatMap(it -> it.getDataTable())
                .map(it -> it.getRows().stream()
                        .map(row -> row.getCells().stream()
                                .map(cell -> cell.getValue())
                                .toList())
                        .toList())
                .orElse(List.of());
        String docString = step.getArgument()
                .flatMap(it -> it.getDocString())
                .map(it -> it.getContent())
                .orElse("");
        String keyword =
                query.findStepBy(step).map(it -> it.getKeyword().strip()).orElse("");
        return new Step(keyword, step.getText(), status, took, table, docString, error);
    }

    private static List<Step> notRun(Query query, Pickle pickle) {
        return pickle.getSteps().stream()
                .map(step -> step(query, step, Status.SKIPPED, Duration.ZERO, ""))
                .toList();
    }

    private List<Chapter> chapters() {
        Map<String, List<Feature>> byFolder = new TreeMap<>();
        Map<String, List<Placed>> byPath = scenarios.values().stream()
                .collect(Collectors.groupingBy(Placed::path, TreeMap::new, Collectors.toList()));
        byPath.forEach((path, placed) -> byFolder.computeIfAbsent(
                        path.contains("/") ? path.replaceAll("/[^/]*$", "") : "", none -> new ArrayList<>())
                .add(feature(path, placed)));
        return byFolder.entrySet().stream()
                .map(folder -> new Chapter(title(folder.getKey()), List.copyOf(folder.getValue())))
                .toList();
    }

    private static String title(String folder) {
        String words = folder.replace("/", ": ").replace('-', ' ');
        return words.isEmpty() ? "Features" : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static Feature feature(String path, List<Placed> placed) {
        placed.sort(Comparator.comparing(Placed::line));
        io.cucumber.messages.types.Feature feature =
                placed.get(0).lineage().feature().orElseThrow();
        Map<String, List<Placed>> byRule = placed.stream()
                .collect(Collectors.groupingBy(
                        it -> it.lineage().rule().map(Rule::getName).orElse(""),
                        LinkedHashMap::new,
                        Collectors.toList()));
        return new Feature(
                path,
                feature.getName(),
                paragraphs(feature.getDescription()),
                feature.getTags().stream().map(Tag::getName).toList(),
                byRule.entrySet().stream()
                        .map(rule -> new Section(
                                rule.getKey(),
                                rule.getValue()
                                        .get(0)
                                        .lineage()
                                        .rule()
                                        .map(it -> paragraphs(it.getDescription()))
                                        .orElse(List.of()),
                                rule.getValue().stream().map(Placed::scenario).toList()))
                        .toList());
    }

    private static List<String> paragraphs(String description) {
        return Arrays.stream(description.split("\\n\\s*\\n"))
                .map(paragraph -> paragraph.strip().replaceAll("\\s*\\n\\s*", " "))
                .filter(paragraph -> !paragraph.isEmpty())
                .toList();
    }
}
