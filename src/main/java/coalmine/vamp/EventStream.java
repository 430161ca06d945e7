package coalmine.vamp;

import coalmine.access.Problem;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * All events of a Vamp from the moment that it was opened, each with this process's own time of its arrival. A connection that is lost, or on which not even
 * a heartbeat comes any more, is made anew, and what was missed meanwhile is read from Vamp's store (facts 4.4): at once, and again when the store has
 * had time to make the last of it searchable (observed 14). What was missed comes late, and behind what came on the new connection before it.
 */
public final class EventStream implements AutoCloseable {

    /**
     * An event that has arrived.
     *
     * @param index its place among all that have, from 0
     * @param atNanos when it arrived, by {@link System#nanoTime()}
     */
    public record Arrival(int index, long atNanos, Event event) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(8);
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    private static final int LONGEST_GAP_IN_PAGES = 20;
    /** When to read the store again after a loss: it is about a second behind, and may be slow. */
    private static final List<Duration> LATE_READS = List.of(Duration.ofMillis(1500), Duration.ofSeconds(4));
    /** Vamp sends a heartbeat every 15 s (facts 4.4); without three of them a connection is as good as lost. */
    private static final Duration SILENCE = Duration.ofSeconds(50);

    /** How old what was there before the stream is. */
    private static final int BEFORE = -1;

