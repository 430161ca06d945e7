package coalmine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cucumber.core.options.Constants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The nightly jobs: thin, alike, and with no property that nobody reads. */
class NightlyTest {

    private static final Pattern PROPERTY = Pattern.compile("-D([A-Za-z.]+)=");

    private final String workflow;
    private final String jenkinsfile;

    NightlyTest() throws IOException {
        workflow = Files.readString(Path.of(".github/workflows/nightly.yml"));
        jenkinsfile = Files.readString(Path.of(".ci/Jenkinsfile"));
    }

    private static Set<String> properties(String job) {
        Matcher matcher = PROPERTY.matcher(job);
        Set<String> names = new TreeSet<>();
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    @Test
    void both_run_the_same_maven_command() {
        assertThat(command(workflow)).isEqualTo(command(jenkinsfile)).contains("verify", "-Dcoalmine.history");
    }

    /** Goals, flags and the names of properties; where their values come from is each job's own. */
    private static List<String> command(String job) {
        Matcher command = Pattern.compile("mvn [^']*?(?=\\n +- name|''')").matcher(job);
        assertThat(command.find()).isTrue();
        return Arrays.stream(command.group()
                        .replaceAll("=[^\"]*\"", "\"")
                        .replaceAll("[\"\\\\]", "")
                        .split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    @Test
    void every_property_that_they_set_is_read_and_every_one_of_ours_is_in_the_readme() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String sources = sources();
        Set<String> cucumbers = Arrays.stream(Constants.class.getFields())
                .map(NightlyTest::value)
                .collect(Collectors.toSet());
        for (String job : List.of(workflow, jenkinsfile)) {
            assertThat(properties(job)).isNotEmpty().allSatisfy(name -> {
                if (name.startsWith("coalmine.")) {
                    assertThat(sources).contains("\"" + name + "\"");
                    assertThat(readme).contains(name);
                } else {
                    assertThat(cucumbers).contains(name);
                }
            });
        }
    }

    private static String value(java.lang.reflect.Field constant) {
        try {
            return String.valueOf(constant.get(null));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(it -> it.toString().endsWith(".java") && !it.endsWith("NightlyTest.java"))
                    .toList()) {
                all.append(Files.readString(file));
            }
            return all.toString();
        }
    }

    @Test
    void the_workflow_runs_by_night_and_by_hand_and_tells_of_failures_too() throws IOException {
        JsonNode job = new YAMLMapper().readTree(workflow);

        assertThat(job.at("/on/schedule/0/cron").asText()).matches("\\d+ \\d+ \\* \\* \\*");
        assertThat(job.at("/on/workflow_dispatch/inputs").properties())
                .extracting(java.util.Map.Entry::getKey)
                .containsExactlyInAnyOrder("platform", "vamp_url", "marathon_url", "gateway_host", "tags");
        boolean afterSuite = false;
        for (JsonNode step : job.at("/jobs/suite/steps")) {
            if (afterSuite) {
                assertThat(step.path("if").asText()).as(step.toString()).isEqualTo("${{ !cancelled() }}");
            }
            afterSuite |= step.path("name").asText().equals("suite");
        }
        assertThat(afterSuite).isTrue();
        assertThat(workflow.lines().count()).isLessThan(80);
    }

    @Test
    void the_pipeline_runs_by_night_and_by_hand_and_tells_of_failures_too() {
        assertThat(jenkinsfile).contains("cron('", "always {", "summary.md", "publishHTML");
        assertThat(jenkinsfile.chars().filter(it -> it == '{').count())
                .isEqualTo(jenkinsfile.chars().filter(it -> it == '}').count());
        Set<String> parameters = new TreeSet<>();
        Matcher matcher = Pattern.compile("name: '([A-Z_]+)'").matcher(jenkinsfile);
        while (matcher.find()) {
            parameters.add(matcher.group(1));
        }
        assertThat(parameters)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(jenkinsfile).contains("$" + name + "\""));
        assertThat(jenkinsfile.lines().count()).isLessThan(50);
    }
}
