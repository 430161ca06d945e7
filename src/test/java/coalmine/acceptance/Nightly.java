package coalmine.acceptance;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * The suite without Maven, as its image runs it in a cluster. Properties are set by environment variables, {@code coalmine.vamp.url} by
 * {@code COALMINE_VAMP_URL}. It ends with 0 if all scenarios passed, 1 if one failed, 2 if it was told what it does not understand.
 *
 * <p>With {@code --daily 03:17} it stays, and runs every day at that time of UTC: Marathon keeps apps running, and knows no time of day.
 */
public final class Nightly {

    private static final int USAGE = 2;

    private Nightly() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 0) {
            properties(System.getenv()).forEach((name, value) -> {
                if (System.getProperty(name) == null) {
                    System.setProperty(name, value);
                }
            });
            System.exit(run());
        }
        try {
            if (args.length == 2 && args[0].equals("--daily")) {
                everyDay(LocalTime.parse(args[1]));
            }
        } catch (DateTimeParseException e) {
            // told below
        }
        System.err.println("Either nothing is said, or --daily HH:MM, a time of UTC; but it was " + List.of(args));
        System.exit(USAGE);
    }

    /**
     * The properties that environment variables set. Secrets are not among them: the suite reads them where they are, as properties show in reports.
     */
    public static Map<String, String> properties(Map<String, String> environment) {
        Map<String, String> properties = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.matches("COALMINE_.+|CUCUMBER_FILTER_.+") && !name.matches(".*_(TOKEN|PASSWORD)")) {
                properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            }
        });
        return properties;
    }

    private static int run() {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(SuiteIT.class))
                                .build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true));
        System.out.printf(
                "%d passed, %d failed, %d skipped%n",
                summary.getTestsSucceededCount(), summary.getTotalFailureCount(), summary.getTestsSkippedCount());
        return summary.getTotalFailureCount() == 0 && summary.getTestsSucceededCount() > 0 ? 0 : 1;
    }

    /** In a process of its own each time, so that a run finds nothing of the one before. */
    private static void everyDay(LocalTime time) throws IOException, InterruptedException {
        while (true) {
            Duration pause = until(time, ZonedDateTime.now(ZoneOffset.UTC));
            System.out.println("The next run begins in " + pause.toMinutes() + " minutes, at " + time + " UTC.");
            new CountDownLatch(1).await(pause.toMillis(), TimeUnit.MILLISECONDS);
            int code = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Nightly.class.getName())
                    .inheritIO()
                    .start()
                    .waitFor();
            System.out.println("The run has ended with " + code + ".");
        }
    }

    /** How long it is until a time of day; a whole day if it is that time now. */
    static Duration until(LocalTime time, ZonedDateTime now) {
        ZonedDateTime today = now.with(time);
        return Duration.between(now, today.isAfter(now) ? today : today.plusDays(1));
    }
}
