package coalmine.vamp;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
 * All events of a Vamp from the moment that it was opened, each with its time of arrival on this process's own clock. A connection that is lost, or on which not even
 * a heartbeat comes any more, is made anew, and what was missed meanwhile is read from Vamp's store (facts 4.4). The store is about a second behind
 * (observed 14); until it has had time, what comes on the new connection is held back, so that all of it is told in its order.
 */
public final class EventStream implements AutoCloseable {

    /**
     * An event that has arrived.
     *
     * @param index its place among all that have, from 0
     * @param atNanos when it arrived, by {@link System#nanoTime()}; of one that was missed, when it would have, by Vamp's own times
     */
    public record Arrival(int index, long atNanos, Event event) {}

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    private static final int LONGEST_GAP_IN_PAGES = 20;
    /** How long to hold back after a loss: the store is about a second behind. */
    private static final Duration SETTLING = Duration.ofMillis(1500);

    private static final Duration LONGEST_SETTLING = Duration.ofSeconds(5);

    /** When to read the store once more, if it was slow; what only shows then is told behind what came meanwhile. */
    private static final Duration LATE = Duration.ofSeconds(5);

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

    /** What has come after a loss, and is not told yet. */
    private final List<Held> held = new ArrayList<>();

    private int losses;
    /** The number of the last loss after which everything has been told. */
    private int settled;

    /**
     * The end of a connection.
     *
     * @param number counts from 1
     * @param arrived how many events had been told by then
     */
    private record Loss(int number, int arrived) {}

    /**
     * An event that is not told yet.
     *
     * @param atNanos when it was heard, or read if it was missed
     * @param loss after which one it is to be told, by its number
     */
    private record Held(long atNanos, Event event, boolean heard, int loss) {}

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<EventConnection> connection = Optional.empty();
    private Optional<Future<?>> watching = Optional.empty();

    private EventStream(VampApi vamp) {
        this.vamp = vamp;
        this.http = EventConnection.client(vamp.server());
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
        EventConnection first = stream.connect();
        try {
            vamp.eventPage(1).forEach(event -> stream.known.put(identity(event), BEFORE));
        } catch (VampException e) {
            first.close();
            throw e;
        }
        Thread reader = new Thread(() -> stream.read(first), "events of " + vamp.server());
        reader.setDaemon(true);
        reader.start();
        stream.watching = Optional.of(LATER.scheduleWithFixedDelay(
                () -> stream.end(silence), silence.toMillis(), silence.toMillis() / 10, TimeUnit.MILLISECONDS));
        return stream;
    }

    private EventConnection connect() {
        EventConnection connected = EventConnection.open(vamp.server(), http);
        connection = Optional.of(connected);
        if (isClosed()) {
            connected.close(); // it was, while this one was made
        }
        return connected;
    }

