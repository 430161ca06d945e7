package coalmine.sandbox.workflow;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * What the real agent does in a container: it fetches the script from the key-value store and runs it, once or again and again (facts 6.2, 6.3). Each
 * runner has a thread of its own.
 */
final class WorkflowRunner {

    /** Hears what becomes of the container. */
    interface Voice {
        void running();

        void line(String text);

        void failed(String text);

        void ended(int code, String reason);
    }

    private static final int KILLED = 128 + 9;

    private final Map<String, String> env;
    private final PlatformClock clock;
    private final Voice voice;
    private final Thread thread;
    private volatile boolean killed;
    private volatile Optional<Isolate> isolate = Optional.empty();

    WorkflowRunner(Map<String, String> env, PlatformClock clock, Voice voice) {
        this.env = env;
        this.clock = clock;
        this.voice = voice;
        this.thread = new Thread(this::run, "workflow " + env.get("VAMP_KEY_VALUE_STORE_PATH"));
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    void kill() {
        killed = true;
        isolate.ifPresent(Isolate::stop);
        thread.interrupt();
    }

    private void run() {
        Outcome outcome;
        try {
            double period = setting("VAMP_WORKFLOW_EXECUTION_PERIOD") * 1000;
            double timeout = setting("VAMP_WORKFLOW_EXECUTION_TIMEOUT") * 1000;
            voice.running();
            String script = script();
            outcome = period == 0 ? once(script, timeout) : recurring(script, period, timeout);
        } catch (IllegalArgumentException | IOException e) {
            voice.failed(e.getMessage());
            outcome = new Outcome(1, e.getMessage());
        } catch (InterruptedException e) {
            outcome = new Outcome(KILLED, "killed");
        }
        voice.ended(killed ? KILLED : outcome.code(), killed ? "killed" : outcome.reason());
        isolate.ifPresent(Isolate::close);
    }

    /**
     * How a run ended.
     *
     * @param code the exit code
     * @param reason in one line, empty for a good end
     */
    record Outcome(int code, String reason) {}

    private Outcome once(String script, double timeout) {
        Outcome outcome = runOnce(script, timeout);
        return outcome.reason().isEmpty() ? new Outcome(outcome.code(), "the script has ended") : outcome;
    }

    private Outcome recurring(String script, double period, double timeout) throws InterruptedException {
        double next = clock.nowMillis();
        while (!killed) {
            clock.awaitMillis(next);
            runOnce(script, timeout);
            // Skips what was missed while a run lived.
            next += period * Math.max(1, Math.ceil((clock.nowMillis() - next) / period));
        }
        return new Outcome(KILLED, "killed");
    }

    private Outcome runOnce(String script, double timeoutMillis) {
        Isolate present = isolate.filter(Isolate::isFresh).orElseGet(this::newIsolate);
        Outcome outcome = present.run(script, env, timeoutMillis);
        if (outcome.code() != 0 && !killed) {
            voice.failed(outcome.reason());
        }
        return outcome;
    }

    private Isolate newIsolate() {
        isolate.ifPresent(Isolate::close);
        Isolate created = new Isolate(clock, voice);
        isolate = Optional.of(created);
        if (killed) {
            created.stop(); // it came too late to be stopped by the kill itself
        }
        return created;
    }

    private double setting(String name) {
        String text = env.get(name);
        try {
            double value = text == null ? -1 : Integer.parseInt(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, as for a missing one
        }
        throw new IllegalArgumentException(
                name + " must be set to a whole number of seconds, 0 or more, but is " + text);
    }

    /** Reads the script as from Consul's key-value store. */
    private String script() throws IOException {
        String connection = env.get("VAMP_KEY_VALUE_STORE_CONNECTION");
        String path = env.get("VAMP_KEY_VALUE_STORE_PATH");
        URL url = URI.create("http://" + connection + "/v1/kv" + path + "?raw").toURL();
        HttpURLConnection http = (HttpURLConnection) url.openConnection();
        if (http.getResponseCode() != 200) {
            throw new IOException("the script is not at " + url + ": status " + http.getResponseCode());
        }
        try (InputStream body = http.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
