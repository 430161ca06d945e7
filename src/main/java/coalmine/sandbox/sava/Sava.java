package coalmine.sandbox.sava;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * The sample service: a web page that says which version it is. It runs in a process of its own, waits there for its assignment, and ends as soon
 * as its standard input does, which is when whoever started it is gone.
 *
 * <p>The assignment is one line of five fields, separated by tabs: name, version, instance, host, and the ports, separated by commas. The answer
 * is one line: {@code ready}, or what went wrong.
 */
public final class Sava {

    /** Said when the process is ready for its assignment. */
    static final String WAITING = "waiting";
    /** Said when the service answers. */
    static final String READY = "ready";

    private final String name;
    private final String version;
    private final String instance;

    private Sava(String name, String version, String instance) {
        this.name = name;
        this.version = version;
        this.instance = instance;
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        // Loads what the service needs, so that it answers soon after its assignment.
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
                .stop(0);
        System.out.println(WAITING);
        String assignment = input.readLine();
        if (assignment != null) {
            serve(assignment.split("\t", -1));
            while (input.readLine() != null) {
                // whoever started this lives
            }
        }
        System.exit(0);
    }

    private static void serve(String[] fields) {
        Sava sava = new Sava(fields[0], fields[1], fields[2]);
        for (String port : fields[4].split(",")) {
            if (!port.isEmpty()) {
                sava.listen(fields[3], Integer.parseInt(port));
            }
        }
        System.out.println(READY);
    }

    private void listen(String host, int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 128);
            ThreadFactory daemons = task -> {
                Thread thread = new Thread(task, "request");
                thread.setDaemon(true);
                return thread;
            };
            server.setExecutor(Executors.newCachedThreadPool(daemons));
            server.createContext("/", this::answer);
            server.start();
        } catch (IOException e) {
            System.out.println("port " + port + " of " + host + " cannot be listened on: " + e.getMessage());
            System.exit(1);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String accept = exchange.getRequestHeaders().getFirst("Accept");
            boolean json = accept != null && accept.startsWith("application/json");
            byte[] body = (json ? json() : page()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", json ? "application/json" : "text/html; charset=UTF-8");
            exchange.getResponseHeaders().set("X-Instance", instance);
            boolean bodyless = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, bodyless ? -1 : body.length);
            if (!bodyless) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private String page() {
        String title = name + " " + version;
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>" + title + "</title></head>\n<body><h1>" + title
                + "</h1></body>\n</html>\n";
    }

    private String json() {
        return "{\"service\":\"" + name + "\",\"version\":\"" + version + "\",\"instance\":\"" + instance + "\"}";
    }
}
