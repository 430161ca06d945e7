package coalmine.sandbox.sava;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One port on which a service answers HTTP/1.1: connections are kept, each has a thread of its own, and what a request carries beside its head is read and
 * left aside.
 *
 * <p>Our own, as the processes of a run are started by the hundred: with the JDK's HTTP server one is warm after 0.20 s of CPU, with microhttp after 0.15 s, with
 * this after 0.10 s; a JVM that does nothing takes 0.06 s.
 */
final class HttpPort implements Runnable, Closeable {

    private static final int LONGEST_LINE = 4096;
    private static final int MOST_HEADERS = 200;

    /** What a service says to a request. Called from many threads at once. */
    interface Service {
        Answer answer(Request request);
    }

    /**
     * What was asked.
     *
     * @param path decoded, without the query
     * @param accept the header of that name; empty if there was none
     */
    record Request(String method, String path, String accept) {}

    /**
     * What is said to it, with status 200.
     *
     * @param headers lines with their ends; beside them go the body's type and its length
     */
    record Answer(String type, String headers, byte[] body) {}

    private final ServerSocket socket;
    private final Service service;

    private HttpPort(ServerSocket socket, Service service) {
        this.socket = socket;
        this.service = service;
    }

    /**
     * Opens a port and answers on it until it is closed.
     *
     * @param port 0 for a free one
     * @throws IOException if it cannot be listened on; the message names it
     */
    static HttpPort open(String address, int port, Service service) throws IOException {
        HttpPort opened = new HttpPort(bind(address, port), service);
        start(opened);
        return opened;
    }

    /**
     * A socket that listens.
     *
     * @throws IOException if it cannot; the message names address and port
     */
    static ServerSocket bind(String address, int port) throws IOException {
        try {
            return new ServerSocket(port, 0, InetAddress.getByName(address));
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on "
                            .concat(address)
                            .concat(":")
                            .concat(Integer.toString(port))
                            .concat(": ")
                            .concat(String.valueOf(e.getMessage())),
                    e);
        }
    }

    /** Does something in a thread of its own, which does not keep the process from ending. */
    static void start(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Takes connections. */
    @Override
    public void run() {
        while (!socket.isClosed()) {
            try {
                start(new Connection(socket.accept(), service));
            } catch (IOException e) {
                // A client that went away before it was taken, or the port was closed.
                continue;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** One client's requests, one after the other. */
    private static final class Connection implements Runnable {

        private final Socket client;
        private final Service service;

        private Connection(Socket client, Service service) {
            this.client = client;
            this.service = service;
        }

        @Override
        public void run() {
            try (client) {
                client.setTcpNoDelay(true);
                InputStream in = new BufferedInputStream(client.getInputStream());
                boolean kept = true;
                while (kept) {
                    try {
                        kept = answerNext(in);
                    } catch (ProtocolException | IllegalArgumentException e) {
                        send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                        kept = false;
                    }
                }
            } catch (IOException e) {
                // The client has gone; there is nobody to tell.
                return;
            }
        }

        /** Whether another request may follow. */
        private boolean answerNext(InputStream in) throws IOException {
            String first = line(in);
            int afterMethod = first.indexOf(' ');
            int afterTarget = first.lastIndexOf(' ');
            if (afterMethod <= 0 || afterTarget <= afterMethod || !first.startsWith("HTTP/1.", afterTarget + 1)) {
                throw new ProtocolException("not a request of HTTP/1: ".concat(first));
            }
            boolean kept = first.endsWith("/1.1");
            boolean chunked = false;
            String accept = "";
            long length = 0;
            int headers = 0;
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                int colon = header.indexOf(':');
                if (colon <= 0 || ++headers > MOST_HEADERS) {
                    throw new ProtocolException("not a header: ".concat(header));
                }
                String value = header.substring(colon + 1).strip();
                switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
                    case "accept" -> accept = value;
                    case "connection" ->
                        kept = kept ? !value.equalsIgnoreCase("close") : value.equalsIgnoreCase("keep-alive");
                    case "content-length" -> length = Long.parseLong(value);
                    case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                    case "expect" -> send("HTTP/1.1 100 Continue\r\n\r\n");
                    default -> {
                        // Nothing else changes the answer.
                    }
                }
            }
            skipBody(in, length, chunked);
            String path =
                    URI.create(first.substring(afterMethod + 1, afterTarget)).getPath();
            Request request = new Request(first.substring(0, afterMethod), path == null ? "" : path, accept);
            answer(request, kept);
            return kept;
        }

        private static void skipBody(InputStream in, long length, boolean chunked) throws IOException {
            if (!chunked) {
                in.skipNBytes(length);
                return;
            }
            long chunk = chunkLength(in);
            while (chunk > 0) {
                in.skipNBytes(chunk);
                line(in);
                chunk = chunkLength(in);
            }
            while (!line(in).isEmpty()) {
                // Trailers say nothing that the answer depends on.
            }
        }

        private static long chunkLength(InputStream in) throws IOException {
            String line = line(in);
            int semicolon = line.indexOf(';');
            return Long.parseLong((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
        }

        private void answer(Request request, boolean kept) throws IOException {
            Answer answer = service.answer(request);
            byte[] head = "HTTP/1.1 200 OK\r\nContent-Type: "
                    .concat(answer.type())
                    .concat("\r\n")
                    .concat(answer.headers())
                    .concat("Content-Length: ")
                    .concat(Integer.toString(answer.body().length))
                    .concat(kept ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8);
            if (request.method().equals("HEAD")) {
                client.getOutputStream().write(head);
                return;
            }
            byte[] whole = new byte[head.length + answer.body().length];
            System.arraycopy(head, 0, whole, 0, head.length);
            System.arraycopy(answer.body(), 0, whole, head.length, answer.body().length);
            client.getOutputStream().write(whole);
        }

        private void send(String text) throws IOException {
            client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        /** A line without its end. */
        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException();
                }
                if (line.length() == LONGEST_LINE) {
                    throw new ProtocolException("a line is longer than 4096 characters");
                }
                line.append((char) next);
            }
            int last = line.length() - 1;
            return last >= 0 && line.charAt(last) == '\r' ? line.substring(0, last) : line.toString();
        }
    }
}
