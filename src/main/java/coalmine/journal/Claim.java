package coalmine.journal;

import coalmine.recipe.Namespace;
import coalmine.vamp.VampApi;
import java.util.Optional;

/**
 * Says on a shared Vamp that a run uses a namespace, also while nothing else of it is there: a breed that is never deployed, whose image names the run.
 * Without one, a second run that starts between two scenarios of the first would find nobody.
 */
public final class Claim {

    private static final String NAME = "coalmine-run";
    private static final String IMAGE = "coalmine/run:";

    private final String breed;

    private Claim(String breed) {
        this.breed = breed;
    }

    /** The claim to a namespace; to names as they are as well. */
    public static Claim to(Namespace namespace) {
        return new Claim(namespace.name(NAME));
    }

    /** The claim to names with a prefix. */
    static Claim to(String prefix) {
        return new Claim(prefix + NAME);
    }

    /** Where it is found, below {@code /api/v1}. */
    public String path() {
        return "breeds/" + breed;
    }

    /** The id of the run that holds it. */
    public Optional<String> holder(VampApi vamp) {
        return vamp.get(path())
                .map(it -> it.path("deployable").path("definition").asText().replace(IMAGE, ""));
    }

    /** Gives it to a run. */
    public void take(VampApi vamp, String run) {
        vamp.put(path(), "{\"name\": \"" + breed + "\", \"deployable\": \"" + IMAGE + run + "\"}");
    }

    /** Gives it back. */
    public void release(VampApi vamp) {
        vamp.delete(path(), "");
    }
}
