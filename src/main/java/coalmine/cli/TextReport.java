package coalmine.cli;

import coalmine.recipe.Recipe;
import coalmine.recipe.RecipeRunner.StepResult;
import coalmine.recipe.Step;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Help.Ansi;

/**
 * Tells people: a line for every step when it has ended, with how long it took in the platform's time. On a terminal the step that is being done shows
 * as well, with the time so far. Colours only where the terminal has them and {@code NO_COLOR} is not set.
 */
final class TextReport implements Report, AutoCloseable {

    private static final String START_OF_CLEARED_LINE = "\r\u001b[2K";
    private static final long TICK_MILLIS = 500;

    private final PrintWriter out;
    private final Ansi ansi;
    private final Pace pace;
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "elapsed time");
        thread.setDaemon(true);
        return thread;
    });
    private Optional<Future<?>> ticking = Optional.empty();
    private int number;
    private int of;
    private List<Step> cleanUp = List.of();

    TextReport(PrintWriter out, Ansi ansi, Pace pace) {
        this.out = out;
        this.ansi = ansi;
        this.pace = pace;
    }

    @Override
    public void begins(Recipe recipe, String platform) {
        number = 0;
        of = recipe.run().size();
        cleanUp = recipe.cleanUp();
        out.println(ansi.string("@|bold " + recipe.name() + "|@") + ", on " + platform);
        out.flush();
    }

    @Override
    public void cleansUp() {
        number = 0;
        of = cleanUp.size();
        note("Cleaning up");
    }

    @Override
    public void started(Step step) {
        number++;
        if (ansi.enabled()) {
            long start = System.nanoTime();
            ticking = Optional.of(ticks.scheduleAtFixedRate(
                    () -> show("@|faint running|@", since(start), step.description()),
                    0,
                    TICK_MILLIS,
                    TimeUnit.MILLISECONDS));
        }
    }

    private PlatformDuration since(long start) {
        return pace.onThePlatform(Duration.ofNanos(System.nanoTime() - start));
    }

    private synchronized void show(String state, PlatformDuration time, String text) {
        if (ansi.enabled()) {
            out.print(START_OF_CLEARED_LINE);
        }
        // Padded before it is coloured: colours have a length, but no width.
        String words = state.replaceAll("@\\|\\w+ |\\|@", "");
        out.print("  " + ansi.string(state) + " ".repeat(Math.max(1, 8 - words.length()))
                + String.format(Locale.ROOT, "%2d/%d %8.1f s  %s", number, of, time.toSeconds(), text));
        out.flush();
    }

    @Override
    public void ended(StepResult result) {
        ticking.ifPresent(task -> task.cancel(false));
        synchronized (this) {
            show(
                    switch (result.outcome()) {
                        case DONE -> "@|green done|@";
                        case SKIPPED -> "@|faint skipped|@";
                        case WARNED -> "@|yellow warning|@";
                        case FAILED -> "@|red FAILED|@";
                    },
                    result.took(),
                    result.step().description());
            out.println();
            if (!result.message().isEmpty()) {
                out.println("           " + result.message());
            }
            out.flush();
        }
    }

    @Override
    public void succeeded() {
        out.println(ansi.string("@|green Succeeded.|@"));
        out.flush();
    }

    @Override
    public void failed(String reason, List<String> left) {
        out.println(ansi.string("@|red Failed:|@ ") + reason);
        if (!left.isEmpty()) {
            out.println("There is still " + String.join(", ", left));
        }
        out.flush();
    }

    @Override
    public void moment(PlatformDuration at, String what) {
        note(String.format(Locale.ROOT, "  %8.1f s  %s", at.toSeconds(), what));
    }

    @Override
    public void note(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void close() {
        ticks.shutdownNow();
    }
}
