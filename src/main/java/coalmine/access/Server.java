package coalmine.access;

import java.net.URI;
import java.util.Objects;

/**
 * How to reach a server. Its text is the URL alone, so that no secret gets into a message by way of it.
 *
 * @param url scheme, host, port, and where needed the path that its own paths begin with, such as {@code https://dcos.example/service/vamp}; no slash at the end
 * @param credentials who asks
 * @param trust whose certificates are believed if the URL is one of https
 * @param retries how often reads are tried again
 */
public record Server(URI url, Credentials credentials, Trust trust, Retries retries) {

    public Server {
        Objects.requireNonNull(url, "url");
    }

    /** A server that lets everybody in, and of which no read is tried again. */
    public static Server at(URI url) {
        return new Server(url, Credentials.none(), Trust.usual(), Retries.none());
    }

    public Server as(Credentials somebody) {
        return new Server(url, somebody, trust, retries);
    }

    public Server trusting(Trust other) {
        return new Server(url, credentials, other, retries);
    }

    public Server with(Retries others) {
        return new Server(url, credentials, trust, others);
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
