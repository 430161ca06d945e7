package coalmine.sandbox.marathon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The agents' host ports, 31000 to 32000 (facts 7.2). They are given out in turn, so that a dead task's port is not soon another's: whoever still
 * calls it must be refused.
 */
final class HostPorts {

    private static final int FIRST = 31000;
    private static final int LAST = 32000;

    private final String host;
    private final Set<Integer> taken = new HashSet<>();
    private int next = FIRST;

    HostPorts(String host) {
        this.host = host;
    }

    /**
     * Takes ports that nobody listens on.
     *
     * @throws IllegalStateException if there are not enough
     */
    List<Integer> take(int count) {
        List<Integer> ports = new ArrayList<>();
        for (int looked = 0; ports.size() < count; looked++) {
            if (looked > LAST - FIRST) {
                throw new IllegalStateException("no free host port between " + FIRST + " and " + LAST + " on " + host);
            }
            int port = next;
            next = next == LAST ? FIRST : next + 1;
            if (!taken.contains(port) && isFree(port)) {
                taken.add(port);
                ports.add(port);
            }
        }
        return ports;
    }

    void giveBack(List<Integer> ports) {
        taken.removeAll(ports);
    }

    private boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(host))) {
            return probe.isBound();
        } catch (IOException inUse) {
            return false;
        }
    }
}
