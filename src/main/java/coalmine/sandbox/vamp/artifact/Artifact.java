package coalmine.sandbox.vamp.artifact;

import java.util.Map;

/** Something that Vamp stores under a name. */
public interface Artifact {

    String name();

    /** The singular word for its kind, such as {@code breed}. */
    String kind();

    /** The form in which Vamp answers it: maps, lists and scalars. */
    Map<String, Object> tree();
}
