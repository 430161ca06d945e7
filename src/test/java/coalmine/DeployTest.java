package coalmine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.acceptance.Nightly;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the suite is run with in a cluster: held to the schema of Kubernetes' API, and to what the suite reads. Marathon's is held to it elsewhere. */
class DeployTest {

    private static final Path FOLDER = Path.of("src/main/deploy");
    private static final Pattern VARIABLE = Pattern.compile("\\bCOALMINE_[A-Z_]+");

    private interface Validator {
        void validate(com.google.gson.JsonElement json) throws IOException;
    }

    /** Generated from the OpenAPI document of Kubernetes: they refuse fields that are not there, and miss those that must be. */
    private static final Map<String, Validator> KINDS = Map.of(
            "v1 ConfigMap", V1ConfigMap::validateJsonElement,
            "v1 PersistentVolumeClaim", V1PersistentVolumeClaim::validateJsonElement,
            "batch/v1 CronJob", V1CronJob::validateJsonElement);

    private static List<JsonNode> manifests() {
        try (MappingIterator<JsonNode> documents = new YAMLMapper()
                .readerFor(JsonNode.class)
                .readValues(FOLDER.resolve("kubernetes.yml").toFile())) {
            return documents.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode manifest(String kind) {
        return manifests().stream()
                .filter(document -> document.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static void validate(JsonNode manifest) throws IOException {
        String kind = manifest.path("apiVersion").asText() + " "
                + manifest.path("kind").asText();
        assertThat(KINDS).containsKey(kind);
        KINDS.get(kind).validate(JsonParser.parseString(manifest.toString()));
    }

    @Test
    void every_manifest_is_what_the_api_of_kubernetes_says_it_is() {
        assertThat(manifests())
                .hasSize(KINDS.size())
                .allSatisfy(manifest -> assertThatCode(() -> validate(manifest)).doesNotThrowAnyException());
    }

    @Test
    void a_field_that_kubernetes_does_not_know_would_be_found() {
        ObjectNode job = manifest("CronJob").deepCopy();
        ((ObjectNode) job.at("/spec/jobTemplate/spec/template/spec")).put("restartPolicies", "Never");
        assertThatThrownBy(() -> validate(job)).hasMessageContaining("restartPolicies");

        ObjectNode timeless = manifest("CronJob").deepCopy();
        ((ObjectNode) timeless.at("/spec")).remove("schedule");
        assertThatThrownBy(() -> validate(timeless)).hasMessageContaining("schedule");
    }

    @Test
    void the_job_refers_to_what_is_there_and_runs_by_night_alone_and_once() {
        JsonNode job = manifest("CronJob").path("spec");
        assertThat(job.path("schedule").asText()).matches("\\d+ \\d+ \\* \\* \\*");
        assertThat(job.path("concurrencyPolicy").asText()).isEqualTo("Forbid");
        assertThat(job.at("/jobTemplate/spec/backoffLimit").asInt()).isZero();
        JsonNode pod = job.at("/jobTemplate/spec/template/spec");
        assertThat(pod.path("restartPolicy").asText()).isEqualTo("Never");
        JsonNode container = pod.at("/containers/0");
        assertThat(container.at("/envFrom/0/configMapRef/name"))
                .isEqualTo(manifest("ConfigMap").at("/metadata/name"));
        assertThat(pod.at("/volumes/0/persistentVolumeClaim/claimName"))
                .isEqualTo(manifest("PersistentVolumeClaim").at("/metadata/name"));
        Set<String> volumes = texts(pod.path("volumes"), "name");
        assertThat(volumes).containsAll(texts(container.path("volumeMounts"), "name"));
        assertThat(texts(container.path("volumeMounts"), "mountPath"))
                .contains("/coalmine/target/living-documentation")
                .anyMatch(path -> manifest("ConfigMap")
                        .at("/data/COALMINE_HISTORY")
                        .asText()
                        .startsWith(path + "/"));
    }

    private static Set<String> texts(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(entry -> entry.path(field).asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void every_variable_sets_a_property_that_the_readme_tells_of() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        for (String file : List.of("kubernetes.yml", "marathon.json")) {
            Map<String, String> variables = VARIABLE.matcher(Files.readString(FOLDER.resolve(file)))
                    .results()
                    .map(MatchResult::group)
                    .distinct()
                    .collect(Collectors.toMap(name -> name, name -> ""));
            assertThat(Nightly.properties(variables).keySet())
                    .as(file)
                    .contains("coalmine.platform", "coalmine.vamp.url", "coalmine.marathon.url", "coalmine.history")
                    .allSatisfy(property -> assertThat(readme).contains("`" + property + "`"));
        }
    }

    @Test
    void the_image_has_what_the_suite_reads_and_starts_it() throws IOException {
        String dockerfile = Files.readString(FOLDER.resolve("Dockerfile"));
        Set<String> ignored = Set.copyOf(Files.readAllLines(Path.of(".dockerignore")));
        Matcher copies = Pattern.compile("(?m)^COPY (\\S+)/ ").matcher(dockerfile);
        int found = 0;
        while (copies.find()) {
            assertThat(ignored).contains("!" + copies.group(1));
            found++;
        }
        assertThat(found).isEqualTo(5);
        assertThat(dockerfile).contains("\"" + Nightly.class.getName() + "\"]").contains("WORKDIR /coalmine\n");
    }
}
