package coalmine.vamp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A gateway and how it divides its traffic. Weights are whole percentages; route order carries no meaning.
 *
 * @param deployed whether it takes requests
 * @param routes by path, such as {@code sava/sava/sava:1.0/web}
 */
public record Gateway(String name, String port, boolean deployed, Map<String, Route> routes) {

    /**
     * One of a gateway's ways.
     *
     * @param weight in whole percent
     * @param targets how many instances or gateways it leads to
     */
    public record Route(int weight, int targets) {}

    /** Whether users can call it: it has a port of its own, and is not one of those inside a deployment (facts 1.6). */
    public boolean isCalledByUsers() {
        return deployed && name.split("/").length < 3 && portNumber() > 0;
    }

    /** The port without its kind; 0 while it has none. */
    public int portNumber() {
        String number = port.replaceAll("/.*", "");
        return number.matches("\\d{1,5}") ? Integer.parseInt(number) : 0;
    }

    static Gateway of(JsonNode json) {
        Map<String, Route> routes = new LinkedHashMap<>();
        json.path("routes")
                .properties()
                .forEach(route -> routes.put(
                        route.getKey(),
                        new Route(
                                Integer.parseInt(route.getValue()
                                        .path("weight")
                                        .asText("0%")
                                        .replace("%", "")),
                                route.getValue().path("targets").size())));
        return new Gateway(
                json.path("name").asText(),
                json.path("port").asText(),
                json.path("deployed").asBoolean(),
                Map.copyOf(routes));
    }
}
