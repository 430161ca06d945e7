package coalmine.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class GatewayPortTest {

    private static final String ADDRESS = "127.6.12.1";

    @Test
    void one_that_takes_connections_has_no_trouble() throws IOException {
        try (ServerSocket gateway = new ServerSocket(0, 9, InetAddress.getByName(ADDRESS))) {
            assertThat(new GatewayPort(ADDRESS, gateway.getLocalPort()).trouble())
                    .isEmpty();
        }
    }

    @Test
    void one_that_refuses_and_a_host_that_is_none_are_told_with_what_mends_it() {
        assertThat(new GatewayPort(ADDRESS, 1).trouble().orElseThrow())
                .contains(ADDRESS + ":1 takes no connection", "to port 1 through", "-Dcoalmine.gateway.host");
        assertThat(new GatewayPort("no.such.invalid", 1).trouble().orElseThrow())
                .contains("there is no host no.such.invalid", "-Dcoalmine.gateway.host");
    }

    /** A listener that takes no more connections lets further ones wait for good, as a firewall does that drops them. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void one_behind_a_firewall_does_not_answer() throws IOException {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
            for (int i = 0; i < 2; i++) {
                Socket socket = new Socket();
                waiting.add(socket);
                socket.connect(new InetSocketAddress(ADDRESS, full.getLocalPort()), 1000);
            }

            assertThat(new GatewayPort(ADDRESS, full.getLocalPort()).trouble().orElseThrow())
                    .contains("does not answer, as when a firewall is between");
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }
}
