package coalmine.sandbox.vamp;

import coalmine.sandbox.vamp.artifact.Breed;
import coalmine.sandbox.vamp.artifact.Deployment;
import coalmine.sandbox.vamp.artifact.Deployment.Phase;
import coalmine.sandbox.vamp.artifact.Deployment.Service;
import coalmine.sandbox.vamp.artifact.Gateway;
import coalmine.sandbox.vamp.artifact.Interpolation;
import coalmine.sandbox.vamp.artifact.Ref;
import coalmine.sandbox.vamp.artifact.Tree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.function.Function;

/** What services are told about each other: where those are that they depend on (facts 1.2, 3.2). */
final class Environments {

    private final Gateways gateways;
    private final String host;

    /**
     * @param host where gateways listen
     */
    Environments(Gateways gateways, String host) {
        this.gateways = gateways;
        this.host = host;
    }

    /** Whether all services that a service depends on are deployed, and their gateways have an address (facts 3.2, number 1). */
    boolean areKnown(Deployment deployment, Service service) {
        return service.breed().dependencies().values().stream()
                .allMatch(dependency -> deployment
                        .dependency(dependency)
                        .filter(it -> it.getValue().status().phase() == Phase.DONE)
                        .filter(it -> it.getValue().breed().ports().keySet().stream()
                                .allMatch(port -> gatewayPort(deployment, it.getKey(), port)
                                        .isPresent()))
                        .isPresent());
    }

    private Optional<Integer> gatewayPort(Deployment deployment, String cluster, String port) {
        return gateways.find(deployment.name() + "/" + cluster + "/" + port)
                .filter(it -> it.status().service().isPresent())
                .map(Gateways.Entry::gateway)
                .map(Gateway::portNumber);
    }

    /** The environment of a service's containers, with values in place of what they refer to. */
    Map<String, String> interpolated(Deployment deployment, String cluster, Service service) {
        Map<String, String> environment = deployment.effectiveEnvironment(cluster, service);
        Map<String, String> result = new LinkedHashMap<>();
        environment.forEach((name, text) -> result.put(
                name, Interpolation.resolve(text, reference -> value(deployment, service, environment, reference))));
        return result;
    }

    /**
     * What a service has for Marathon alone, with values in place of what texts refer to; its own comes before its cluster's (facts 7.5).
     */
    Map<String, Object> dialect(Deployment deployment, String cluster, Service service) {
        Map<String, String> environment = deployment.effectiveEnvironment(cluster, service);
        Object merged = Tree.merged(
                deployment.dialects().getOrDefault(cluster, Map.of()).getOrDefault("marathon", Map.of()),
                service.dialects().getOrDefault("marathon", Map.of()));
        Map<String, Object> dialect = new LinkedHashMap<>();
        if (merged instanceof Map<?, ?> map) {
            map.forEach((key, value) -> dialect.put(
                    key.toString(),
                    interpolated(value, reference -> value(deployment, service, environment, reference))));
        }
        return dialect;
    }

    private static Object interpolated(Object node, Function<String, Optional<String>> values) {
        if (node instanceof Map<?, ?> map) {
            Map<String, Object> result = new LinkedHashMap<>();
            map.forEach((key, value) -> result.put(key.toString(), interpolated(value, values)));
            return result;
        }
        if (node instanceof List<?> list) {
            return list.stream().map(element -> interpolated(element, values)).toList();
        }
        return node instanceof String text ? Interpolation.resolve(text, values) : node;
    }

    private Optional<String> value(
            Deployment deployment, Service service, Map<String, String> environment, String reference) {
        String[] words = reference.split("\\.");
        if (words.length == 1) {
            return Optional.ofNullable(service.breed().constants().get(reference))
                    .or(() -> Optional.ofNullable(environment.get(reference)));
        }
        Ref<Breed> dependency = service.breed().dependencies().get(words[0]);
        return Optional.ofNullable(dependency)
                .flatMap(deployment::dependency)
                .flatMap(it -> valueOf(deployment, it, words));
    }

    private Optional<String> valueOf(Deployment deployment, Entry<String, Service> dependency, String[] words) {
        if (words.length == 2) {
            return words[1].equals("host") ? Optional.of(host) : Optional.empty();
        }
        return switch (words[1]) {
            case "ports" ->
                gatewayPort(deployment, dependency.getKey(), words[2]).map(String::valueOf);
            case "constants" ->
                Optional.ofNullable(dependency.getValue().breed().constants().get(words[2]));
            case "environment_variables", "env" ->
                Optional.ofNullable(deployment
                        .effectiveEnvironment(dependency.getKey(), dependency.getValue())
                        .get(words[2]));
            default -> Optional.empty();
        };
    }
}
