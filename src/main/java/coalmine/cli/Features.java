package coalmine.cli;

import io.cucumber.gherkin.GherkinParser;
import io.cucumber.messages.types.Envelope;
import io.cucumber.messages.types.Pickle;
import io.cucumber.messages.types.PickleTag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The suite's features: those of the folder in which the command is called, or else those that Coalmine carries with its classes. */
final class Features {

    private static final Path HERE = Path.of("features");
    private static final String CARRIED = "coalmine/features";
    private static final String VAMP = "@vamp-";
    /** What runs unless somebody says otherwise, as {@code junit-platform.properties} has it. */
    private static final String BY_NIGHT = "@nightly";

    private Features() {}

    /**
     * A scenario, or one row of its examples.
     *
     * @param feature the file that it stands in
     */
    record Scenario(String feature, String name, Set<String> tags) {

        boolean isByDefault() {
            return !tags.contains(BY_NIGHT);
        }

        /** The versions of Vamp that it is about; none if any will do. */
        Set<String> vamps() {
            return tags.stream()
                    .filter(tag -> tag.startsWith(VAMP))
                    .map(tag -> tag.substring(VAMP.length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** All scenarios, in the order of their files. */
    static List<Scenario> all() {
        if (Files.isDirectory(HERE)) {
            return in(HERE);
        }
        try {
            Path classes = Path.of(Features.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isDirectory(classes)) {
                return in(classes.resolve(CARRIED));
            }
            try (FileSystem jar = FileSystems.newFileSystem(classes)) {
                return in(jar.getPath(CARRIED));
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("Coalmine cannot find its own classes", e);
        }
    }

    private static List<Scenario> in(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Scenario> scenarios = new ArrayList<>();
            for (Path file : files.filter(it -> it.toString().endsWith(".feature"))
                    .sorted()
                    .toList()) {
                String name = folder.relativize(file).toString();
                GherkinParser.builder()
                        .includeGherkinDocument(false)
                        .includeSource(false)
                        .build()
                        .parse(name, Files.readAllBytes(file))
                        .map(Envelope::getPickle)
                        .flatMap(Optional::stream)
                        .map(pickle -> scenario(name, pickle))
                        .forEach(scenarios::add);
            }
            return scenarios;
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be read", e);
        }
    }

    private static Scenario scenario(String feature, Pickle pickle) {
        return new Scenario(
                feature,
                pickle.getName(),
                pickle.getTags().stream().map(PickleTag::getName).collect(Collectors.toCollection(TreeSet::new)));
    }
}
