package coalmine.release;

import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The users: sends requests to a gateway at a steady rate, whether or not the ones before have been answered, and remembers how each went. Java's client
 * sends a request once more by itself where a connection that was kept turns out to be closed, as browsers do; an answer of 5xx is an answer.
 */
public final class Probe implements AutoCloseable {

    /** Two requests in a platform second, as in the tutorial. */
    private static final PlatformDuration INTERVAL = PlatformDuration.millis(500);

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);
    /** The first name with a version in the page, such as {@code sava 1.1}. */
    private static final Pattern VERSION = Pattern.compile("\\b([A-Za-z][\\w-]*) (\\d+(?:\\.\\d+)+)\\b");

    /** Shared by all probes: a client costs a thread and more. */
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    private static final ScheduledExecutorService SENDING = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "users");
        thread.setDaemon(true);
        return thread;
    });

    private final HttpRequest request;
    private final Pace pace;
    private final List<Answer> answers = new ArrayList<>();
    private Optional<Future<?>> sending = Optional.empty();
    private int underWay;

    /**
     * Users of a gateway, who do not send anything yet.
     *
     * @param gateway the address that they call
     */
    public Probe(URI gateway, Pace pace) {
        this.request = HttpRequest.newBuilder(gateway).timeout(LONGEST_ANSWER).build();
        this.pace = pace;
    }

    /** Starts sending; without effect if it has started already. */
    public synchronized void start() {
        if (sending.isEmpty()) {
            long interval = pace.onTheWall(INTERVAL).toNanos();
            sending = Optional.of(SENDING.scheduleAtFixedRate(this::send, 0, interval, TimeUnit.NANOSECONDS));
        }
    }

    /** Stops sending; what is under way is still answered. */
    public synchronized void stop() {
        sending.ifPresent(task -> task.cancel(false));
        sending = Optional.empty();
    }

    private void send() {
        synchronized (this) {
            underWay++;
        }
        long sent = System.nanoTime();
        HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .handle((response, failure) -> failure == null
                        ? new Answer(
                                sent, System.nanoTime(), Optional.of(response.statusCode()), version(response.body()))
                        : new Answer(sent, System.nanoTime(), Optional.empty(), Optional.empty()))
                .thenAccept(this::arrived);
    }

    private static Optional<String> version(String page) {
        Matcher matcher = VERSION.matcher(page);
        return matcher.find() ? Optional.of(matcher.group(1) + " " + matcher.group(2)) : Optional.empty();
    }

    private synchronized void arrived(Answer answer) {
        underWay--;
        answers.add(answer);
        notifyAll();
    }

    /** Sends so many requests one after the other, and waits for their answers. */
    public List<Answer> ask(int times) {
        List<Answer> own = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            int before;
            synchronized (this) {
                before = answers.size();
            }
            send();
            own.add(await(before));
        }
        return own;
    }

    private synchronized Answer await(int before) {
        while (answers.size() <= before) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for an answer", e);
            }
        }
        return answers.get(before);
    }

    /** All answers so far, in the order in which they came. */
    public synchronized List<Answer> answers() {
        return List.copyOf(answers);
    }

    /** The answers to requests that were sent since a moment. */
    public synchronized List<Answer> since(long nanos) {
        return answers.stream()
                .filter(answer -> answer.sentNanos() - nanos >= 0)
                .toList();
    }

    /** How many requests have not been answered yet. */
    public synchronized int underWay() {
        return underWay;
    }

    @Override
    public void close() {
        stop();
    }
}
