package coalmine.platform;

import coalmine.access.AccessException;
import coalmine.access.Problem;
import java.util.Locale;

/** What mends a problem with a server, by the names that people set. */
final class Remedy {

    private final String kind;
    private final String property;

    private Remedy(String kind, String property) {
        this.kind = kind;
        this.property = property;
    }

    static Remedy vamp() {
        return new Remedy("Vamp", Endpoints.VAMP);
    }

    static Remedy marathon() {
        return new Remedy("Marathon", Endpoints.MARATHON);
    }

    /** For a call that failed. */
    String of(RuntimeException failure) {
        return failure.getCause() instanceof AccessException access ? of(access.problem()) : url();
    }

    private String of(Problem problem) {
        return switch (problem) {
            case UNTRUSTED ->
                "name the authority that signed it with -D" + Endpoints.CA + "=FILE.pem, or --ca on the command line";
            case MISNAMED -> "call it by a name in its certificate: " + url();
            case DENIED ->
                "say who you are with -D" + property + ".token=@FILE, or -D" + property + ".user and -D" + property
                        + ".password=@FILE, or " + Settings.variable(property) + "_TOKEN, _USER and _PASSWORD";
            case NO_TLS -> "begin the URL with http:// if it has no TLS: " + url();
            case UNKNOWN_HOST, REFUSED, SILENT, DROPPED, UNAVAILABLE, MOVED -> url();
        };
    }

    String url() {
        return "set -D" + property + ".url, or --" + kind.toLowerCase(Locale.ROOT)
                + " on the command line, to the URL of " + (kind.equals("Vamp") ? "a Vamp" : "its Marathon");
    }
}
