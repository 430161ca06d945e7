package coalmine.sandbox.marathon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The host ports that tasks get: those that a Mesos agent offers, 31000 to 32000 (facts 7.2).
 *
 * <p>They are given out in turn, beginning anywhere, so that a port comes back only after all others had their turn, and a dead task's port
 * is not soon another's. A port that something else holds is passed over.
 */
final class PortRange {

    static final int FIRST = 31000;
    static final int LAST = 32000;
    static final int SIZE = LAST - FIRST + 1;

    /** Stands for any port, where a certain one could be asked for. */
    static final int ANY = 0;

    private final InetAddress address;
    private final Set<Integer> taken = new HashSet<>();
    private int next = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);

    /**
     * A range of free ports.
     *
     * @param host the address that the ports are on; an address rather than a name, so that nothing has to be looked up
     * @throws IllegalArgumentException if there is no such address
     */
    PortRange(String host) {
        try {
            this.address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address: " + host, e);
        }
    }

    /**
     * Takes ports.
     *
     * @param wanted the ports asked for, each a certain one or {@link #ANY}
     * @return a port for each, or empty if not all can be had now; then none is taken
     */
    Optional<List<Integer>> take(List<Integer> wanted) {
        List<Integer> given = new ArrayList<>();
        for (int port : wanted) {
            Optional<Integer> found =
                    port == ANY ? any(wanted) : Optional.of(port).filter(this::isFree);
            if (found.isEmpty()) {
                release(given);
                return Optional.empty();
            }
            taken.add(found.get());
            given.add(found.get());
        }
        return Optional.of(List.copyOf(given));
    }

    /** Gives ports back. */
    void release(List<Integer> ports) {
        ports.forEach(taken::remove);
    }

    private Optional<Integer> any(List<Integer> spoken) {
        for (int tries = FIRST; tries <= LAST; tries++) {
            int port = next;
            next = port == LAST ? FIRST : port + 1;
            if (!spoken.contains(port) && isFree(port)) {
                return Optional.of(port);
            }
        }
        return Optional.empty();
    }

    private boolean isFree(int port) {
        if (port < FIRST || port > LAST || taken.contains(port)) {
            return false;
        }
        try (ServerSocket socket = new ServerSocket(port, 1, address)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
