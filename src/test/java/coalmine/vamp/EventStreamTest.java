package coalmine.vamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import coalmine.access.Retries;
import coalmine.access.Server;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {

    private static final Duration SOON = Duration.ofMillis(200);
    private static final String PAGES = "GET /api/v1/events?per_page=30&page=";
    private static final String PAGE = PAGES + 1;

    private final FakeVamp fake = new FakeVamp("127.6.2.1");
    private final VampApi vamp = new VampApi(fake.uri());

    @AfterEach
    void close() {
        fake.close();
    }

    /** One that settles losses soon, for what does not depend on when that is. */
    private EventStream quick() {
        return EventStream.open(vamp, Duration.ofSeconds(50), SOON);
    }

    private static String event(String tag, String value, int second) {
        return "{\"tags\":[\"" + tag + "\"],\"value\":" + value + ",\"timestamp\":\"2026-11-24T00:00:" + (10 + second)
                + "Z\",\"type\":\"event\"}";
    }

    private void hearFirst(EventStream stream, String event) {
        fake.publish(event);
        assertThat(stream.awaitMore(0, Duration.ofSeconds(10))).isTrue();
    }

    private static List<String> values(EventStream stream) {
        return stream.since(0).stream().map(arrival -> arrival.event().value()).toList();
    }

    @Test
    void no_event_is_missed_from_when_it_is_open() {
        try (EventStream stream = EventStream.open(vamp)) {
            fake.publish(event("a", "1", 0));

            assertThat(stream.awaitMore(0, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("1");
        }
    }

    @Test
    void heartbeats_and_the_order_of_a_frames_lines_make_no_difference() {
        try (EventStream stream = EventStream.open(vamp)) {
            fake.send("\n");
            fake.send("data:\n\n");
            fake.send("event: event\ndata: " + event("a", "\"text\"", 0) + "\n\n");
            fake.send(": a comment\n\n");

            assertThat(stream.awaitMore(0, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("text");
        }
    }

    @Test
    void what_came_while_the_connection_was_lost_is_read_from_the_store_once() {
        try (EventStream stream = quick()) {
            hearFirst(stream, event("a", "1", 0));
            store(event("b", "\"2\"", 1), event("a", "\"1\"", 0));

            fake.dropStreams();

            assertThat(stream.awaitMore(1, Duration.ofSeconds(10))).isTrue();
            await().until(() -> fake.openStreams() == 1);
            fake.publish(event("c", "3", 2));
            assertThat(stream.awaitMore(2, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("1", "2", "3");
        }
    }

    private void store(String... newestFirst) {
        storePage(1, newestFirst);
    }

    private void storePage(int page, String... newestFirst) {
        fake.when(PAGES + page, "[" + String.join(",", newestFirst) + "]");
    }

    @Tag("patient")
    @Test
    void what_the_store_shows_only_a_while_after_the_loss_is_read_as_well() {
        try (EventStream stream = EventStream.open(vamp)) {
            hearFirst(stream, event("a", "1", 0));
            store(event("a", "\"1\"", 0));

            fake.dropStreams();
            await().until(() -> fake.openStreams() == 1);
            fake.publish(event("c", "3", 2));
            assertThat(stream.awaitMore(1, Duration.ofSeconds(10))).isTrue();
            store(event("c", "\"3\"", 2), event("b", "\"2\"", 1), event("a", "\"1\"", 0));

            assertThat(stream.awaitMore(2, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("1", "3", "2");
        }
    }

    @Test
    void what_was_missed_is_told_before_what_came_after_it() {
        try (EventStream stream = EventStream.open(vamp)) {
            hearFirst(stream, event("a", "1", 0));
            store(event("b", "\"2\"", 1), event("a", "\"1\"", 0));

            fake.dropStreams();
            await().until(() -> fake.openStreams() == 1);
            fake.publish(event("c", "3", 2));

            assertThat(stream.awaitMore(2, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("1", "2", "3");
            assertThat(stream.since(0)).isSortedAccordingTo(Comparator.comparingLong(EventStream.Arrival::atNanos));
        }
    }

    /** As the recording A-169 has them. */
    @Test
    void an_archived_document_that_was_missed_is_told_as_one_that_was_heard() {
        try (EventStream stream = quick()) {
            store("""
                    {"tags":["archive","archive:update"],"value":"\\"name: lab\\\\nports:\\\\n  web: 8080/http\\\\n\\"",
                    "timestamp":"2026-11-24T00:00:11Z","type":"archive"}""");
            fake.dropStreams();

            assertThat(stream.awaitMore(0, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("name: lab\nports:\n  web: 8080/http\n");
        }
    }

    @Test
    void what_was_missed_has_its_time_by_its_place_between_what_was_heard() {
        try (EventStream stream = EventStream.open(vamp)) {
            hearFirst(stream, event("a", "1", 0));
            store(event("b", "\"2\"", 1), event("a", "\"1\"", 0));
            fake.dropStreams();
            await().until(() -> fake.openStreams() == 1);

            fake.publish(event("c", "3", 4));

            assertThat(stream.awaitMore(2, Duration.ofSeconds(10))).isTrue();
            List<EventStream.Arrival> heard = stream.since(0);
            long before = heard.get(0).atNanos();
            long after = heard.get(2).atNanos();
            assertThat(heard.get(1).atNanos() - before).isBetween((after - before) / 4 - 1, (after - before) / 4 + 1);
        }
    }

    @Test
    void what_was_missed_and_is_followed_by_nothing_has_its_time_by_how_long_vamps_seconds_take() {
        try (EventStream stream = quick()) {
            hearFirst(stream, event("a", "1", 0));
            fake.publish(event("b", "2", 4));
            assertThat(stream.awaitMore(1, Duration.ofSeconds(10))).isTrue();
            store(event("c", "\"3\"", 6), event("b", "\"2\"", 4), event("a", "\"1\"", 0));

            fake.dropStreams();

            assertThat(stream.awaitMore(2, Duration.ofSeconds(10))).isTrue();
            List<EventStream.Arrival> heard = stream.since(0);
            long fourSeconds = heard.get(1).atNanos() - heard.get(0).atNanos();
            assertThat(heard.get(2).atNanos() - heard.get(1).atNanos())
                    .isBetween(fourSeconds / 2 - 1, fourSeconds / 2 + 1);
        }
    }

    private void lose(int connections) {
        fake.dropStreams();
        await().until(() -> fake.requests(FakeVamp.STREAM).size() == connections && fake.openStreams() == 1);
    }

    @Test
    void what_two_losses_in_a_row_took_is_told_in_its_order() {
        CountDownLatch lostAgain = new CountDownLatch(1);
        try (EventStream stream = quick()) {
            hearFirst(stream, event("a", "1", 0));
            fake.when(PAGE, request -> {
                boolean inTime = isDown(lostAgain);
                store(event("c", "\"3\"", 2), event("b", "\"2\"", 1), event("a", "\"1\"", 0));
                return FakeVamp.Reply.of(inTime ? 200 : 500, "[" + event("a", "\"1\"", 0) + "]");
            });
            lose(2);
            await().until(() -> fake.requests(PAGE).size() == 2);
            lose(3);
            fake.publish(event("c", "3", 2));
            lostAgain.countDown();

            assertThat(stream.awaitMore(2, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("1", "2", "3");
        }
    }

    private static boolean isDown(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** The store is read once more 5 s after a loss; by then the connection is lost again. */
    @Tag("patient")
    @Test
    void what_the_store_shows_late_is_told_once_and_in_its_order_while_another_loss_is_not_settled() {
        try (EventStream stream = EventStream.open(vamp)) {
            hearFirst(stream, event("a", "1", 0));
            store(event("a", "\"1\"", 0));
            lose(2);
            await().until(() -> fake.requests(PAGE).size() == 2);
            fake.when(FakeVamp.STREAM, request -> FakeVamp.Reply.of(503, "down"));
            fake.dropStreams();
            store(event("b", "\"2\"", 1), event("a", "\"1\"", 0));
            await().until(() -> fake.requests(PAGE).size() == 3);
            fake.when(FakeVamp.STREAM, request -> FakeVamp.Reply.of(200, ""));
            await().until(() -> fake.openStreams() == 1);
            fake.publish(event("c", "3", 2));

            assertThat(stream.awaitMore(2, Duration.ofSeconds(10))).isTrue();
            await().until(() -> fake.requests(PAGE).size() == 5);
            assertThat(values(stream)).containsExactly("1", "2", "3");
            assertThat(stream.since(0)).isSortedAccordingTo(Comparator.comparingLong(EventStream.Arrival::atNanos));
        }
    }

    @Test
    void what_happened_before_the_stream_was_open_is_not_told_however_late_the_store_shows_it() {
        try (EventStream stream = quick()) {
            hearFirst(stream, event("b", "2", 1));
            store(event("c", "\"3\"", 2), event("b", "\"2\"", 1), event("a", "\"1\"", 0));

            fake.dropStreams();

            assertThat(stream.awaitMore(1, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("2", "3");
            assertThat(fake.requests(PAGES + 2)).isEmpty();
        }
    }

    /** Some scripts give their events a time of their own. */
    @Test
    void an_event_whose_time_is_still_to_come_hides_nothing_that_was_missed() {
        String ahead = event("ahead", "0", 0).replace("T00", "T01");
        try (EventStream stream = quick()) {
            fake.publish(ahead);
            fake.publish(event("a", "1", 0));
            assertThat(stream.awaitMore(1, Duration.ofSeconds(10))).isTrue();
            store(ahead.replace(":0,", ":\"0\","), event("c", "\"3\"", 2));
            storePage(2, event("b", "\"2\"", 1), event("a", "\"1\"", 0));

            fake.dropStreams();

            assertThat(stream.awaitMore(3, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("0", "1", "2", "3");
        }
    }

    @Tag("patient")
    @Test
    void what_is_missed_before_anything_was_heard_is_told_however_late_the_store_shows_it() {
        try (EventStream stream = EventStream.open(vamp)) {
            store(event("c", "\"3\"", 2));
            fake.dropStreams();
            assertThat(stream.awaitMore(0, Duration.ofSeconds(10))).isTrue();
            store(event("c", "\"3\"", 2), event("b", "\"2\"", 1));

            assertThat(stream.awaitMore(1, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("3", "2");
        }
    }

    @Test
    void what_slips_to_the_next_page_while_the_store_is_read_is_told_once() {
        try (EventStream stream = quick()) {
            hearFirst(stream, event("a", "1", 0));
            store(event("c", "\"3\"", 2), event("b", "\"2\"", 1));
            storePage(2, event("b", "\"2\"", 1), event("a", "\"1\"", 0));

            fake.dropStreams();

            assertThat(stream.awaitMore(2, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("1", "2", "3");
        }
    }

    /** Vamp's times have as many digits as they need (recordings: none to nine after the second). */
    @Test
    void a_full_second_comes_before_a_part_of_it() {
        try (EventStream stream = quick()) {
            store(event("b", "\"2\"", 1).replace("11Z", "11.25Z"), event("a", "\"1\"", 1));
            fake.dropStreams();

            assertThat(stream.awaitMore(1, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("1", "2");
        }
    }

    @Test
    void what_was_there_before_is_not_taken_for_missed() {
        store(event("b", "\"2\"", 1), event("a", "\"1\"", 0));
        try (EventStream stream = quick()) {
            store(event("c", "\"3\"", 2), event("b", "\"2\"", 1), event("a", "\"1\"", 0));
            fake.dropStreams();

            assertThat(stream.awaitMore(0, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("3");
        }
    }

    @Test
    void every_new_connection_is_told() {
        List<String> told = new CopyOnWriteArrayList<>();
        VampApi far = new VampApi(Server.at(fake.uri()).with(Retries.ofReads(told::add)));
        try (EventStream stream = EventStream.open(far)) {
            fake.dropStreams();

            await().until(() -> fake.openStreams() == 1);
            assertThat(stream.mark()).isZero();
            await().untilAsserted(() -> assertThat(told).containsExactly("the event stream was connected anew"));
        }
    }

    @Test
    void a_connection_on_which_not_even_a_heartbeat_comes_is_made_anew() {
        try (EventStream stream = EventStream.open(vamp, Duration.ofMillis(300), SOON)) {
            await().until(() -> fake.requests(FakeVamp.STREAM).size() > 1);
            store(event("a", "\"1\"", 0));
            fake.publish(event("a", "1", 0));

            assertThat(stream.awaitMore(0, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 500})
    void where_the_store_cannot_be_read_no_connection_stays_behind(int status) {
        fake.when(PAGE, request -> FakeVamp.Reply.of(status, "broken"));

        assertThatThrownBy(() -> EventStream.open(vamp)).isInstanceOf(VampException.class);

        await().until(() -> {
            fake.send("\n");
            return fake.openStreams() == 0;
        });
    }

    /** As from a proxy whose Vamp is not up again. */
    @Test
    void a_store_that_finds_nothing_when_it_is_asked_what_was_missed_deafens_nobody() {
        try (EventStream stream = quick()) {
            fake.when(PAGE, request -> FakeVamp.Reply.of(404, ""));
            fake.dropStreams();
            await().until(() -> fake.openStreams() == 1);

            fake.publish(event("a", "1", 0));

            assertThat(stream.awaitMore(0, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("1");
        }
    }

    @Test
    void a_page_in_its_place_is_no_stream() {
        fake.when(FakeVamp.STREAM, request -> FakeVamp.Reply.of(201, "<html>"));
        assertThatThrownBy(() -> EventStream.open(vamp))
                .isInstanceOf(VampException.class)
                .hasMessageContaining("does not stream events: its /api/v1/events/stream answers 201");
    }

    @Test
    void two_events_of_the_same_moment_with_the_same_tags_are_both_told() {
        try (EventStream stream = EventStream.open(vamp)) {
            fake.publish(event("a", "1", 0));
            fake.publish(event("a", "2", 0));

            assertThat(stream.awaitMore(1, Duration.ofSeconds(10))).isTrue();
            assertThat(values(stream)).containsExactly("1", "2");
        }
    }

    @Test
    void what_is_held_back_can_be_waited_for() {
        try (EventStream stream = EventStream.open(vamp)) {
            fake.dropStreams();
            await().until(() -> fake.openStreams() == 1);
            stream.awaitSettled();
            hearFirst(stream, event("a", "1", 0));
            store(event("b", "\"2\"", 1), event("a", "\"1\"", 0));
            fake.dropStreams();
            await().until(() -> fake.openStreams() == 1);
            await().until(() -> fake.requests(FakeVamp.STREAM).size() == 3);

            stream.awaitSettled();

            assertThat(values(stream)).containsExactly("1", "2");
        }
    }

    @Test
    void a_vamp_that_does_not_stream_again_yet_is_waited_for() throws Exception {
        try (EventStream stream = EventStream.open(vamp)) {
            hearFirst(stream, event("a", "1", 0));
            store(event("b", "\"2\"", 1), event("a", "\"1\"", 0));
            fake.when(FakeVamp.STREAM, request -> FakeVamp.Reply.of(503, "down"));
            fake.dropStreams();
            await().until(() -> fake.requests(FakeVamp.STREAM).size() > 1);

            CompletableFuture<List<String>> known = CompletableFuture.supplyAsync(() -> {
                stream.awaitSettled();
                return values(stream);
            });
            fake.when(FakeVamp.STREAM, request -> FakeVamp.Reply.of(200, ""));

            assertThat(known.get(10, TimeUnit.SECONDS)).containsExactly("1", "2");
        }
    }

    @Test
    void a_connection_that_is_made_while_the_stream_is_closed_does_not_stay() throws Exception {
        CountDownLatch isClosed = new CountDownLatch(1);
        EventStream stream = EventStream.open(vamp);
        fake.when(FakeVamp.STREAM, request -> FakeVamp.Reply.of(isDown(isClosed) ? 200 : 500, ""));
        fake.dropStreams();
        await().until(() -> fake.requests(FakeVamp.STREAM).size() == 2);
        stream.close();
        isClosed.countDown();
        await().until(() -> fake.openStreams() == 1);

        await().until(() -> {
            fake.send("\n");
            return fake.openStreams() == 0;
        });
    }

    @Test
    void waiting_ends_when_the_time_is_up() {
        try (EventStream stream = EventStream.open(vamp)) {
            assertThat(stream.awaitMore(0, Duration.ofMillis(20))).isFalse();
        }
    }

    @Test
    void a_vamp_that_cannot_be_reached_is_named() {
        assertThatThrownBy(() -> EventStream.open(new VampApi(URI.create("http://127.6.2.1:1"))))
                .isInstanceOf(VampException.class)
                .hasMessageContaining("http://127.6.2.1:1 cannot be reached");
    }
}
