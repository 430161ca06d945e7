package coalmine.sandbox.gateway;

import coalmine.sandbox.clock.SandboxClock;
import coalmine.sandbox.gateway.Routes.Choice;
import coalmine.sandbox.gateway.Routes.Route;
import coalmine.sandbox.pulse.AccessLogEntry;
import coalmine.time.PlatformDuration;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes requests to a route's targets and the answers back, streaming both, and fails as HAProxy does for Vamp ({@code retries 3},
 * {@code option redispatch}, no time limit for an answer):
 *
 * <ul>
 *   <li>a refused connection is tried three times more, one platform second apart, the last time on another target if there is one, then 503;
 *   <li>a kept connection that turns out closed when a request is written to it counts as refused, if the request has no body and does no harm when it
 *       is sent twice after all, as whether it arrived cannot be told for certain;
 *   <li>a target that goes away with a request in flight: 502, or the client's connection is closed if part of the answer has been passed on;
 *   <li>no route with any weight, or no target: 503 at once;
 *   <li>a request that has been through so many gateways that they must be leading to each other: 503 at once, where a HAProxy would run out of
 *       connections;
 *   <li>a request for which no way can be made out, as something is wrong here: 500.
 * </ul>
 */
final class Forwarder {

    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    static final int RETRIES = 3;
    static final PlatformDuration RETRY_INTERVAL = PlatformDuration.seconds(1);
    /** What HAProxy logs as the status of a request whose client left before any was sent; a connection of TCP has none either. */
    static final int NO_STATUS = -1;

    private static final String FORWARDED_FOR = "X-Forwarded-For";
    /** Each gateway on a request's way adds a header to it. */
    private static final int MOST_GATEWAYS = 32;

    /** What may be sent twice (RFC 7231, section 4.2.2). */
    private static final Set<HttpMethod> IDEMPOTENT = Set.of(
            HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.TRACE, HttpMethod.PUT, HttpMethod.DELETE);

    private final Vertx vertx;
    private final SandboxClock clock;
    private final Upstreams upstreams;
    private final Consumer<AccessLogEntry> accessLog;

    Forwarder(Vertx vertx, SandboxClock clock, Upstreams upstreams, Consumer<AccessLogEntry> accessLog) {
        this.vertx = vertx;
        this.clock = clock;
        this.upstreams = upstreams;
        this.accessLog = accessLog;
    }

    /**
     * Sees to a request that has just come in.
     *
     * @param request the request
     * @param frontend lookup name of the gateway it came to
     * @param routes the gateway's routes, one of which is chosen for it
     * @param cookie what keeps users with a route, if the gateway has such
     */
    void forward(HttpServerRequest request, String frontend, Routes routes, Cookie cookie) {
        try {
            Condition.Request asked = new Condition.Request(request.method().name(), request.uri(), request.headers());
            Optional<Cookie.Place> known = cookie.place(asked);
            new Exchange(request, asked, frontend, routes.next(asked, known), cookie, known).begin();
        } catch (RuntimeException e) {
            LOG.error(request.method() + " " + request.uri() + " to " + frontend + " failed", e);
            ErrorPage.SERVER_ERROR.answer(request);
        }
    }

    /** One request from its beginning to the access log. */
    private final class Exchange {
        private final HttpServerRequest request;
        private final HttpServerResponse response;
        private final String frontend;
        private final Choice choice;
        private final Optional<Route> route;
        private final String uri;
        private final Cookie cookie;
        private final Optional<Cookie.Place> known;
        private final PlatformDuration began = clock.elapsed();
        private final boolean hasBody;
        private int triesLeft = 1 + RETRIES;
        private Optional<Target> tried = Optional.empty();
        private Optional<HttpClientRequest> upstream = Optional.empty();
        private Optional<SandboxClock.Timer> retry = Optional.empty();
        private boolean maybeSentIntoTheVoid;
        private boolean ended;

        private Exchange(
                HttpServerRequest request,
                Condition.Request asked,
                String frontend,
                Choice choice,
                Cookie cookie,
                Optional<Cookie.Place> known) {
            this.request = request;
            this.response = request.response();
            this.frontend = frontend;
            this.choice = choice;
            this.route = choice.route();
            this.uri = route.map(chosen -> chosen.uri(asked)).orElse(asked.uri());
            this.cookie = cookie;
            this.known = known;
            this.hasBody = request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                    || !"0".equals(request.headers().get(HttpHeaders.CONTENT_LENGTH))
                            && request.headers().contains(HttpHeaders.CONTENT_LENGTH);
        }

