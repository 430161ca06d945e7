package coalmine.platform;

import coalmine.marathon.MarathonApi;
import coalmine.marathon.MarathonException;
import coalmine.time.Pace;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/** A Vamp that is there already, shared with others: scenarios run on it one at a time. */
public final class RemotePlatform implements Platform {

    private static final Pattern MENDED = Pattern.compile("0\\.9\\.([5-9]|\\d\\d).*|[1-9].*");

    private final URI vamp;
    private final URI marathon;
    private final String gatewayHost;
    private final Pace pace;
    private final String version;
    private final String versions;
    private final Semaphore free = new Semaphore(1);

    /**
     * A Vamp and its Marathon.
     *
     * @param pace 1, unless it is a sandbox that somebody started with another one
     * @throws IllegalArgumentException if either cannot be reached or is something else; the message names the property to set
     */
    public RemotePlatform(URI vamp, URI marathon, String gatewayHost, Pace pace) {
        this.vamp = vamp;
        this.marathon = marathon;
        this.gatewayHost = gatewayHost;
        this.pace = pace;
        try {
            VampApi.Info info = new VampApi(vamp).info();
            this.version = info.version();
            this.versions = "Vamp " + info.version() + " at " + vamp + " on Marathon "
                    + new MarathonApi(marathon).version() + " at " + marathon;
        } catch (VampException e) {
            throw new IllegalArgumentException(
                    e.getMessage() + "; set -Dcoalmine.vamp.url, or --vamp on the command line, to the URL of a Vamp",
                    e);
        } catch (MarathonException e) {
            throw new IllegalArgumentException(
                    e.getMessage()
                            + "; set -Dcoalmine.marathon.url, or --marathon on the command line, to the URL of its Marathon",
                    e);
        }
    }

    static RemotePlatform chosen(Pace pace) {
        URI vamp = url("coalmine.vamp.url");
        URI marathon = url("coalmine.marathon.url");
        String gatewayHost = System.getProperty("coalmine.gateway.host", "");
        return new RemotePlatform(vamp, marathon, gatewayHost.isBlank() ? vamp.getHost() : gatewayHost, pace);
    }

    private static URI url(String property) {
        String text = System.getProperty(property, "");
        if (text.isEmpty()) {
            throw new IllegalArgumentException(
                    "-Dcoalmine.platform=remote needs -D" + property + ", such as http://vamp.example:8080");
        }
        try {
            URI url = new URI(text.replaceAll("/+$", ""));
            if (url.getHost() == null || !"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
                throw new IllegalArgumentException(
                        "-D" + property + "=" + text + " is not a URL such as http://vamp.example:8080");
            }
            return url;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("-D" + property + "=" + text + " is not a URL: " + e.getMessage(), e);
        }
    }

    @Override
    public String description() {
        return versions;
    }

    @Override
    public Pace pace() {
        return pace;
    }

    @Override
    public int capacity() {
        return 1;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    /** {@code 0.9.2} stands for all that have its defects, {@code 0.9.5} for those from 0.9.5.6 on, which do not (facts, section 10). */
    @Override
    public Optional<String> cannotBe(Set<String> vamps) {
        return vamps.isEmpty() || vamps.contains(MENDED.matcher(version).matches() ? "0.9.5" : "0.9.2")
                ? Optional.empty()
                : Optional.of("Vamp " + version + " is there, and not " + String.join(" or ", vamps));
    }

    @Override
    public Environment lend(Set<String> vamps) {
        free.acquireUninterruptibly();
        return new Environment() {
            @Override
            public URI vamp() {
                return vamp;
            }

            @Override
            public URI marathon() {
                return marathon;
            }

            @Override
            public String gatewayHost() {
                return gatewayHost;
            }

            @Override
            public Pace pace() {
                return pace;
            }

            @Override
            public Duration allowance() {
                return Duration.ZERO;
            }

            @Override
            public List<String> workflowOutput() {
                return List.of();
            }

            @Override
            public void close() {
                free.release();
            }
        };
    }

    @Override
    public void close() {
        // it was there before, and stays
    }
}
