package coalmine.sandbox.sava;

import coalmine.sandbox.sava.HttpPort.Answer;
import coalmine.sandbox.sava.HttpPort.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The sample service that releases are tried on: one process per instance, with a page that says which version it is.
 *
 * <p>A process is started blank and ahead of time. It warms itself up, prints {@code warm}, and waits on its standard input for one line,
 * its {@link Assignment}. It then listens and prints {@code ready}, or {@code failed} and why, and ends with exit code 1. When its standard
 * input ends, because the process that started it has ended, it ends at once, whatever it is doing.
 *
 * <p>It stands on the JDK alone and leaves out what is slow to load, lambdas and joined strings among it, for it must start fast: it is warm 0.10 s after its
 * start, for 0.10 s of CPU and 36 MB.
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
                Runner.listen(assignment);
            } else {
                new Sava(assignment).listen();
            }
            return READY;
        } catch (IOException e) {
            return FAILED + e.getMessage();
        }
    }

    /** Serves a page to itself once, so that everything that an answer needs has been loaded. */
    private static void warmUp() throws IOException {
        Assignment blank = new Assignment("127.0.0.1", Map.of(80, 0), "blank", "0", "blank", "1", Map.of("BLANK", "0"));
        HttpPort port = new Sava(Assignment.parse(blank.toLine())).listen().get(0);
        try (port;
                Socket socket = new Socket("127.0.0.1", port.port())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: sava\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    private List<HttpPort> listen() throws IOException {
        List<HttpPort> open = new ArrayList<>();
        for (Map.Entry<Integer, Integer> port : assignment.ports().entrySet()) {
            open.add(HttpPort.open(assignment.address(), port.getValue(), new Page(assignment, port.getKey())));
        }
        return open;
    }

    /** What one of the instance's ports answers. */
    private record Page(Assignment assignment, int containerPort) implements HttpPort.Service {

        @Override
        public Answer answer(Request request) {
            if (request.path().equals("/id")) {
                return answer("text/plain; charset=UTF-8", assignment.instance());
            }
            return request.accept().toLowerCase(Locale.ROOT).contains("application/json")
                    ? answer("application/json; charset=UTF-8", json())
                    : answer("text/html; charset=UTF-8", page());
        }

        private Answer answer(String type, String body) {
            String headers = "X-Sava-Instance: "
                    .concat(assignment.instance())
                    .concat("\r\nX-Sava-Process: ")
                    .concat(PROCESS)
                    .concat("\r\nX-Sava-Port: ")
                    .concat(Integer.toString(containerPort))
                    .concat("\r\n");
            return new Answer(type, headers, body.getBytes(StandardCharsets.UTF_8));
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
