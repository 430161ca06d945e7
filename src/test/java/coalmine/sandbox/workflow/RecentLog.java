package coalmine.sandbox.workflow;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Remembers the newest lines and failures of each app, so that a failure's message can show them. Safe for use by several threads. */
public final class RecentLog implements AgentLog {

    private final int linesPerApp;
    private final Map<String, Deque<Line>> lines = new HashMap<>();
    private final Map<String, Deque<Failure>> failures = new HashMap<>();

    /**
     * A log without lines.
     *
     * @param linesPerApp how many lines, and how many failures, of an app are remembered; at least 1
     */
    public RecentLog(int linesPerApp) {
        if (linesPerApp < 1) {
            throw new IllegalArgumentException("at least one line is remembered, but asked for " + linesPerApp);
        }
        this.linesPerApp = linesPerApp;
    }

    @Override
    public synchronized void line(Line line) {
        remember(lines, line.appId(), line);
    }

    @Override
    public synchronized void failed(Failure failure) {
        remember(failures, failure.appId(), failure);
    }

    /** The newest lines of an app, oldest first. */
    public synchronized List<Line> lines(String appId) {
        return List.copyOf(lines.getOrDefault(appId, new ArrayDeque<>()));
    }

    /** The newest failures of an app, oldest first. */
    public synchronized List<Failure> failures(String appId) {
        return List.copyOf(failures.getOrDefault(appId, new ArrayDeque<>()));
    }

    private <T> void remember(Map<String, Deque<T>> remembered, String appId, T entry) {
        Deque<T> entries = remembered.computeIfAbsent(appId, id -> new ArrayDeque<>());
        if (entries.size() == linesPerApp) {
            entries.removeFirst();
        }
        entries.addLast(entry);
    }
}
