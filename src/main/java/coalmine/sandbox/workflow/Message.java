package coalmine.sandbox.workflow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A line between the suite's JVM and an agent process: a word, and texts of any content.
 *
 * @param word what is to be done, or has happened
 */
record Message(String word, List<String> texts) {

    /** Sets messages apart from what scripts may write to their process's standard output. */
    private static final String MARK = "@agent";

    static Message of(String word, String... texts) {
        return new Message(word, List.of(texts));
    }

    static boolean is(String line) {
        return line.startsWith(MARK + " ");
    }

    static Message read(String line) {
        String[] fields = line.split(" ", -1);
        List<String> texts = new ArrayList<>();
        for (int i = 2; i < fields.length; i++) {
            texts.add(new String(Base64.getDecoder().decode(fields[i]), StandardCharsets.UTF_8));
        }
        return new Message(fields[1], texts);
    }

    String text(int index) {
        return texts.get(index);
    }

    String line() {
        StringBuilder line = new StringBuilder(MARK).append(' ').append(word);
        texts.forEach(text ->
                line.append(' ').append(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        return line.toString();
    }
}
