package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.marathon.MarathonApi;
import coalmine.sandbox.sava.Sava;
import coalmine.time.Pace;
import coalmine.vamp.VampApi;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a user with Docker meets, when all is well and when it is not. */
@NeedsDocker
class VampContainerIT {

    private static final URI NOWHERE = URI.create("http://127.6.6.10:1");

    @BeforeAll
    static void build() {
        SandboxImage.build();
    }

    @Test
    void a_container_is_the_vamp_that_was_asked_for_and_forgets_all_when_it_is_killed_and_started() {
        try (ContainerPlatform platform = new ContainerPlatform(SandboxImage.NAME, new Pace(10), List.of(9050));
                Environment environment = platform.lend(Set.of("0.9.5"))) {
            VampApi vamp = new VampApi(environment.vamp());
            assertThat(vamp.info().version()).isEqualTo("0.9.5");
            vamp.put("breeds/kiwi", "name: kiwi\ndeployable: magneticio/kiwi:1.0");

            environment.killAndStart();

            assertThat(vamp.names("breeds")).doesNotContain("kiwi");
            assertThat(new MarathonApi(environment.marathon()).apps()).isNotEmpty();
        }
    }

    @Test
    void the_image_serves_by_itself_and_says_how_it_is_used_from_outside() {
        URI vamp = URI.create("http://127.6.6.11:8080");
        URI marathon = URI.create("http://127.6.6.11:9090");
        try (VampContainer container = VampContainer.start(
                SandboxImage.NAME,
                create -> create.getHostConfig()
                        .withPortBindings(List.of(binding("127.6.6.11", 8080), binding("127.6.6.11", 9090))),
                vamp,
                marathon,
                Duration.ofSeconds(60))) {
            // It says so once it is up, which is after it has begun to answer.
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(container.printed()).contains("curl -sS http://localhost:9050/"));
        }
    }

    @Test
    void a_container_that_never_answers_is_told_with_what_it_printed_last() {
        assertThatThrownBy(() -> VampContainer.start(
                        SandboxImage.NAME,
                        create -> create.withStdinOpen(true)
                                .withEntrypoint(
                                        "/java/bin/java",
                                        "-Xlog:gc",
                                        "-cp",
                                        "target/coalmine.jar",
                                        Sava.class.getName()),
                        NOWHERE,
                        NOWHERE,
                        Duration.ofSeconds(6)))
                .hasMessageContainingAll(
                        "the container of coalmine/sandbox:latest does not get to work within 6 s",
                        NOWHERE + " does not answer",
                        "what it printed last:",
                        "Using ");
    }

    @Test
    void a_container_that_ends_is_told_with_what_it_printed_last() {
        assertThatThrownBy(() -> VampContainer.start(
                        SandboxImage.NAME,
                        create -> create.withCmd("--vamp", "0.8"),
                        NOWHERE,
                        NOWHERE,
                        Duration.ofSeconds(30)))
                .hasMessageContainingAll("has ended; what it printed last:", "0.8");
    }

    @Test
    void a_port_that_is_taken_on_this_machine_is_told() throws IOException {
        try (ServerSocket held = new ServerSocket(0, 1, InetAddress.getByName("127.6.6.12"))) {
            assertThatThrownBy(() -> VampContainer.start(
                            SandboxImage.NAME,
                            create -> create.getHostConfig()
                                    .withPortBindings(new PortBinding(
                                            Ports.Binding.bindIpAndPort("127.6.6.12", held.getLocalPort()),
                                            ExposedPort.tcp(8080))),
                            NOWHERE,
                            NOWHERE,
                            Duration.ofSeconds(30)))
                    .hasMessageContainingAll("does not start", "address already in use", "end what holds the port");
        }
    }

    @Test
    void an_image_that_is_not_there_is_told_with_the_property() {
        assertThatThrownBy(() -> Engine.image("127.6.6.13:1/no/such:image"))
                .hasMessageContainingAll(
                        "-Dcoalmine.vamp.image=127.6.6.13:1/no/such:image", "correct the name", "coalmine/sandbox");
    }

    private static PortBinding binding(String address, int port) {
        return new PortBinding(Ports.Binding.bindIpAndPort(address, port), ExposedPort.tcp(port));
    }
}
