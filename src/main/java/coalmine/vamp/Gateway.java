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
                json.get("name").asText(),
                json.path("port").asText(),
                json.path("deployed").asBoolean(),
                Map.copyOf(routes));
    }
}
