package coalmine.report;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.zip.CRC32;

/** Words as they may stand in a link. */
final class Slug {

    private static final int LONGEST = 90;

    private Slug() {}

    /** Lower-case letters, figures and hyphens; what is too long is cut, and told apart by a check sum. */
    static String of(String words) {
        String slug = Normalizer.normalize(words, Normalizer.Form.NFD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\p{M}", "")
                .replaceAll("[^\\p{L}\\p{N}]+", "-")
                .replaceAll("^-|-$", "");
        if (slug.length() <= LONGEST && !slug.isEmpty()) {
            return slug;
        }
        return slug.substring(0, Math.min(slug.length(), LONGEST)) + "-" + sum(words);
    }

    /** What tells words apart whose slug is the same. */
    static String sum(String words) {
        CRC32 sum = new CRC32();
        sum.update(words.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(sum.getValue());
    }
}