    private void read(EventConnection first) {
        Optional<EventConnection> stream = Optional.of(first);
        while (stream.isPresent()) {
            stream.get().follow(this::arriveInTime);
            stream = reconnect(lose());
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

    /** Tries until there is a connection; answers none if the stream is closed meanwhile. */
    private Optional<EventConnection> reconnect(Loss loss) {
        for (long pause = FIRST_PAUSE_MILLIS; pause(pause); pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            try {
                EventConnection stream = connect();
                vamp.server().retries().tell("the event stream was connected anew");
                later(SETTLING, () -> settle(loss));
                later(LATE, () -> lookAgain(loss));
                return Optional.of(stream);
            } catch (VampException e) {
                // not up again yet
            }
        }
        return Optional.empty();
    }

    /** From now on holds back what comes. */
    private synchronized Loss lose() {
        caughtUp.clear();
        losses++;
        return new Loss(losses, arrivals.size());
    }

    private void later(Duration delay, Runnable work) {
        LATER.schedule(
                () -> {
                    if (!isClosed()) {
                        work.run();
                    }
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Tells what was missed and what came on the next connection. */
    private void settle(Loss loss) {
        List<Event> missed = missed(loss);
        synchronized (this) {
            settled = loss.number();
            hold(missed, loss.number());
            tellHeld();
            notifyAll();
        }
    }

    /** Tells what the store only shows now; where there has been another loss, with what is held back after that. */
    private void lookAgain(Loss loss) {
        List<Event> missed = missed(loss);
        synchronized (this) {
            hold(missed, losses);
            tellHeld();
        }
    }

    private void hold(List<Event> missed, int loss) {
        Set<Identity> present = new HashSet<>();
        held.forEach(it -> present.add(identity(it.event())));
        missed.stream()
                .filter(event -> isUnknown(event) && present.add(identity(event)))
                .forEach(event -> {
                    caughtUp.add(identity(event));
                    held.add(new Held(System.nanoTime(), event, false, loss));
                });
    }

    /** Tells what came after settled losses, by Vamp's own times. */
    private void tellHeld() {
        List<Held> all = new ArrayList<>(held);
        all.removeIf(it -> it.loss() > settled);
        held.removeAll(all);
        all.sort(Comparator.comparing(it -> it.event().at()));
        // Whatever was missed had come by the time that what followed it came.
        long latest = held.stream().mapToLong(Held::atNanos).min().orElseGet(System::nanoTime);
        for (int i = all.size() - 1; i >= 0; i--) {
            Held each = all.get(i);
            latest = Math.min(latest, each.atNanos());
            all.set(i, new Held(latest, each.event(), each.heard(), each.loss()));
        }
        for (int i = 0; i < all.size(); i++) {
            Held each = all.get(i);
            Optional<Event> next = all.subList(i, all.size()).stream()
                    .filter(Held::heard)
                    .map(Held::event)
                    .findFirst();
            arrive(each.event(), each.heard() ? each.atNanos() : estimate(each.event(), next, each.atNanos()));
        }
    }

    /**
     * When a missed event would have been heard: by how far its own time is from that of what was heard before, and by how long Vamp's time takes here.
     *
     * @param after what was heard next, if anything was
     * @param latest when that was, or now
     */
    private long estimate(Event missed, Optional<Event> after, long latest) {
        for (int i = arrivals.size() - 1; i >= 0; i--) {
            Arrival before = arrivals.get(i);
            double part = seconds(before.event(), missed);
            if (part >= 0 && before.atNanos() <= latest) {
                double second = after.isPresent()
                        ? (latest - before.atNanos()) / seconds(before.event(), after.get())
                        : (before.atNanos() - arrivals.get(0).atNanos())
                                / seconds(arrivals.get(0).event(), before.event());
                return Double.isFinite(second) && second > 0
                        ? Math.min(latest, before.atNanos() + Math.round(part * second))
                        : latest;
            }
        }
        return latest;
    }

    private static double seconds(Event from, Event to) {
        return to.at().getEpochSecond()
                - from.at().getEpochSecond()
                + (to.at().getNano() - from.at().getNano()) / 1e9;
    }

    /**
     * What came while there was no connection, the oldest first: everything in the store that is unknown, back to what had arrived before; nothing if
     * the store cannot be read.
     */
    private List<Event> missed(Loss loss) {
        List<Event> missed = new ArrayList<>();
        try {
            for (int page = 1; page <= LONGEST_GAP_IN_PAGES; page++) {
                List<Event> events = vamp.eventPage(page);
                missed.addAll(
                        0, reversed(events.stream().filter(this::isUnknown).toList()));
                if (events.isEmpty() || events.stream().anyMatch(event -> arrivedBefore(loss, event))) {
                    break;
                }
            }
        } catch (VampException e) {
            // whoever waits for an event that never comes says so
        }
        return missed;
    }

    /** What happened before anything was heard is older than the stream; the store may have been too slow to tell so when it was opened. */
    private synchronized boolean isUnknown(Event event) {
        return !known.containsKey(identity(event))
                && (arrivals.isEmpty()
                        || !event.at().isBefore(arrivals.get(0).event().at()));
    }

    private synchronized boolean arrivedBefore(Loss loss, Event event) {
        Integer place = known.get(identity(event));
        return place != null && place < loss.arrived();
    }

    /** Ends a connection on which nothing comes, so that it is made anew. */
    private void end(Duration silence) {
        connection.filter(it -> it.silence().compareTo(silence) > 0).ifPresent(EventConnection::close);
    }

    private static List<Event> reversed(List<Event> events) {
        List<Event> result = new ArrayList<>(events);
        Collections.reverse(result);
        return result;
    }

    private static Identity identity(Event event) {
        return new Identity(event.timestamp(), event.tags());
    }

    private synchronized void arriveInTime(Event event) {
        if (caughtUp.remove(identity(event))) {
            return;
        }
        if (settled < losses) {
            held.add(new Held(System.nanoTime(), event, true, losses));
        } else {
            arrive(event, System.nanoTime());
        }
    }

    private synchronized void arrive(Event event, long atNanos) {
        known.put(identity(event), arrivals.size());
        arrivals.add(new Arrival(arrivals.size(), atNanos, event));
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

    /**
     * Waits until what is held back after a loss has been told, so that whatever had happened some moments ago is known; returns at once where nothing is.
     * Waits no longer than 5 s, as a Vamp may be gone for good.
     */
    public synchronized void awaitSettled() {
        int last = losses;
        long end = System.nanoTime() + LONGEST_SETTLING.toNanos();
        try {
            for (long left = LONGEST_SETTLING.toNanos();
                    settled < last && left > 0 && !isClosed();
                    left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        watching.ifPresent(it -> it.cancel(false));
        connection.ifPresent(EventConnection::close);
    }
}