        private void begin() {
            response.exceptionHandler(failure -> clientLeft());
            response.closeHandler(closed -> clientLeft());
            if (hasBody) {
                request.pause();
            }
            if (request.headers().getAll(FORWARDED_FOR).size() >= MOST_GATEWAYS) {
                answerOurselves(ErrorPage.SERVICE_UNAVAILABLE);
                return;
            }
            String client = request.remoteAddress().hostAddress();
            choice.pinned()
                    .or(() -> route.flatMap(chosen -> chosen.targets().next(client)))
                    .ifPresentOrElse(this::tryOn, () -> answerOurselves(ErrorPage.SERVICE_UNAVAILABLE));
        }

        private void tryOn(Target target) {
            triesLeft--;
            isOn(Optional.of(target));
            upstreams
                    .request(target, request.method(), uri)
                    .onComplete(connected -> send(connected, target), failure -> refused(target));
        }

        /** Notes which target is busy with the request, for those that share by that. */
        private void isOn(Optional<Target> target) {
            route.ifPresent(chosen -> {
                tried.ifPresent(chosen.targets()::end);
                target.ifPresent(chosen.targets()::begin);
            });
            tried = target;
        }

        private void refused(Target target) {
            if (ended) {
                return;
            }
            if (triesLeft == 0) {
                answerOurselves(ErrorPage.SERVICE_UNAVAILABLE);
                return;
            }
            retry = Optional.of(clock.after(
                    RETRY_INTERVAL,
                    () -> tryOn(triesLeft == 1 ? route.orElseThrow().targets().nextOtherThan(target) : target)));
        }

        private void send(HttpClientRequest connected, Target target) {
            boolean firstOnItsConnection = upstreams.isFirstOnItsConnection(connected);
            if (ended) {
                connected.reset();
                return;
            }
            upstream = Optional.of(connected);
            EndToEnd.copy(request.headers(), connected.headers());
            cookie.remove(connected.headers());
            connected.headers().add(FORWARDED_FOR, request.remoteAddress().hostAddress());
            connected
                    .headers()
                    .set(
                            "X-Forwarded-Port",
                            String.valueOf(request.localAddress().port()));
            // The answer's future tells the same; without a handler it would be logged as well.
            connected.exceptionHandler(failure -> {});
            if (isUpgrade()) {
                upgrade(connected, target);
                return;
            }
            connected.response().onComplete(this::passOn, failure -> lost(target, failure));
            if (hasBody) {
                sendBody(connected);
            } else {
                connected.end();
            }
            maybeSentIntoTheVoid = !firstOnItsConnection && !hasBody && IDEMPOTENT.contains(request.method());
            if (maybeSentIntoTheVoid) {
                dispelSuspicionOnceTheLoopHasLooked();
            }
        }

        /** Another protocol on this connection, such as WebSocket: HAProxy passes the wish on, and once it is granted whatever follows. */
        private boolean isUpgrade() {
            return !hasBody
                    && request.headers().contains(HttpHeaders.UPGRADE)
                    && EndToEnd.connectionOptions(request.headers()).contains("upgrade");
        }

        private void upgrade(HttpClientRequest connected, Target target) {
            connected
                    .putHeader(HttpHeaders.CONNECTION, "Upgrade")
                    .putHeader(HttpHeaders.UPGRADE, request.getHeader(HttpHeaders.UPGRADE));
            connected.connect().onComplete(answer -> upgraded(answer), failure -> lost(target, failure));
        }

        private void upgraded(HttpClientResponse answer) {
            if (answer.statusCode() != 101) {
                passOn(answer);
                return;
            }
            if (ended) {
                answer.netSocket().close();
                return;
            }
            answer.headers().forEach(header -> response.headers().add(header.getKey(), header.getValue()));
            request.toNetSocket()
                    .onSuccess(
                            client -> Tunnel.between(client, answer.netSocket()).onComplete(closed -> end(101)))
                    .onFailure(gone -> {
                        answer.netSocket().close();
                        end(NO_STATUS);
                    });
        }

        private void sendBody(HttpClientRequest connected) {
            connected.setChunked(request.headers().contains(HttpHeaders.TRANSFER_ENCODING));
            // A client that asked for it sends no body before it has been told to go on.
            connected.continueHandler(goOn -> response.writeContinue());
            connected.sendHead();
            request.pipe().endOnFailure(false).to(connected);
        }

