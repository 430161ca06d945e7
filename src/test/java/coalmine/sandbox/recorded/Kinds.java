package coalmine.sandbox.recorded;

import coalmine.vamp.Event;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What kind of exchange or event something is: all of a kind are alike but for names, and so is how the sandbox imitates them. */
public final class Kinds {

    /** Below these lie names, and below the names perhaps another of these. */
    private static final Set<String> COLLECTIONS = Set.of(
            "gateways", "routes", "deployments", "clusters", "services", "ports", "instances", "workflows", "config");
    /** Tags of these tell a name. */
    private static final Set<String> NAMED = Set.of(
            "breeds",
            "scales",
            "blueprints",
            "conditions",
            "rewrites",
            "slas",
            "escalations",
            "deployments",
            "clusters",
            "services",
            "gateways",
            "routes",
            "workflows",
            "deployment-service-scales",
            "deployment",
            "cluster");

    private Kinds() {}

    /**
     * The kind of an exchange, such as {@code GET /api/v1/breeds/{breed} 200}.
     *
     * @param path with or without its query
     */
    public static String ofExchange(String method, String path, int status) {
        String resource = path.replaceAll("\\?.*", "").replaceAll("/+$", "");
        return method + " " + (resource.startsWith("/v2") ? ofMarathon(resource) : ofVamp(resource)) + " " + status;
    }

    private static String ofMarathon(String path) {
        return path.replaceAll("^/v2/apps/+.*?(/tasks(/.*)?|/restart)?$", "/v2/apps/{app}$1")
                .replaceAll("/tasks/(?!delete).*", "/tasks/{task}")
                .replaceAll("^/v2/deployments/.*", "/v2/deployments/{deployment}");
    }

    private static String ofVamp(String path) {
        if (!path.startsWith("/api/v1")) {
            return "elsewhere";
        }
        List<String> segments = Arrays.stream(path.substring("/api/v1".length()).split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> URLDecoder.decode(segment, StandardCharsets.UTF_8))
                .toList();
        if (segments.size() > 1 && segments.get(0).equals("gateways")) {
            return "/api/v1/gateways/{gateway}";
        }
        List<String> kind = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            String before = i == 0 ? "" : segments.get(i - 1);
            boolean named = COLLECTIONS.contains(before) && !kind.get(i - 1).startsWith("{") || isArtifact(segments, i);
            kind.add(named ? "{" + before.replaceAll("s$", "") + "}" : segments.get(i));
        }
        if (kind.size() > 2 && kind.get(0).equals("metrics")) {
            kind.set(kind.size() - 1, "{metric}");
        }
        return "/api/v1" + kind.stream().map(segment -> "/" + segment).collect(Collectors.joining());
    }

    private static boolean isArtifact(List<String> segments, int index) {
        return index == 1
                && segments.size() == 2
                && !Set.of("events", "health", "metrics", "haproxy").contains(segments.get(0));
    }

    /** The kind of an event: its type, and its tags without names. What a workflow's script says in its own words is one kind. */
    public static String ofEvent(Event event) {
        Set<String> tags = new TreeSet<>();
        for (String tag : event.tags()) {
            if (event.tags().stream().noneMatch(other -> other.startsWith(tag + ":"))) {
                String prefix = tag.replaceAll(":.*", "");
                tags.add(
                        tag.contains(":") && NAMED.contains(prefix)
                                ? prefix + ":{" + prefix.replaceAll("s$", "") + "}"
                                : tag);
            }
        }
        boolean scripts = event.type().equals("event")
                && tags.contains("workflows:{workflow}")
                && tags.stream().noneMatch(Set.of("scheduled", "unscheduled", "failed")::contains);
        return scripts
                ? "event [workflows:{workflow}] and tags of its own"
                : event.type().toLowerCase(Locale.ROOT) + " " + tags;
    }
}
