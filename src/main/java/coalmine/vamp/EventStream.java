package coalmine.vamp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * All events of a Vamp from the moment that it was opened, each with this process's own time of its arrival. A connection that is lost is made anew, and
 * what was missed meanwhile is read from Vamp's store (facts 4.4).
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

    private final VampApi vamp;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final List<Arrival> arrivals = new ArrayList<>();
    /** What has arrived, by what stream and store agree on: values differ between them (facts 4.1), so that they do not count. */
    private final Set<Identity> known = new HashSet<>();
    /** What was read from the store after the last loss, and may come on the new connection as well. */
    private final Set<Identity> caughtUp = new HashSet<>();

    private record Identity(String timestamp, Set<String> tags) {}

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<InputStream> connection = Optional.empty();

    private EventStream(VampApi vamp) {
        this.vamp = vamp;
    }

    /**
     * Subscribes to all events; when it returns, none that comes is missed.
     *
     * @throws VampException if Vamp cannot be reached or does not stream
     */
    public static EventStream open(VampApi vamp) {
        EventStream stream = new EventStream(vamp);
        InputStream first = stream.connect();
        Thread reader = new Thread(() -> stream.read(first), "events of " + vamp.base());
        reader.setDaemon(true);
        reader.start();
        return stream;
    }

    private InputStream connect() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(vamp.base() + "/api/v1/events/stream"))
                .header("Accept", "text/event-stream")
                .timeout(CONNECT_TIMEOUT)
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw new VampException(vamp.base() + " does not stream events: status " + response.statusCode());
            }
            connection = Optional.of(response.body());
            return response.body();
        } catch (IOException e) {
            throw new VampException(vamp.base() + " cannot be reached: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VampException("interrupted while connecting to " + vamp.base(), e);
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
        try {
            InputStream stream = connect();
            catchUp();
            return Optional.of(stream);
        } catch (VampException e) {
            return Optional.empty();
        }
    }

    /** Reads what came while there was no connection: everything that is newer than the last arrival. */
    private void catchUp() {
        List<Event> missed = new ArrayList<>();
        for (int page = 1; page <= LONGEST_GAP_IN_PAGES; page++) {
            List<Event> events = vamp.eventPage(page);
            List<Event> unknown =
                    events.stream().filter(event -> !isKnown(event)).toList();
            missed.addAll(0, reversed(unknown));
            if (events.isEmpty() || unknown.size() < events.size()) {
                break;
            }
        }
        caughtUp.clear();
        missed.forEach(event -> {
            caughtUp.add(identity(event));
            arrive(event);
        });
    }

    private static List<Event> reversed(List<Event> events) {
        List<Event> result = new ArrayList<>(events);
        Collections.reverse(result);
        return result;
    }

    private static Identity identity(Event event) {
        return new Identity(event.timestamp(), event.tags());
    }

    private synchronized boolean isKnown(Event event) {
        return known.contains(identity(event));
    }

    /** Reads frames until the stream ends. A frame's data and its type come in either order, and both are in the data anyway. */
    private void follow(InputStream stream) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("data:")) {
                    Event event = Event.of(JSON.readTree(line.substring("data:".length())));
                    if (!caughtUp.remove(identity(event))) {
                        arrive(event);
                    }
                }
            }
        } catch (JsonProcessingException e) {
            // half an event, as the connection was lost in the middle of it; it is read again from the store
        } catch (IOException e) {
            // lost or closed; either way the caller knows what to do
        }
    }

    private synchronized void arrive(Event event) {
        known.add(identity(event));
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
        connection.ifPresent(stream -> {
            try {
                stream.close();
            } catch (IOException e) {
                // it is as closed as it gets
            }
        });
    }
}
