package coalmine.sandbox.sava;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The sample service that releases are tried on: one process per instance, with a page that says which version it is.
 *
 * <p>A process is started blank and ahead of time. It warms itself up, prints {@code warm}, and waits on its standard input for one line,
 * its {@link Assignment}. It then listens and prints {@code ready}, or {@code failed} and why, and ends with exit code 1. When its standard
 * input ends, because the process that started it has ended, it ends at once, whatever it is doing.
 *
 * <p>It stands on the JDK alone and leaves out what is slow to load, for it must start fast: it is warm 0.14 s after its start, for 0.17 s
 * of CPU and 42 MB, ready 1 ms after its assignment, and its first answer takes 4 ms. (An AppCDS archive would save 0.01 s of that.)
 */
public final class Sava {

    static final String WARM = "warm";
    static final String READY = "ready";
    static final String FAILED = "failed ";

    private static final String PROCESS = Long.toString(ProcessHandle.current().pid());

    private final Assignment assignment;

    private Sava(Assignment assignment) {
        this.assignment = assignment;
    }

    /** Runs the service; see the class for what it reads and prints. */
    public static void main(String[] arguments) throws IOException {
        // Answers go out at once, and connections that a gateway keeps are not closed under its hands.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "1000");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = System.out;
        warmUp();
        say(out, WARM);
        String line = in.readLine();
        if (line != null) {
            say(out, begin(line));
            while (in.readLine() != null) {
                // Nothing more is expected: only the end counts.
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void say(PrintStream out, String line) {
        out.print(line.concat("\n"));
        out.flush();
        if (line.startsWith(FAILED)) {
            Runtime.getRuntime().halt(1);
        }
    }

    private static String begin(String line) {
        Assignment assignment = Assignment.parse(line);
        try {
            if (Runner.isMeantBy(assignment)) {
                Runner.listen(assignment, Executors.newCachedThreadPool());
            } else {
                new Sava(assignment).listen(Executors.newCachedThreadPool());
            }
            return READY;
        } catch (IOException e) {
            return FAILED + e.getMessage();
        }
    }

    /** Serves a page to itself once, so that everything that an answer needs has been loaded. */
    private static void warmUp() throws IOException {
        ExecutorService executor = Executors.newCachedThreadPool();
        Assignment blank = new Assignment("127.0.0.1", Map.of(80, 0), "blank", "0", "blank", "1", Map.of("BLANK", "0"));
        List<HttpServer> servers = new Sava(Assignment.parse(blank.toLine())).listen(executor);
        InetSocketAddress address = servers.get(0).getAddress();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: sava\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
        servers.get(0).stop(0);
        executor.shutdown();
    }

    private List<HttpServer> listen(Executor executor) throws IOException {
        List<HttpServer> servers = new ArrayList<>();
        for (Map.Entry<Integer, Integer> port : assignment.ports().entrySet()) {
            HttpServer server = bind(assignment.address(), port.getValue());
            server.createContext("/", new Page(assignment, port.getKey()));
            // A client that is slow to send its request must not hold up the others.
            server.setExecutor(executor);
            servers.add(server);
        }
        for (HttpServer server : servers) {
            server.start();
        }
        return servers;
    }

    static HttpServer bind(String address, int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getByName(address), port), 0);
        } catch (IOException e) {
            throw cannotListen(address, port, e);
        }
    }

    static IOException cannotListen(String address, int port, IOException cause) {
        return new IOException("cannot listen on " + address + ":" + port + ": " + cause.getMessage(), cause);
    }

    /** What one of the instance's ports answers. */
    private static final class Page implements HttpHandler {

        private final Assignment assignment;
        private final int containerPort;

        private Page(Assignment assignment, int containerPort) {
            this.assignment = assignment;
            this.containerPort = containerPort;
        }

        @Override
        public void handle(HttpExchange exchange) throws IOException {
            try (exchange) {
                // What is left unread would keep the connection from being used again.
                exchange.getRequestBody().readAllBytes();
                String type;
                String body;
                if (exchange.getRequestURI().getPath().equals("/id")) {
                    type = "text/plain; charset=UTF-8";
                    body = assignment.instance();
                } else if (asksForJson(exchange)) {
                    type = "application/json; charset=UTF-8";
                    body = json();
                } else {
                    type = "text/html; charset=UTF-8";
                    body = page();
                }
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", type);
                exchange.getResponseHeaders().set("X-Sava-Instance", assignment.instance());
                exchange.getResponseHeaders().set("X-Sava-Process", PROCESS);
                exchange.getResponseHeaders().set("X-Sava-Port", Integer.toString(containerPort));
                if (exchange.getRequestMethod().equals("HEAD")) {
                    exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
                    exchange.sendResponseHeaders(200, -1);
                    return;
                }
                exchange.sendResponseHeaders(200, bytes.length);
                try (OutputStream response = exchange.getResponseBody()) {
                    response.write(bytes);
                }
            }
        }

        private static boolean asksForJson(HttpExchange exchange) {
            String accept = exchange.getRequestHeaders().getFirst("Accept");
            return accept != null && accept.toLowerCase(Locale.ROOT).contains("application/json");
        }

        private String page() {
            String title = html(assignment.service()).concat(" ").concat(html(assignment.version()));
            return "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"UTF-8\"><title>"
                    .concat(title)
                    .concat("</title></head>\n<body><h1>")
                    .concat(title)
                    .concat("</h1><p>")
                    .concat(html(assignment.instance()))
                    .concat("</p></body>\n</html>\n");
        }

        private String json() {
            return "{\"service\":\""
                    .concat(json(assignment.service()))
                    .concat("\",\"version\":\"")
                    .concat(json(assignment.version()))
                    .concat("\",\"instance\":\"")
                    .concat(json(assignment.instance()))
                    .concat("\",\"process\":")
                    .concat(PROCESS)
                    .concat(",\"port\":")
                    .concat(Integer.toString(containerPort))
                    .concat("}");
        }

        private static String html(String text) {
            return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        }

        private static String json(String text) {
            return text.replace("\\", "\\\\").replace("\"", "\\\"");
        }
    }
}
