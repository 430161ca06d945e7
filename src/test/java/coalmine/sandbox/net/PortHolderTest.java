package coalmine.sandbox.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PortHolderTest {

    private static final String HOST = "127.9.40.5";

    @Test
    @EnabledOnOs(OS.LINUX)
    void another_process_is_named_with_its_command() throws IOException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Listens.class.getName())
                .start();
        try {
            int port = Integer.parseInt(new String(other.getInputStream().readNBytes(5), StandardCharsets.US_ASCII));

            assertThat(PortHolder.inUse(HOST, port))
                    .startsWith("port " + port + " of " + HOST + " is in use by process " + other.pid() + " (")
                    .contains("java");
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void ones_own_process_is_called_so_also_if_it_listens_on_all_addresses() throws IOException {
        try (ServerSocket own = new ServerSocket(0)) {
            assertThat(PortHolder.inUse(HOST, own.getLocalPort())).endsWith("is in use by this process itself");
        }
    }

    @Test
    void who_cannot_be_told_is_admitted_not_to_be_known() throws IOException {
        int free;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            free = closed.getLocalPort();
        }
        assertThat(PortHolder.inUse(HOST, free)).endsWith("is in use by a process that cannot be told from here");
    }

    /** Listens on a port, says which, and waits to be killed. */
    static final class Listens {
        public static void main(String[] arguments) throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
                System.out.printf("%5d", socket.getLocalPort());
                System.out.flush();
                socket.accept();
            }
        }
    }
}
