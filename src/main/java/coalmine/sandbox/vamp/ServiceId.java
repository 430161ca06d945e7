package coalmine.sandbox.vamp;

import coalmine.sandbox.vamp.artifact.LookupName;

/** Names a service of a cluster of a deployment. */
record ServiceId(String deployment, String cluster, String breed) {

    /** The id of the Marathon app that runs it; the cluster is no part of it (facts 7.5). */
    String appId() {
        return "/" + LookupName.ofAppGroup(deployment) + "/" + LookupName.ofApp(breed);
    }

    String path() {
        return deployment + "/" + cluster + "/" + breed;
    }
}
