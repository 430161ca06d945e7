package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JavaRuntimeTest {

    @Test
    void the_runtime_has_every_module_that_the_code_uses() {
        Set<String> has =
                Configuration.empty()
                        .resolve(ModuleFinder.ofSystem(), ModuleFinder.of(), JavaRuntime.MODULES)
                        .modules()
                        .stream()
                        .map(ResolvedModule::name)
                        .collect(Collectors.toSet());

        assertThat(has).containsAll(used());
    }

    private static List<String> used() {
        StringWriter said = new StringWriter();
        int code = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        new PrintWriter(said),
                        new PrintWriter(said),
                        "--ignore-missing-deps",
                        "--print-module-deps",
                        "--multi-release",
                        "17",
                        "target/classes");
        assertThat(code).as(said.toString()).isZero();
        List<String> modules = List.of(said.toString().strip().split(","));
        assertThat(modules).contains("java.net.http");
        return modules;
    }
}
