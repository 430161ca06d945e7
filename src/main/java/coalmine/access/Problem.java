package coalmine.access;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.http.conn.ConnectTimeoutException;

/** What can be wrong with the way to a server. */
public enum Problem {
    /** No server of that name. */
    UNKNOWN_HOST("there is no host of that name", false),

    /** Nobody listens. */
    REFUSED("the connection is refused", true),

    /** Nobody answers. */
    SILENT("it does not answer", true),

    /** The connection ended before its answer. */
    DROPPED("the connection was dropped", true),

    /** Its certificate is one of somebody whom nobody here believes, or has expired. */
    UNTRUSTED("its certificate is not trusted", false),

    /** Its certificate is another host's. */
    MISNAMED("its certificate is not for this host name", false),

    /** It does not speak TLS, or not such that both understand it. */
    NO_TLS("it does not speak TLS that this Java understands", false),

    /** It wants to know who is there, or knows and does not let them in. */
    DENIED("it does not let in who is there", false),

    /** It, or whatever stands behind the proxy that answered, is not there at the moment. */
    UNAVAILABLE("it is not available", true),

    /** It sends people elsewhere, such as to a page on which they can log in. */
    MOVED("it sends elsewhere", false);

    private final String text;
    private final boolean mayPass;

    Problem(String text, boolean mayPass) {
        this.text = text;
        this.mayPass = mayPass;
    }

    /** Whether it may be over in a moment, so that reading again is worth it. */
    boolean mayPass() {
        return mayPass;
    }

    /** What became of a connection; what nobody knows better was dropped. */
    public static Problem of(Throwable failure) {
        if (any(failure, List.of(SSLException.class))) {
            return ofTls(failure);
        }
        if (any(failure, List.of(UnknownHostException.class))) {
            return UNKNOWN_HOST;
        }
        if (any(
                failure,
                List.of(ConnectTimeoutException.class, SocketTimeoutException.class, HttpTimeoutException.class))) {
            return SILENT;
        }
        return any(failure, List.of(ConnectException.class)) ? REFUSED : DROPPED;
    }

    private static Problem ofTls(Throwable failure) {
        if (any(failure, List.of(SocketException.class, EOFException.class))) {
            return DROPPED;
        }
        String said =
                chain(failure).map(it -> String.valueOf(it.getMessage())).reduce("", (all, one) -> all + "\n" + one);
        if (said.contains("No subject alternative")
                || said.contains("No name matching")
                || said.contains("doesn't match any of the subject alternative names")
                || said.contains("doesn't match common name")) {
            return MISNAMED;
        }
        return any(
                        failure,
                        List.of(
                                CertPathBuilderException.class,
                                CertPathValidatorException.class,
                                CertificateException.class))
                ? UNTRUSTED
                : NO_TLS;
    }

    /** Of statuses that do not come from the server itself, or that mean that nobody was let in. */
    static Optional<Problem> of(int status) {
        return switch (status) {
            case 401, 403 -> Optional.of(DENIED);
            case 502, 503, 504 -> Optional.of(UNAVAILABLE);
            case 301, 302, 303, 307, 308 -> Optional.of(MOVED);
            default -> Optional.empty();
        };
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, it -> it != null, Throwable::getCause).limit(20);
    }

    /** Whether a failure is of the network's making at all. */
    static boolean isOfTheWay(Throwable failure) {
        return any(failure, List.of(IOException.class));
    }

    private static boolean any(Throwable failure, List<Class<? extends Throwable>> kinds) {
        return chain(failure).anyMatch(it -> kinds.stream().anyMatch(kind -> kind.isInstance(it)));
    }

    @Override
    public String toString() {
        return text;
    }
}
