package coalmine.platform;

import coalmine.access.Retries;
import coalmine.access.Server;
import coalmine.marathon.MarathonApi;
import coalmine.marathon.MarathonException;
import coalmine.time.Pace;
import coalmine.vamp.VampApi;
import coalmine.vamp.VampException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A Vamp that is there already, shared with others: scenarios run on it one at a time. */
public final class RemotePlatform implements Platform {

    private static final Pattern KNOWN = Pattern.compile("(0\\.9|1)(\\.\\d+)*(-.*)?");
    private static final Pattern SANDBOX = Pattern.compile("Coalmine's sandbox at pace (\\d+(?:\\.\\d+)?)");
    private static final Pattern MENDED = Pattern.compile("0\\.9\\.([5-9]|\\d\\d).*|1(\\..*)?");

    private final Endpoints endpoints;
    private final Pace pace;
    private final String version;
    private final String versions;
    private final Semaphore free = new Semaphore(1);
    private final Queue<String> again = new ConcurrentLinkedQueue<>();

    /**
     * A Vamp and its Marathon.
     *
     * @param pace what is set; a sandbox tells its own, which outranks it
     * @throws IllegalArgumentException if either cannot be reached or is something else; the message is one line that names the property to set
     */
    public RemotePlatform(Endpoints endpoints, Pace pace) {
        this.endpoints = endpoints.with(Retries.ofReads(again::add));
        checkIsKnown(endpoints.gatewayHost());
        VampApi.Info info = info(this.endpoints.vamp());
        this.version = info.version();
        this.pace = told(info).orElse(pace);
        this.versions = "Vamp " + version + " at " + endpoints.vamp() + " on Marathon "
                + marathonVersion(this.endpoints.marathon()) + " at " + endpoints.marathon()
                + (this.pace.equals(Pace.REAL) ? "" : ", at pace " + this.pace.text());
    }

    /** Users would only find out after all is deployed. */
    private static void checkIsKnown(String gatewayHost) {
        try {
            InetAddress.getByName(gatewayHost);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "there is no host " + gatewayHost + " for gateways to listen on; set -D" + Endpoints.GATEWAY_HOST
                            + ", or --gateway-host on the command line, to the one where they do",
                    e);
        }
    }

    private static Optional<Pace> told(VampApi.Info info) {
        Matcher told = SANDBOX.matcher(info.message());
        return told.find() ? Optional.of(Pace.of(told.group(1))) : Optional.empty();
    }

    static RemotePlatform chosen(Pace pace) {
        return new RemotePlatform(Endpoints.chosen(Settings.ofThisProcess()), pace);
    }

    /**
     * The version of a Vamp.
     *
     * @throws IllegalArgumentException if it is none that the suite knows
     */
    static String version(Server vamp) {
        return info(vamp).version();
    }

    private static VampApi.Info info(Server vamp) {
        try {
            VampApi.Info info = new VampApi(vamp).info();
            if (!KNOWN.matcher(info.version()).matches()) {
                throw new IllegalArgumentException(vamp + " is Vamp " + info.version()
                        + ", which Coalmine does not know; it is for 0.9.x and 1.x: "
                        + Remedy.vamp().url());
            }
            return info;
        } catch (VampException e) {
            throw new IllegalArgumentException(
                    e.getMessage() + "; " + Remedy.vamp().of(e), e);
        }
    }

    /**
     * The version of a Marathon.
     *
     * @throws IllegalArgumentException if it cannot be told
     */
    static String marathonVersion(Server marathon) {
        try {
            return new MarathonApi(marathon).version();
        } catch (MarathonException e) {
            throw new IllegalArgumentException(
                    e.getMessage() + "; " + Remedy.marathon().of(e), e);
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

    @Override
    public Optional<String> cannotBe(Set<String> vamps) {
        return cannotBe(version, vamps);
    }

    /**
     * Why a Vamp of some version is none of those that a scenario is about; {@code 0.9.2} stands for all that have its defects, {@code 0.9.5} for those from
     * 0.9.5.6 on, which do not (facts, section 10).
     */
    public static Optional<String> cannotBe(String version, Set<String> vamps) {
        return vamps.isEmpty() || vamps.contains(MENDED.matcher(version).matches() ? "0.9.5" : "0.9.2")
                ? Optional.empty()
                : Optional.of("Vamp " + version + " is there, and not " + String.join(" or ", vamps));
    }

    @Override
    public Environment lend(Set<String> vamps) {
        free.acquireUninterruptibly();
        return new Environment() {
            @Override
            public Server vamp() {
                return endpoints.vamp();
            }

            @Override
            public Server marathon() {
                return endpoints.marathon();
            }

            @Override
            public String gatewayHost() {
                return endpoints.gatewayHost();
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
    public List<String> remarks() {
        Map<String, Long> times =
                again.stream().collect(Collectors.groupingBy(it -> it, TreeMap::new, Collectors.counting()));
        return times.entrySet().stream()
                .map(it -> "tried again " + it.getValue() + " times: " + it.getKey())
                .toList();
    }

    @Override
    public void close() {
        // it was there before, and stays
    }
}
