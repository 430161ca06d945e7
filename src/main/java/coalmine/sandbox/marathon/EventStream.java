package coalmine.sandbox.marathon;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Marathon's event stream: server-sent events to all who listen at the moment (facts 7.4). */
final class EventStream {

    /** A listener that leaves this much unread is cut off, as Marathon cuts off those that are too slow. */
    private static final int MOST_UNREAD_BYTES = 1 << 22;

    private record Subscriber(HttpServerResponse response, String address, Set<String> types) {

        boolean wants(String type) {
            return types.isEmpty() || types.contains(type);
        }
    }

    private final Stamps stamps;
    private final List<Subscriber> subscribers = new ArrayList<>();

    EventStream(Stamps stamps) {
        this.stamps = stamps;
    }

    /**
     * Adds a listener, which hears first that it has been added.
     *
     * @param types the types of events that it wants; all if empty
     */
    void attach(HttpServerResponse response, String address, Set<String> types) {
        response.setChunked(true)
                .setWriteQueueMaxSize(MOST_UNREAD_BYTES)
                .putHeader("Content-Type", "text/event-stream; charset=UTF-8")
                .putHeader("Cache-Control", "no-cache");
        response.writeHead();
        Subscriber subscriber = new Subscriber(response, address, types);
        response.closeHandler(closed -> detach(subscriber));
        subscribers.add(subscriber);
        publish("event_stream_attached", new JsonObject().put("remoteAddress", address));
    }

    void publish(String type, JsonObject fields) {
        JsonObject event = fields.copy().put("eventType", type).put("timestamp", stamps.now());
        send(type, "event: " + type + "\r\ndata: " + event.encode() + "\r\n\r\n");
    }

    /** Writes an empty line to every listener, so that one that has gone is noticed. */
    void beat() {
        for (Subscriber subscriber : List.copyOf(subscribers)) {
            subscriber.response().write("\r\n");
        }
    }

    private void send(String type, String frame) {
        for (Subscriber subscriber : List.copyOf(subscribers)) {
            if (subscriber.response().writeQueueFull()) {
                subscriber.response().reset();
            } else if (subscriber.wants(type)) {
                subscriber.response().write(frame);
            }
        }
    }

    private void detach(Subscriber subscriber) {
        if (subscribers.remove(subscriber)) {
            publish("event_stream_detached", new JsonObject().put("remoteAddress", subscriber.address()));
        }
    }
}
