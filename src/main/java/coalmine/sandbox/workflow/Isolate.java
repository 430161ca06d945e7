package coalmine.sandbox.workflow;

import coalmine.sandbox.workflow.WorkflowRunner.Outcome;
import com.caoccao.javet.enums.V8AwaitMode;
import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interop.NodeRuntime;
import com.caoccao.javet.interop.V8Host;
import com.caoccao.javet.interop.callback.IJavetDirectCallable;
import com.caoccao.javet.interop.callback.JavetCallbackContext;
import com.caoccao.javet.interop.callback.JavetCallbackType;
import com.caoccao.javet.values.reference.V8ValueArray;
import com.caoccao.javet.values.reference.V8ValueFunction;
import com.caoccao.javet.values.reference.V8ValueObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Node.js of its own, guarded by {@code agent.js}, in which one workflow runs, again and again if need be: everything that a run leaves is cleared
 * away, and where that fails the isolate is no longer fresh. Belongs to one thread, but for {@link #stop()}.
 */
final class Isolate {

    private static final String BOOTSTRAP = bootstrap();
    private static final long GRACE_MILLIS = 100;
    /** What a run gets after its time is up, on the wall. */
    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "time limits");
        thread.setDaemon(true);
        return thread;
    });

    private final PlatformClock clock;
    private final WorkflowRunner.Voice voice;
    private final NodeRuntime runtime;
    private final V8ValueObject script;
    private Outcome ended;
    private boolean fresh = true;
    private volatile boolean stopped;
    private volatile boolean busy;

    /**
     * @throws IllegalStateException if there cannot be another Node.js
     */
    Isolate(PlatformClock clock, WorkflowRunner.Voice voice) {
        this.clock = clock;
        this.voice = voice;
        try {
            runtime = V8Host.getNodeInstance().createV8Runtime();
            try (V8ValueFunction guard = runtime.getExecutor(BOOTSTRAP).execute();
                    V8ValueObject host = host();
                    V8ValueArray paths = array(modulePaths())) {
                script = guard.call(null, host, runtime.createV8ValueDouble(clock.pace()), paths);
            }
        } catch (JavetException e) {
            throw new IllegalStateException("Node.js cannot be started: " + e.getMessage(), e);
        }
    }

    private static String bootstrap() {
        try (InputStream source = Isolate.class.getResourceAsStream("agent.js")) {
            return new String(source.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("agent.js cannot be read", e);
        }
    }

    private static List<String> modulePaths() {
        return Arrays.asList(System.getProperty("modules").split(File.pathSeparator));
    }

    private V8ValueArray array(List<String> texts) throws JavetException {
        V8ValueArray array = runtime.createV8ValueArray();
        for (String text : texts) {
            array.push(text);
        }
        return array;
    }

    private V8ValueObject host() throws JavetException {
        V8ValueObject host = runtime.createV8ValueObject();
        bind(host, "say", arguments -> voice.line(arguments[0].asString()));
        bind(host, "end", arguments -> ended = new Outcome(arguments[0].asInt(), arguments[1].asString()));
        host.bindFunction(new JavetCallbackContext(
                "now", JavetCallbackType.DirectCallNoThisAndResult, (IJavetDirectCallable.NoThisAndResult<
                                JavetException>)
                        arguments -> runtime.createV8ValueDouble(clock.nowMillis())));
        return host;
    }

    private static void bind(
            V8ValueObject host, String name, IJavetDirectCallable.NoThisAndNoResult<JavetException> function)
            throws JavetException {
        host.bindFunction(new JavetCallbackContext(name, JavetCallbackType.DirectCallNoThisAndNoResult, function));
    }

    /** Whether a run would find everything as the first one did. */
    boolean isFresh() {
        return fresh;
    }

    /**
     * Runs a script to its end.
     *
     * @param timeoutMillis how long it may take, in platform time; 0 for as long as it likes
     */
    Outcome run(String source, Map<String, String> env, double timeoutMillis) {
        ended = null;
        busy = true;
        ScheduledFuture<?> limit = WATCH.schedule(
                timeoutMillis == 0 ? () -> {} : this::stop,
                timeoutMillis == 0 ? 0 : Math.max(1, (long) (timeoutMillis / clock.pace())),
                TimeUnit.MILLISECONDS);
        try (V8ValueArray names = array(List.copyOf(env.keySet()));
                V8ValueArray values = array(List.copyOf(env.values()))) {
            script.invokeVoid("run", source, names, values);
            boolean more = true;
            while (more && ended == null && !stopped) {
                more = runtime.await(V8AwaitMode.RunOnce);
            }
            if (stopped) {
                return timedOut(timeoutMillis);
            }
            Outcome outcome = ended != null ? ended : new Outcome(script.invokeInteger("exitCode"), "");
            tidy();
            return outcome;
        } catch (JavetException e) {
            fresh = false;
            return stopped ? timedOut(timeoutMillis) : new Outcome(1, String.valueOf(e.getMessage()));
        } finally {
            busy = false;
            limit.cancel(false);
        }
    }

    private Outcome timedOut(double timeoutMillis) {
        fresh = false;
        return new Outcome(
                137, "stopped after " + Math.round(timeoutMillis / 1000) + " s, the time that a run may take");
    }

    private void tidy() throws JavetException {
        fresh = script.invokeBoolean("tidy");
        // Handles close in the loop's next rounds.
        boolean more = true;
        for (int round = 0; more && round < 10; round++) {
            more = runtime.await(V8AwaitMode.RunNoWait);
        }
        fresh = fresh && !more;
    }

    /** Stops a run wherever it is, even in an endless loop; the isolate is of no use afterwards. From any thread. */
    void stop() {
        stopped = true;
        // The event loop looks at this every few milliseconds; what is still busy after that does not come back by
        // itself.
        WATCH.schedule(this::terminateIfBusy, GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void terminateIfBusy() {
        if (busy) {
            runtime.terminateExecution();
        }
    }

    /** Closes Node.js; before that everything that would keep its event loop alive is ended, or the closing would wait for it. */
    void close() {
        try {
            tidy();
            script.close();
            runtime.close(true);
        } catch (JavetException e) {
            voice.line("Node.js could not be closed: " + e.getMessage());
        }
    }
}
