package coalmine.sandbox.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who listens on a port, for the one who wanted it. Linux tells it in {@code /proc}, of the processes of the same user and to root of all; elsewhere it
 * stays unknown.
 */
public final class PortHolder {

    private static final Path PROC = Path.of("/proc");
    private static final String LISTENING = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private PortHolder() {}

    /** A port that is taken, as it is told to people: {@code port 9050 of 127.0.0.1 is in use by process 4711 (nginx -g daemon off;)}. */
    public static String inUse(String host, int port) {
        return "port " + port + " of " + host + " is in use by " + name(host, port);
    }

    private static String name(String host, int port) {
        return find(host, port)
                .map(process -> process.pid() == ProcessHandle.current().pid()
                        ? "this process itself"
                        : "process " + process.pid() + " (" + command(process) + ")")
                .orElse("a process that cannot be told from here");
    }

    private static Optional<ProcessHandle> find(String host, int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            sockets.addAll(listening(PROC.resolve("net").resolve(table), host, port));
        }
        return sockets.isEmpty()
                ? Optional.empty()
                : ProcessHandle.allProcesses()
                        .filter(it -> holdsAny(it.pid(), sockets))
                        .findFirst();
    }

    /** The sockets that listen on the port, at this address or at all, as the links of those who hold them say it. */
    private static Set<String> listening(Path table, String host, int port) {
        Set<String> sockets = new HashSet<>();
        try {
            String suffix = String.format(Locale.ROOT, ":%04X", port);
            String own = hexadecimal(host);
            for (String line : Files.readAllLines(table)) {
                String[] fields = line.trim().split("\\s+");
                if (fields.length > INODE
                        && fields[STATE].equals(LISTENING)
                        && fields[LOCAL_ADDRESS].endsWith(suffix)
                        && (fields[LOCAL_ADDRESS].contains(own) || fields[LOCAL_ADDRESS].matches("0+:.*"))) {
                    sockets.add("socket:[" + fields[INODE] + "]");
                }
            }
        } catch (IOException notLinux) {
            return Set.of();
        }
        return sockets;
    }

    /** An address as the kernel's table has it: the machine's own order of bytes. */
    private static String hexadecimal(String host) throws UnknownHostException {
        ByteBuffer bytes =
                ByteBuffer.wrap(InetAddress.getByName(host).getAddress()).order(ByteOrder.nativeOrder());
        return String.format(Locale.ROOT, "%08X", bytes.getInt());
    }

    private static boolean holdsAny(long pid, Set<String> sockets) {
        try (Stream<Path> descriptors =
                Files.list(PROC.resolve(Long.toString(pid)).resolve("fd"))) {
            return descriptors.anyMatch(descriptor -> sockets.contains(target(descriptor)));
        } catch (IOException notOurs) {
            return false;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    private static String command(ProcessHandle process) {
        return process.info()
                .commandLine()
                .or(() -> process.info().command())
                .map(command -> command.length() > 100 ? command.substring(0, 100) + "…" : command)
                .orElse("its command cannot be told");
    }
}
