package coalmine.acceptance;

import coalmine.recipe.Namespace;

/**
 * A version of a service, as features speak of it: {@code sava 1.0}. The recipe calls its breed {@code sava:1.0}, and deploys it in the cluster and the
 * deployment of the service's name, all of it in the namespace of the run. What the service says of itself stays.
 *
 * @param plain the service as the feature calls it
 */
record ServiceVersion(String plain, String version, Namespace namespace) {

    /** The name of its cluster and of its deployment. */
    String service() {
        return namespace.name(plain);
    }

    String breed() {
        return namespace.name(plain + ":" + version);
    }

    @Override
    public String toString() {
        return plain + " " + version;
    }
}