    private static final ScheduledExecutorService LATER = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "events that were missed");
        thread.setDaemon(true);
        return thread;
    });

    private final VampApi vamp;
    private final HttpClient http;
    private final List<Arrival> arrivals = new ArrayList<>();
    /** The place of each that is known, by what stream and store agree on: values differ between them (facts 4.1), so that they do not count. */
    private final Map<Identity, Integer> known = new HashMap<>();
    /** What was read from the store after the last loss, and may come on the new connection as well. */
    private final Set<Identity> caughtUp = new HashSet<>();

    private record Identity(String timestamp, Set<String> tags) {}

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<InputStream> connection = Optional.empty();
    private volatile long heardNanos = System.nanoTime();
    private Optional<Future<?>> watching = Optional.empty();

    private EventStream(VampApi vamp) {
        this.vamp = vamp;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(vamp.server().trust().context())
                .build();
    }

    /**
     * Subscribes to all events; when it returns, none that comes is missed.
     *
     * @throws VampException if Vamp cannot be reached or does not stream
     */
    public static EventStream open(VampApi vamp) {
        return open(vamp, SILENCE);
    }

    /**
     * Subscribes to all events.
     *
     * @param silence after which a connection is as good as lost
     */
    static EventStream open(VampApi vamp, Duration silence) {
        EventStream stream = new EventStream(vamp);
        InputStream first = stream.connect();
        vamp.eventPage(1).forEach(event -> stream.known.put(identity(event), BEFORE));
        Thread reader = new Thread(() -> stream.read(first), "events of " + vamp.server());
        reader.setDaemon(true);
        reader.start();
        stream.watching = Optional.of(LATER.scheduleWithFixedDelay(
                () -> stream.end(silence), silence.toMillis(), silence.toMillis() / 10, TimeUnit.MILLISECONDS));
        return stream;
    }

    private InputStream connect() {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(vamp.server() + "/api/v1/events/stream"))
                .header("Accept", "text/event-stream")
                .timeout(CONNECT_TIMEOUT);
        vamp.server().credentials().authorization().ifPresent(it -> request.header("Authorization", it));
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            String type = response.headers().firstValue("Content-Type").orElse("no content type");
            if (response.statusCode() != 200 || !type.startsWith("text/event-stream")) {
                response.body().close();
                throw new VampException(vamp.server() + " does not stream events: its /api/v1/events/stream answers "
                        + response.statusCode() + " with " + type);
            }
            connection = Optional.of(response.body());
            heardNanos = System.nanoTime();
            return response.body();
        } catch (HttpConnectTimeoutException e) {
            throw new VampException(vamp.server() + " cannot be reached: " + Problem.of(e), e);
        } catch (HttpTimeoutException e) {
            throw new VampException(
                    vamp.server() + " does not begin to stream events within " + CONNECT_TIMEOUT.toSeconds()
                            + " s; a proxy before it may hold them back (nginx: proxy_buffering off)",
                    e);
        } catch (IOException e) {
            throw new VampException(vamp.server() + " cannot be reached: " + Problem.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VampException("interrupted while connecting to " + vamp.server(), e);
        }
    }

    private void read(InputStream first) {
        Optional<InputStream> stream = Optional.of(first);
        long pause = FIRST_PAUSE_MILLIS;
        while (!isClosed()) {
            if (stream.isPresent()) {
                follow(stream.get());
                pause = FIRST_PAUSE_MILLIS;
            }
            if (!pause(pause)) {
                return;
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            stream = reconnect();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Waits before the next try; answers whether there is to be one. */
    private boolean pause(long millis) {
        try {
            return !closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private Optional<InputStream> reconnect() {
        int lost = mark();
        try {
            InputStream stream = connect();
            vamp.server().retries().tell("the event stream was connected anew");
            synchronized (this) {
                caughtUp.clear();
            }
            LATE_READS.forEach(
                    delay -> LATER.schedule(() -> catchUpIfPossible(lost), delay.toMillis(), TimeUnit.MILLISECONDS));
            catchUpIfPossible(lost);
            return Optional.of(stream);
        } catch (VampException e) {
            return Optional.empty();
        }
    }

    /** What cannot be read now can be later. */
    private void catchUpIfPossible(int lost) {
        try {
            if (!isClosed()) {
                catchUp(lost);
            }
        } catch (VampException e) {
            // the next look has another chance, and what waits for an event fails if it never comes
        }
    }

    /**
     * Reads what came while there was no connection: everything unknown that is newer than what had arrived before.
     *
     * @param lost how many had arrived when the connection was lost
     */
    private void catchUp(int lost) {
        List<Event> missed = new ArrayList<>();
        for (int page = 1; page <= LONGEST_GAP_IN_PAGES; page++) {
            List<Event> events = vamp.eventPage(page);
            missed.addAll(0, reversed(events.stream().filter(this::isUnknown).toList()));
            if (events.isEmpty() || events.stream().anyMatch(event -> arrivedBefore(lost, event))) {
                break;
            }
        }
        missed.forEach(this::arriveLate);
    }

    private synchronized boolean isUnknown(Event event) {
        return !known.containsKey(identity(event));
    }

    private synchronized boolean arrivedBefore(int mark, Event event) {
        Integer place = known.get(identity(event));
        return place != null && place < mark;
    }

    private synchronized void arriveLate(Event event) {
        if (isUnknown(event)) {
            caughtUp.add(identity(event));
            arrive(event);
        }
    }

    /** Ends a connection on which nothing comes, so that it is made anew. */
    private void end(Duration silence) {
        if (System.nanoTime() - heardNanos > silence.toNanos()) {
            connection.ifPresent(EventStream::end);
        }
    }

    private static void end(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // it is as closed as it gets
        }
    }

    private static List<Event> reversed(List<Event> events) {
        List<Event> result = new ArrayList<>(events);
        Collections.reverse(result);
        return result;
    }

    private static Identity identity(Event event) {
        return new Identity(event.timestamp(), event.tags());
    }

    /** Reads frames until the stream ends. A frame's data and its type come in either order, and both are in the data anyway. */
    private void follow(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                heardNanos = System.nanoTime();
                if (line.startsWith("data:")) {
                    arriveInTime(Event.of(JSON.readTree(line.substring("data:".length()))));
                }
            }
        } catch (JsonProcessingException e) {
            // half an event, as the connection was lost in the middle of it; it is read again from the store
        } catch (IOException e) {
            // lost or closed; either way the caller knows what to do
        }
    }

    private synchronized void arriveInTime(Event event) {
        if (!caughtUp.remove(identity(event))) {
            arrive(event);
        }
    }

    private synchronized void arrive(Event event) {
        known.put(identity(event), arrivals.size());
        arrivals.add(new Arrival(arrivals.size(), System.nanoTime(), event));
        notifyAll();
    }

    /** How many events have arrived by now; what is awaited from there on is not among them. */
    public synchronized int mark() {
        return arrivals.size();
    }

    /** The events that have arrived since a mark, in their order. */
    public synchronized List<Arrival> since(int mark) {
        return List.copyOf(arrivals.subList(Math.min(mark, arrivals.size()), arrivals.size()));
    }

    /**
     * Waits for another event to arrive.
     *
     * @param mark how many have arrived before
     * @param atMost how long to wait
     * @return whether one has arrived
     */
    public synchronized boolean awaitMore(int mark, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (arrivals.size() <= mark) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        closed.countDown();
        watching.ifPresent(it -> it.cancel(false));
        connection.ifPresent(EventStream::end);
    }
}
