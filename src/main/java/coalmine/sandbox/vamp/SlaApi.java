package coalmine.sandbox.vamp;

import coalmine.sandbox.vamp.artifact.Documents;
import coalmine.sandbox.vamp.artifact.Dsl;
import coalmine.sandbox.vamp.artifact.Sla;
import coalmine.sandbox.vamp.artifact.VampError;
import java.util.List;
import java.util.Optional;

/** A cluster's SLA: read, set and taken away on its own path (facts 2.3). */
final class SlaApi {

    private final Store store;
    private final Deployments deployments;
    private final ArtifactApi artifacts;

    SlaApi(Store store, Deployments deployments, ArtifactApi artifacts) {
        this.store = store;
        this.deployments = deployments;
        this.artifacts = artifacts;
    }

    ApiAnswer answer(ApiRequest request) {
        String name = request.segments().get(1);
        String cluster = request.segments().get(3);
        return switch (request.method()) {
            case "GET" ->
                deployments
                        .find(name)
                        .flatMap(deployment ->
                                Optional.ofNullable(deployment.slas().get(cluster)))
                        .map(sla -> ApiAnswer.ok(sla.tree()))
                        .orElse(ApiAnswer.empty(200));
            case "PUT", "POST" -> putSla(name, cluster, request);
            case "DELETE" -> {
                deployments.putSla(name, cluster, Optional.empty(), request.body(), ArtifactApi.effect(request));
                yield ApiAnswer.NO_CONTENT;
            }
            default -> ApiAnswer.NOT_FOUND;
        };
    }

    private ApiAnswer putSla(String name, String cluster, ApiRequest request) {
        Dsl dsl = Documents.readOne(request.body());
        Sla sla = dsl.reference()
                .map(stored -> store.sla(stored).orElseThrow(() -> VampError.notFound(stored)))
                .orElseGet(() -> Sla.read(dsl));
        dsl.end();
        return deployments
                .putSla(name, cluster, Optional.of(sla), request.body(), ArtifactApi.effect(request))
                .map(deployment -> ApiAnswer.of(202, List.of(artifacts.tree(deployment, request))))
                .orElse(ApiAnswer.empty(202));
    }
}
