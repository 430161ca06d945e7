package coalmine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the house: who may know whom. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("coalmine");

    /** Every room, and the rooms that it may know besides itself and {@code time}. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("time", Set.of()),
            Map.entry("access", Set.of()),
            Map.entry("vamp", Set.of("access")),
            Map.entry("marathon", Set.of("access")),
            Map.entry("recipe", Set.of("vamp")),
            Map.entry("journal", Set.of("recipe", "vamp", "marathon")),
            Map.entry("release", Set.of("vamp", "marathon")),
            Map.entry("report", Set.of("release")),
            Map.entry("sandbox", Set.of()),
            Map.entry("platform", Set.of("access", "sandbox", "vamp", "marathon")),
            Map.entry(
                    "cli", Set.of("access", "recipe", "journal", "release", "report", "platform", "vamp", "marathon")));

    @Test
    void every_package_is_a_room_of_the_house() {
        assertThat(CLASSES.stream().map(ArchitectureTest::room).distinct()).isSubsetOf(ARROWS.keySet());
    }

    @Test
    void arrows_between_rooms_run_one_way() {
        ARROWS.forEach((room, known) -> noClasses()
                .that(livesIn(room))
                .should()
                .dependOnClassesThat(new DescribedPredicate<>("live in a room that " + room + " may not know") {
                    @Override
                    public boolean test(JavaClass type) {
                        String other = room(type);
                        return type.getPackageName().startsWith("coalmine.")
                                && !other.equals(room)
                                && !other.equals("time")
                                && !known.contains(other);
                    }
                })
                .allowEmptyShould(true)
                .check(CLASSES));
    }

    @Test
    void the_control_plane_meets_the_scheduler_over_http_only() {
        noClasses()
                .that()
                .resideInAPackage("coalmine.sandbox.vamp..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "coalmine.sandbox.marathon..", "coalmine.sandbox.sava..", "coalmine.sandbox.workflow..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("coalmine.sandbox.marathon..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("coalmine.sandbox.vamp..", "coalmine.sandbox.gateway..", "coalmine.sandbox.pulse..")
                .check(CLASSES);
    }

    /** It would be a sixth of the classes that the first sandbox of a JVM has to wait for. */
    @Test
    void the_sandbox_binds_no_data_to_objects() {
        noClasses()
                .that(livesIn("sandbox"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson.databind..")
                .check(CLASSES);
    }

    @Test
    void there_is_no_cycle_between_packages() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return SliceIdentifier.of(type.getPackageName());
                    }

                    @Override
                    public String getDescription() {
                        return "every package";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void nothing_but_a_deadline_ever_waits() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(CLASSES);
    }

    @Test
    void the_top_level_holds_what_belongs_there_and_nothing_else() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of(""))) {
            List<String> names = entries.map(Path::toString)
                    .filter(name -> !name.startsWith("."))
                    .toList();
            assertThat(names).isSubsetOf("pom.xml", "src", "features", "recipes", "README.md", "LICENSE", "target");
        }
    }

    private static DescribedPredicate<JavaClass> livesIn(String room) {
        return new DescribedPredicate<>("live in " + room) {
            @Override
            public boolean test(JavaClass type) {
                return room(type).equals(room);
            }
        };
    }

    /** The first package below {@code coalmine}. */
    private static String room(JavaClass type) {
        String[] names = type.getPackageName().split("\\.");
        return names.length > 1 ? names[1] : "";
    }
}
