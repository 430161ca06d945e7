package coalmine.sandbox.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import coalmine.time.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vamp 0.9.2 runs workflows on Node.js 6.5, whose language is that of 2016: what runs in the sandbox must parse there. */
class ScriptsForNode6Test {

    private static final String PARSE = """
            const acorn = require('acorn');
            process.env.FILES.split('|').forEach(file => {
              try {
                acorn.parse(require('fs').readFileSync(file, 'utf8'), {ecmaVersion: 7, sourceType: 'script', allowReturnOutsideFunction: true});
                console.log('parses ' + file);
              } catch (error) {
                console.log('fails ' + file + ': ' + error.message);
              }
            });
            """;

    @Test
    void every_script_parses(@TempDir Path modules) throws IOException {
        List<Path> scripts = new ArrayList<>();
        for (Path place : List.of(Path.of("src/main/resources"), Path.of("recipes"))) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> files = Files.walk(place)) {
                    files.filter(file -> file.toString().endsWith(".js"))
                            .map(Path::toAbsolutePath)
                            .forEach(scripts::add);
                }
            }
        }
        assertThat(scripts).hasSizeGreaterThanOrEqualTo(10);
        Path tooNew = Files.writeString(modules.resolve("new.js"), "async function f() {}");
        scripts.add(tooNew);

        List<String> lines = parse(modules, scripts);

        assertThat(lines).hasSize(scripts.size());
        assertThat(lines)
                .filteredOn(line -> line.startsWith("fails "))
                .singleElement()
                .asString()
                .contains("new.js");
    }

    private static List<String> parse(Path modules, List<Path> scripts) throws IOException {
        Files.copy(acorn(), Files.createDirectories(modules.resolve("acorn")).resolve("index.js"));
        AgentProcess agent = AgentProcess.startWithModules(modules);
        try (Workflows workflows = new Workflows(agent, Pace.REAL)) {
            String files = String.join("|", scripts.stream().map(Path::toString).toList());
            var started = workflows.start("parse", PARSE, Map.of("FILES", files));
            assertThat(started.exitCode()).isZero();
            return started.lines();
        } finally {
            agent.close();
        }
    }

    private static InputStream acorn() throws IOException {
        ClassLoader loader = ScriptsForNode6Test.class.getClassLoader();
        Properties artifact = new Properties();
        try (InputStream stream = loader.getResourceAsStream("META-INF/maven/org.webjars.npm/acorn/pom.properties")) {
            artifact.load(stream);
        }
        return loader.getResourceAsStream(
                "META-INF/resources/webjars/acorn/" + artifact.getProperty("version") + "/dist/acorn.js");
    }
}
