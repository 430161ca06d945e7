package coalmine.platform;

import coalmine.access.Credentials;
import coalmine.access.Retries;
import coalmine.access.Server;
import coalmine.access.Trust;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a Vamp that is there already is, and how to get in.
 *
 * @param gatewayHost on which its gateways take the users' requests
 */
public record Endpoints(Server vamp, Server marathon, String gatewayHost) {

    static final String VAMP = "coalmine.vamp";
    static final String MARATHON = "coalmine.marathon";
    static final String GATEWAY_HOST = "coalmine.gateway.host";
    static final String CA = "coalmine.ca";

    /**
     * Those that are given, entered with the credentials and the authority that the properties {@code coalmine.vamp.…}, {@code coalmine.marathon.…} and
     * {@code coalmine.ca} or their environment variables tell.
     *
     * @param gatewayHost Vamp's host if none is given
     * @param authority a PEM file; counts more than the property
     * @throws IllegalArgumentException if one of them is wrong; the message is one line that names it
     */
    public static Endpoints of(URI vamp, URI marathon, Optional<String> gatewayHost, Optional<String> authority) {
        Settings settings = Settings.ofThisProcess();
        return of(
                vamp,
                marathon,
                gatewayHost,
                authority.map(file -> settings.with(CA, file)).orElse(settings));
    }

    /** Those of an environment. */
    public static Endpoints of(Environment environment) {
        return new Endpoints(environment.vamp(), environment.marathon(), environment.gatewayHost());
    }

    /**
     * Those that the properties, or their environment variables, tell.
     *
     * @throws IllegalArgumentException if one of them is missing or wrong; the message is one line that names it
     */
    public static Endpoints chosen() {
        return chosen(Settings.ofThisProcess());
    }

    /** Those that the properties, or their environment variables, tell. */
    static Endpoints chosen(Settings settings) {
        return of(
                url(settings, VAMP + ".url"), url(settings, MARATHON + ".url"), settings.value(GATEWAY_HOST), settings);
    }

    private static Endpoints of(URI vamp, URI marathon, Optional<String> gatewayHost, Settings settings) {
        Trust trust = trust(settings);
        return new Endpoints(
                Server.at(vamp).as(credentials(settings, VAMP)).trusting(trust),
                Server.at(marathon).as(credentials(settings, MARATHON)).trusting(trust),
                gatewayHost.orElse(vamp.getHost()));
    }

    /** The same, of which reads are tried again. */
    Endpoints with(Retries retries) {
        return new Endpoints(vamp.with(retries), marathon.with(retries), gatewayHost);
    }

    private static Trust trust(Settings settings) {
        return settings.value(CA)
                .map(file -> {
                    try {
                        return Trust.alsoIn(Path.of(file));
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException("-D" + CA + "=" + file + ": " + e.getMessage(), e);
                    }
                })
                .orElseGet(Trust::usual);
    }

    private static Credentials credentials(Settings settings, String server) {
        String tokens = server + ".token";
        String users = server + ".user";
        String passwords = server + ".password";
        Optional<String> token = settings.secret(tokens);
        Optional<String> user = settings.value(users);
        Optional<String> password = settings.secret(passwords);
        if (user.isPresent() != password.isPresent()) {
            throw new IllegalArgumentException("-D" + users + " and -D" + passwords + "=@FILE (or "
                    + Settings.variable(users) + " and " + Settings.variable(passwords) + ") are needed together");
        }
        if (token.isPresent() && user.isPresent()) {
            throw new IllegalArgumentException(
                    "set either -D" + tokens + "=@FILE or -D" + users + ", as nobody logs in twice");
        }
        try {
            return token.map(Credentials::token)
                    .or(() -> user.map(name -> Credentials.basic(name, password.orElseThrow())))
                    .orElseGet(Credentials::none);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("-D" + (token.isPresent() ? tokens : users) + ": " + e.getMessage(), e);
        }
    }

    private static URI url(Settings settings, String property) {
        String text = settings.value(property)
                .orElseThrow(() -> new IllegalArgumentException("-Dcoalmine.platform=remote needs -D" + property
                        + " (or " + Settings.variable(property) + "), such as http://vamp.example:8080"));
        try {
            return url(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("-D" + property + "=" + e.getMessage(), e);
        }
    }

    /**
     * The URL of a server, without a slash at its end.
     *
     * @throws IllegalArgumentException if it is none, or carries what does not belong there; the message does not repeat what may be a password
     */
    public static URI url(String text) {
        URI url;
        try {
            url = new URI(text.replaceAll("/+$", ""));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(hidden(text) + " is not a URL: " + e.getReason(), e);
        }
        if (url.getRawUserInfo() != null || text.contains("@")) {
            throw new IllegalArgumentException(
                    hidden(text)
                            + " carries a user; say who you are with -Dcoalmine.vamp.user and -Dcoalmine.vamp.password=@FILE, or those of coalmine.marathon");
        }
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (url.getHost() == null || !http || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(text + " is not a URL such as http://vamp.example:8080");
        }
        return url;
    }

    private static String hidden(String url) {
        return url.replaceAll("//.*@", "//***@");
    }
}
