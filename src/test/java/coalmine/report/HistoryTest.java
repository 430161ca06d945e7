package coalmine.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

    private static final int EACH = 25;

    @TempDir
    Path folder;

    static PastRun run(String at, Map<String, String> scenarios, Double... rollbacks) {
        return new PastRun(at, "sandbox", "a sandbox", 10, 60, 100, 3, List.of(rollbacks), scenarios);
    }

    /** Adds runs to a history in a process of its own: its file, and a name for the writer. */
    public static void main(String[] arguments) {
        write(new History(Path.of(arguments[0])), arguments[1]);
    }

    private static void write(History history, String writer) {
        for (int i = 0; i < EACH; i++) {
            // Long enough to be more than one page of a file.
            history.add(run("2026-11-23T03:00:00Z", Map.of(writer + "-" + i, "passed", "x".repeat(9000), "passed")));
        }
    }

    @Test
    void what_was_added_is_read_the_oldest_first() {
        History history = new History(folder.resolve("deep/history.jsonl"));
        history.add(run("2026-11-24T03:00:00Z", Map.of("a", "failed"), 9.8));
        history.add(run("2026-11-23T03:00:00Z", Map.of("a", "passed")));

        assertThat(history.read().damaged()).isZero();
        assertThat(history.read().runs())
                .extracting(PastRun::at)
                .containsExactly("2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z");
        assertThat(history.read().runs().get(1).rollbacks()).containsExactly(9.8);
    }

    @Test
    void a_history_that_is_not_there_yet_is_empty() {
        assertThat(new History(folder.resolve("none")).read().runs()).isEmpty();
    }

    @Test
    void damaged_lines_are_left_out_and_counted_and_a_line_that_was_cut_takes_no_other_with_it() throws IOException {
        Path file = folder.resolve("history.jsonl");
        History history = new History(file);
        history.add(run("2026-11-23T03:00:00Z", Map.of()));
        Files.write(
                file,
                new byte[] {'{', (byte) 0xff, '\n', 'n', 'u', 'l', 'l', '\n', '{', '}', '\n'},
                StandardOpenOption.APPEND);
        Files.writeString(file, run("never", Map.of()).line() + "\n", StandardOpenOption.APPEND);
        Files.writeString(
                file, run("2026-11-23T03:00:00Z", Map.of("a", "perhaps")).line() + "\n", StandardOpenOption.APPEND);
        String line = run("2026-11-24T03:00:00Z", Map.of()).line();
        Files.writeString(file, line.substring(0, line.length() / 2), StandardOpenOption.APPEND);
        history.add(run("2026-11-25T03:00:00Z", Map.of()));

        assertThat(history.read().damaged()).isEqualTo(6);
        assertThat(history.read().runs())
                .extracting(PastRun::at)
                .containsExactly("2026-11-23T03:00:00Z", "2026-11-25T03:00:00Z");
    }

    @Test
    void writers_in_several_threads_and_processes_lose_nothing() throws Exception {
        Path file = folder.resolve("history.jsonl");
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            HistoryTest.class.getName(),
                            file.toString(),
                            "process" + i)
                    .inheritIO()
                    .start());
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> writing = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String writer = "thread" + i;
            writing.add(threads.submit((Callable<Void>) () -> {
                write(new History(file), writer);
                return null;
            }));
        }
        for (Future<?> writer : writing) {
            writer.get();
        }
        threads.shutdown();
        for (Process process : processes) {
            assertThat(process.waitFor()).isZero();
        }

        History.Contents contents = new History(file).read();
        assertThat(contents.damaged()).isZero();
        assertThat(contents.runs()).hasSize(4 * EACH);
        assertThat(contents.runs().stream()
                        .flatMap(it -> it.scenarios().keySet().stream())
                        .distinct())
                .hasSize(4 * EACH + 1);
    }

    @Test
    void where_nothing_can_be_written_is_told_before_a_run() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> new History(file.resolve("history.jsonl")).checkIsWritable())
                .hasMessageContainingAll("cannot be written", "-Dcoalmine.history");
        new History(folder.resolve("new/history.jsonl")).checkIsWritable();
    }
}
