package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.testcontainers.shaded.com.github.dockerjava.core.command.CreateContainerCmdImpl;

/** The container of the official image, which cannot be had everywhere; what is asked of the engine can be looked at everywhere. */
class QuickStartTest {

    @Test
    void the_container_has_what_the_documentation_demands() {
        CreateContainerCmd create = new CreateContainerCmdImpl(
                command -> {
                    throw new AssertionError("it was only to be looked at");
                },
                null,
                "magneticio/vamp-docker:0.9.2");

        new QuickStart.Machine("/run/user/1/docker.sock", Path.of("/usr/bin/docker"), "192.0.2.7").shape(create);

        HostConfig host = Optional.ofNullable(create.getHostConfig()).orElseThrow();
        assertThat(host.getPrivileged()).isTrue();
        assertThat(host.getNetworkMode()).isEqualTo("host");
        assertThat(Arrays.stream(host.getBinds()).map(Object::toString))
                .containsExactly(
                        "/run/user/1/docker.sock:/var/run/docker.sock:rw",
                        "/usr/bin/docker:/bin/docker:ro",
                        "/sys/fs/cgroup:/sys/fs/cgroup:rw");
        assertThat(create.getEnv()).containsExactly("DOCKER_HOST_IP=192.0.2.7");
        assertThat(create.getImage()).isEqualTo("magneticio/vamp-docker:0.9.2");
    }

    @Test
    void a_port_that_somebody_holds_is_told_with_who_it_is_and_what_mends_it() throws IOException {
        try (ServerSocket held = new ServerSocket(0, 1, InetAddress.getByName("127.6.6.9"))) {
            assertThatThrownBy(() -> ContainerPlatform.checkThatPortIsFree("127.6.6.9", held.getLocalPort()))
                    .hasMessageContainingAll(
                            "port " + held.getLocalPort() + " of 127.6.6.9 is in use by", "a gateway needs it");
        }
    }
}
