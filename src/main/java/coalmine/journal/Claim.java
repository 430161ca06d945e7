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

    /**
     * Gives it to a run, unless another one has it. Vamp cannot do both at once, so that it is looked before and after: two runs that begin in the same
     * moment see each other, and one of them at least gives way.
     *
     * @throws JournalException if another run has it
     */
    public void take(VampApi vamp, String run) {
        leaveTo(run, vamp);
        vamp.put(path(), "{\"name\": \"" + breed + "\", \"deployable\": \"" + IMAGE + run + "\"}");
        leaveTo(run, vamp);
    }

    private void leaveTo(String run, VampApi vamp) {
        holder(vamp).filter(holder -> !holder.equals(run)).ifPresent(holder -> {
            throw new JournalException("run " + holder
                    + " has begun to use these names as well; wait for its end, or choose" + " another namespace");
        });
    }

    /** Gives back what a run has; what another one has by now stays that one's. */
    public void release(VampApi vamp, String run) {
        if (holder(vamp).filter(run::equals).isPresent()) {
            vamp.delete(path(), "");
        }
    }
}
