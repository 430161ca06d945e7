package coalmine.acceptance;

import coalmine.marathon.MarathonApi;
import coalmine.marathon.MarathonApi.App;
import coalmine.marathon.MarathonApi.Task;
import coalmine.recipe.Recipe;
import coalmine.vamp.Event;
import coalmine.vamp.VampApi;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that recipes may leave on a platform, by the names and ports in its documents. */
final class Footprint {

    private static final List<String> COLLECTIONS =
            List.of("deployments", "gateways", "workflows", "breeds", "scales", "blueprints", "conditions");
    /** Those of clusters, services and routes come with that of their deployment or gateway. */
    private static final Pattern NAMING_TAG = Pattern.compile(
            "(?:deployments?|workflows|gateways|breeds|scales|blueprints|conditions|escalations|slas):(.+)");

    private static final int CONNECT_MILLIS = 1000;
    private static final int SILENT_MILLIS = 200;

    private final VampApi vamp;
    private final MarathonApi marathon;
    private final List<InetSocketAddress> gateways;
    private final Set<String> names;
    /** Where containers of the recipe listened, as seen before they were to go. */
    private final Set<InetSocketAddress> addresses = new LinkedHashSet<>();

    /**
     * @param gatewayHost where the recipe's gateways take requests
     */
    Footprint(VampApi vamp, MarathonApi marathon, List<Recipe> recipes, String gatewayHost) {
        this.vamp = vamp;
        this.marathon = marathon;
        this.gateways = recipes.stream()
                .flatMap(recipe -> recipe.gatewayPorts().stream())
                .distinct()
                .map(port -> new InetSocketAddress(gatewayHost, port))
                .toList();
        this.names = recipes.stream()
                .flatMap(recipe -> Recipes.names(recipe).stream())
                .collect(Collectors.toSet());
    }

    /** Takes note of what listens now, so that it can be looked for when it should be gone. */
    void remember() {
        addresses.addAll(gateways);
        ownApps().forEach(app -> app.tasks().forEach(this::remember));
    }

    private void remember(Task task) {
        task.ports().forEach(port -> addresses.add(new InetSocketAddress(task.host(), port)));
    }

    /** What there is of the recipe, a word or two for each. */
    List<String> left() {
        return looks().flatMap(look -> look.get().stream()).toList();
    }

    /** Whether there is nothing of the recipe: looks no further than the first thing that there is, for those who ask again and again. */
    boolean isClean() {
        return looks().allMatch(look -> look.get().isEmpty());
    }

    /** Where there may be something; what takes longest to go comes first. */
    private Stream<Supplier<List<String>>> looks() {
        return Stream.concat(
                Stream.of(this::apps),
                Stream.concat(
                        COLLECTIONS.stream().map(collection -> () -> artifacts(collection)),
                        Stream.of(this::openPorts)));
    }

    private List<String> apps() {
        List<String> left = new ArrayList<>();
        ownApps().forEach(app -> {
            left.add("the app " + app.id());
            app.tasks().forEach(task -> left.add("the task " + task.id()));
        });
        return left;
    }

    private List<String> artifacts(String collection) {
        return own(collection).stream().map(name -> collection + "/" + name).toList();
    }

    /** The names of a collection's artifacts that are the recipe's. */
    List<String> own(String collection) {
        return vamp.names(collection).stream().filter(this::isOwn).toList();
    }

    /** Whether an event is about something that has one of the recipe's names. */
    boolean isAbout(Event event) {
        return event.tags().stream().map(NAMING_TAG::matcher).anyMatch(tag -> tag.matches() && isOwn(tag.group(1)));
    }

    private List<String> openPorts() {
        return addresses.stream()
                .filter(Footprint::isOpen)
                .map(address -> "an open port at " + address)
                .toList();
    }

    /** Whether a name is the recipe's, or that of a gateway inside its deployment. */
    private boolean isOwn(String name) {
        return names.contains(name) || names.contains(name.replaceAll("/.*", ""));
    }

    private List<App> ownApps() {
        return marathon.apps().stream()
                .filter(app -> names.contains(app.labels().getOrDefault("deployment", ""))
                        || names.contains(app.labels().getOrDefault("workflow", "")))
                .toList();
    }

    /** Docker takes every connection to a port that it maps, and ends it at once where nobody listens in the container. */
    private static boolean isOpen(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), CONNECT_MILLIS);
            socket.setSoTimeout(SILENT_MILLIS);
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException waitsForARequest) {
            return true;
        } catch (IOException closed) {
            return false;
        }
    }
}