        /**
         * A kept connection may have been closed by its target before the request was written, without the event loop having seen it. If so, the
         * loop sees it when it next looks at its sockets; what is closed later, was closed with the request in flight. A second timer can only
         * fire in a later turn of the loop than the first one, which has looked at the sockets before.
         */
        private void dispelSuspicionOnceTheLoopHasLooked() {
            int tries = triesLeft;
            vertx.setTimer(1, first -> {
                if (maybeSentIntoTheVoid && tries == triesLeft) {
                    vertx.setTimer(1, second -> maybeSentIntoTheVoid &= tries != triesLeft);
                }
            });
        }

        private void lost(Target target, Throwable failure) {
            if (ended) {
                return;
            }
            if (maybeSentIntoTheVoid && isOfTheConnection(failure)) {
                refused(target);
            } else {
                answerOurselves(ErrorPage.BAD_GATEWAY);
            }
        }

        /** Anything else is about what the target answered, and so it had the request. */
        private static boolean isOfTheConnection(Throwable failure) {
            return failure instanceof HttpClosedException || failure instanceof IOException;
        }

        private void passOn(HttpClientResponse answer) {
            if (ended) {
                return;
            }
            maybeSentIntoTheVoid = false;
            response.setStatusCode(answer.statusCode()).setStatusMessage(answer.statusMessage());
            EndToEnd.copy(answer.headers(), response.headers());
            route.ifPresent(chosen -> cookie.set(known, chosen.lookupName(), tried.orElseThrow(), response.headers()));
            boolean isLast = EndToEnd.connectionOptions(request.headers()).contains("close");
            if (isLast) {
                response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
            if (isWithoutBody(answer)) {
                answer.exceptionHandler(failure -> {});
                response.end().onComplete(sent -> {
                    end(answer.statusCode());
                    if (isLast) {
                        request.connection().close();
                    }
                });
                return;
            }
            boolean lengthIsKnown = answer.headers().contains(HttpHeaders.CONTENT_LENGTH);
            boolean untilClose = !lengthIsKnown && request.version() == HttpVersion.HTTP_1_0;
            if (!lengthIsKnown && !untilClose) {
                response.setChunked(true);
            }
            if (!untilClose) {
                // Not before the loop's turn is over: with luck the head and the whole of a short body go out together.
                vertx.runOnContext(turnOver -> sendHead());
            }
            answer.pipe()
                    .endOnFailure(false)
                    .to(response)
                    .onSuccess(sent -> {
                        end(answer.statusCode());
                        if (untilClose || isLast) {
                            request.connection().close();
                        }
                    })
                    .onFailure(failure -> brokeOff(answer.statusCode()));
        }

        private void sendHead() {
            if (!ended && !response.headWritten()) {
                response.writeHead();
            }
        }

        private boolean isWithoutBody(HttpClientResponse answer) {
            return request.method().equals(HttpMethod.HEAD) || answer.statusCode() == 204 || answer.statusCode() == 304;
        }

        private void brokeOff(int status) {
            if (ended) {
                return;
            }
            if (!response.headWritten()) {
                answerOurselves(ErrorPage.BAD_GATEWAY);
                return;
            }
            end(status);
            upstream.ifPresent(HttpClientRequest::reset);
            // A clean end would make the client take the part for the whole.
            request.connection().close();
        }

        private void clientLeft() {
            if (ended) {
                return;
            }
            end(response.headWritten() ? response.getStatusCode() : NO_STATUS);
            retry.ifPresent(SandboxClock.Timer::cancel);
            upstream.ifPresent(HttpClientRequest::reset);
        }

        private void answerOurselves(ErrorPage page) {
            end(page.status());
            // What is left of the body is of no use to anyone, but would keep the connection from being read.
            request.resume();
            page.answer(request);
        }

        private void end(int status) {
            if (ended) {
                return;
            }
            ended = true;
            isOn(Optional.empty());
            long totalMillis = clock.elapsed().minus(began).toMillis();
            Instant now = clock.now();
            accessLog.accept(new AccessLogEntry(frontend, status, totalMillis, now));
            choice.hops().forEach(hop -> accessLog.accept(new AccessLogEntry(hop, status, totalMillis, now)));
            route.ifPresent(
                    chosen -> accessLog.accept(new AccessLogEntry(chosen.lookupName(), status, totalMillis, now)));
        }
    }
}
