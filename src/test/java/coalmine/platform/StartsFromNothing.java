package coalmine.platform;

import coalmine.sandbox.Machine;
import coalmine.sandbox.Sandbox;
import coalmine.time.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A program that starts a sandbox, the first in its JVM, and prints after how many milliseconds that answers and its default workflows run. */
final class StartsFromNothing {

    private StartsFromNothing() {}

    public static void main(String[] arguments) throws IOException {
        long start = System.nanoTime();
        try (Machine machine = new Machine();
                Sandbox sandbox = Sandbox.start(
                        machine, Sandbox.Options.atPace(new Pace(10)).on("127.8.9.10"))) {
            expect("Coalmine's sandbox", read(sandbox.vampUrl().resolve("/api/v1/info")));
            long millis = (System.nanoTime() - start) / 1_000_000;
            for (String name : new String[] {"health", "metrics", "kibana"}) {
                expect("\"status\":\"running\"", read(sandbox.vampUrl().resolve("/api/v1/workflows/" + name)));
            }
            System.out.println(millis);
        }
    }

    /** Not by the suite's own client, whose first call costs more than the sandbox. */
    private static String read(URI url) throws IOException {
        try (InputStream body = url.toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void expect(String part, String body) {
        if (!body.contains(part)) {
            throw new IllegalStateException("no " + part + " in " + body);
        }
    }
}
