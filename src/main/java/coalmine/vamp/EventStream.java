package coalmine.vamp;

import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
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
import java.util.function.Consumer;
import java.util.stream.Collectors;

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
    private static final int LONGEST_GAP_IN_PAGES = 100;
    /** How long to hold back after a loss: the store is about a second behind. */
    private static final Duration SETTLING = Duration.ofMillis(1500);

    private static final Duration LONGEST_SETTLING = Duration.ofSeconds(10);

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
    private final Backlog backlog = new Backlog();

    private final Reading settling;
    private final Reading lateReading = new Reading(LATE, this::lookAgain);
    private int losses;
    /** The number of the last loss after which everything has been told. */
    private int settled;

    /** Vamp's time of the oldest that was heard: what happened before that is older than the stream. Empty if nothing was heard before the first loss. */
    private Optional<Instant> oldest = Optional.empty();

    /**
     * The end of a connection.
     *
     * @param number counts from 1
     * @param arrived how many events had been told by then
     * @param heardNanos when an event was heard last before it
     */
    private record Loss(int number, int arrived, long heardNanos) {}

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<EventConnection> connection = Optional.empty();
    private Optional<Future<?>> watching = Optional.empty();

    private EventStream(VampApi vamp, Duration settling) {
        this.vamp = vamp;
        this.settling = new Reading(settling, this::settle);
        this.http = EventConnection.client(vamp.server());
    }

    /**
     * Subscribes to all events; when it returns, none that comes is missed.
     *
     * @throws VampException if Vamp cannot be reached or does not stream
     */
    public static EventStream open(VampApi vamp) {
        return open(vamp, SILENCE, SETTLING);
    }

    /**
     * Subscribes to all events.
     *
     * @param silence after which a connection is as good as lost
     * @param settling for how long after a loss to hold back what comes
     */
    static EventStream open(VampApi vamp, Duration silence, Duration settling) {
        EventStream stream = new EventStream(vamp, settling);
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
                settling.plan(loss);
                lateReading.plan(loss);
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
        return new Loss(losses, arrivals.size(), backlog.lastHeardNanos());
    }

    /** Reads of the store that are due some time after a loss. Where they take longer than one loss is from the next, one is made for all that are due. */
    private final class Reading {

        private final Duration delay;
        private final Consumer<List<Loss>> work;
        private final List<Loss> due = new ArrayList<>();

        Reading(Duration delay, Consumer<List<Loss>> work) {
            this.delay = delay;
            this.work = work;
        }

        void plan(Loss loss) {
            LATER.schedule(
                    () -> {
                        due.add(loss);
                        LATER.execute(this::read); // behind all others that are due by now
                    },
                    delay.toMillis(),
                    TimeUnit.MILLISECONDS);
        }

        private void read() {
            if (!due.isEmpty() && !isClosed()) {
                List<Loss> all = List.copyOf(due);
                due.clear();
                work.accept(all);
            }
        }
    }

    /** Tells what was missed and what came on the next connection. */
    private void settle(List<Loss> due) {
        List<Event> missed = missed(due.get(0));
        synchronized (this) {
            settled = due.get(due.size() - 1).number();
            hold(missed, due.get(0), settled);
            tellHeld();
            notifyAll();
        }
    }

    /** Tells what the store only shows now; where there has been another loss, with what is held back after that. */
    private void lookAgain(List<Loss> due) {
        List<Event> missed = missed(due.get(0));
        synchronized (this) {
            hold(missed, due.get(0), losses);
            tellHeld();
        }
    }

    private void hold(List<Event> missed, Loss since, int until) {
        Set<Identity> present = backlog.events().map(EventStream::identity).collect(Collectors.toSet());
        missed.stream()
                .filter(event -> isUnknown(event) && present.add(identity(event)))
                .forEach(event -> {
                    caughtUp.add(identity(event));
                    backlog.addMissed(event, since.heardNanos(), System.nanoTime(), until);
                });
    }

    private void tellHeld() {
        backlog.release(settled, arrivals).forEach(it -> arrive(it.event(), it.atNanos()));
    }

    /**
     * What came while there was no connection, the oldest first: everything in the store that is unknown, back to what had arrived before; what was read
     * so far if the store cannot be read.
     */
    private List<Event> missed(Loss loss) {
        List<Event> missed = new ArrayList<>();
        try {
            for (int page = 1; page <= LONGEST_GAP_IN_PAGES; page++) {
                List<Event> events = vamp.eventPage(page);
                missed.addAll(
                        0, reversed(events.stream().filter(this::isUnknown).toList()));
                // The last, as somebody may have given the first a time that is still to come.
                if (events.isEmpty() || arrivedBefore(loss, events.get(events.size() - 1))) {
                    return missed;
                }
            }
            vamp.server().retries().tell("events were missed, more than " + missed.size());
        } catch (VampException e) {
            // whoever waits for an event that never comes says so
        }
        return missed;
    }

    private synchronized boolean isUnknown(Event event) {
        return !known.containsKey(identity(event)) && !isOlderThanStream(event);
    }

    private boolean isOlderThanStream(Event event) {
        return oldest.filter(event.at()::isBefore).isPresent();
    }

    private synchronized boolean arrivedBefore(Loss loss, Event event) {
        Integer place = known.get(identity(event));
        return isOlderThanStream(event) || place != null && place < loss.arrived();
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
        if (oldest.isPresent() ? event.at().isBefore(oldest.get()) : losses == 0) {
            oldest = Optional.of(event.at());
        }
        long now = System.nanoTime();
        backlog.heard(event, now);
        if (settled < losses) {
            backlog.add(event, now, losses);
        } else {
            arrive(event, now);
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
     * Waits no longer than 10 s, as a Vamp may be gone for good.
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
