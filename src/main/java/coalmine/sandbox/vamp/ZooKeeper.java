package coalmine.sandbox.vamp;

import coalmine.sandbox.net.Binding;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The key-value store from which workflow agents read their scripts (facts 6.1, 6.3; recording A-030): as much of ZooKeeper's protocol as a client needs
 * that opens a session and reads a node. Everything else is answered as unimplemented.
 */
public final class ZooKeeper {

    private static final int LENGTH_BYTES = 4;
    private static final int PASSWORD_BYTES = 16;
    private static final int LARGEST_REQUEST = 1024 * 1024;

    // Kinds of requests.
    private static final int GET_DATA = 4;
    private static final int PING = 11;
    private static final int CLOSE = -11;

    // Errors.
    private static final int NONE = 0;
    private static final int NO_NODE = -101;
    private static final int UNIMPLEMENTED = -6;

    private final Vertx vertx;
    private final String host;
    private final NetServer server;
    private final Function<String, Optional<String>> nodes;
    private final AtomicLong sessions = new AtomicLong();

    private ZooKeeper(Vertx vertx, String host, Function<String, Optional<String>> nodes) {
        this.vertx = vertx;
        this.host = host;
        this.server = vertx.createNetServer(new NetServerOptions().setHost(host).setPort(0));
        this.nodes = nodes;
        server.connectHandler(socket -> new Session(socket).begin());
    }

    /**
     * Listens on a free port.
     *
     * @param nodes the text of a node by its path
     */
    public static Future<ZooKeeper> start(Vertx vertx, String host, Function<String, Optional<String>> nodes) {
        ZooKeeper keeper = new ZooKeeper(vertx, host, nodes);
        return keeper.server.listen().map(keeper);
    }

    public int port() {
        return server.actualPort();
    }

    /** Stops listening and ends the sessions; completes when the port is free again. */
    public Future<Void> close() {
        Binding binding = new Binding(vertx, host, port());
        return server.close().eventually(binding::whenFree);
    }

    /** One client: frames of a length and as many bytes, the first of which asks for a session. */
    private final class Session {
        private final NetSocket socket;
        private final RecordParser frames = RecordParser.newFixed(LENGTH_BYTES);
        private boolean expectsLength = true;
        private boolean connected;

        private Session(NetSocket socket) {
            this.socket = socket;
        }

        private void begin() {
            frames.handler(this::frame);
            frames.exceptionHandler(broken -> socket.close());
            socket.exceptionHandler(broken -> {});
            socket.handler(frames);
        }

        private void frame(Buffer bytes) {
            if (expectsLength) {
                int length = bytes.getInt(0);
                if (length <= 0 || length > LARGEST_REQUEST) {
                    socket.close();
                    return;
                }
                expectsLength = false;
                frames.fixedSizeMode(length);
                return;
            }
            expectsLength = true;
            frames.fixedSizeMode(LENGTH_BYTES);
            if (connected) {
                request(bytes);
            } else {
                connected = true;
                accept(bytes);
            }
        }

        private void accept(Buffer request) {
            int timeoutAsked = request.getInt(12);
            send(Buffer.buffer()
                    .appendInt(0) // the protocol's version
                    .appendInt(timeoutAsked)
                    .appendLong(sessions.incrementAndGet())
                    .appendInt(PASSWORD_BYTES)
                    .appendBytes(new byte[PASSWORD_BYTES])
                    .appendByte((byte) 0)); // not read-only, as clients insist
        }

        private void request(Buffer request) {
            int id = request.getInt(0);
            int kind = request.getInt(4);
            switch (kind) {
                case GET_DATA -> answer(id, path(request));
                case PING -> send(header(id, NONE));
                case CLOSE -> socket.end(framed(header(id, NONE)));
                default -> send(header(id, UNIMPLEMENTED));
            }
        }

        private static String path(Buffer request) {
            int length = request.getInt(8);
            return request.getString(12, 12 + length, StandardCharsets.UTF_8.name());
        }

        private void answer(int id, String path) {
            Optional<byte[]> data = nodes.apply(path).map(text -> text.getBytes(StandardCharsets.UTF_8));
            send(data.map(bytes -> header(id, NONE)
                            .appendInt(bytes.length)
                            .appendBytes(bytes)
                            .appendBuffer(statistics(bytes.length)))
                    .orElseGet(() -> header(id, NO_NODE)));
        }

        private static Buffer header(int id, int error) {
            return Buffer.buffer().appendInt(id).appendLong(1).appendInt(error);
        }

        /** Of a node that was created once and never changed. */
        private static Buffer statistics(int length) {
            return Buffer.buffer()
                    .appendLong(1) // created by
                    .appendLong(1) // changed by
                    .appendLong(0) // created at
                    .appendLong(0) // changed at
                    .appendInt(0) // version of the data,
                    .appendInt(0) // of the children,
                    .appendInt(0) // of the access rights
                    .appendLong(0) // owned by no session
                    .appendInt(length)
                    .appendInt(0) // children
                    .appendLong(1); // children changed by
        }

        private void send(Buffer content) {
            socket.write(framed(content));
        }

        private static Buffer framed(Buffer content) {
            return Buffer.buffer().appendInt(content.length()).appendBuffer(content);
        }
    }
}
