package coalmine.acceptance;

/**
 * A version of a service, as features speak of it: {@code sava 1.0}. The recipe calls its breed {@code sava:1.0}, and deploys it in the cluster and the
 * deployment of the service's name.
 */
record ServiceVersion(String service, String version) {

    String breed() {
        return service + ":" + version;
    }

    @Override
    public String toString() {
        return service + " " + version;
    }
}
