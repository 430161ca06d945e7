package coalmine.platform;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/**
 * A port on which users call a gateway.
 *
 * @param host where Vamp's gateways listen
 */
public record GatewayPort(String host, int port) {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Why nobody can call it from here, and what mends that; empty if it takes connections. */
    public Optional<String> trouble() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of("there is no host " + host + "; " + remedy());
        } catch (SocketTimeoutException e) {
            return Optional.of(this + " does not answer, as when a firewall is between; " + remedy());
        } catch (IOException e) {
            return Optional.of(this + " takes no connection (" + e.getMessage() + "); " + remedy());
        }
    }

    /** Whether somebody takes connections on it. */
    public boolean isOpen() {
        return trouble().isEmpty();
    }

    /** The tutorial warns of firewalls: the ports of containers, of Vamp's own gateways, and those that recipes name, have to be open. */
    private String remedy() {
        return "let connections from here to port " + port + " through, or set -D" + Endpoints.GATEWAY_HOST
                + " to the host on which the gateways listen";
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
