package coalmine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PictureTest {

    private static final Pattern TEXT = Pattern.compile(
            "<text class=\"[^\"]*\" x=\"([^\"]+)\" y=\"([^\"]+)\" text-anchor=\"([^\"]+)\">([^<]*)</text>");
    /** How wide a letter is at least, on average. */
    private static final double LETTER = 5.5;

    private record Box(double left, double right, double baseline, String text) {
        boolean liesUpon(Box other) {
            return left < other.right && other.left < right && Math.abs(baseline - other.baseline) < 10;
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 3.1", "5, 29.9", "40, 9.8", "40, 14.8", "100, 6.6", "100, 3", "100, 120"})
    void no_words_lie_upon_others_and_none_leave_the_picture(int share, double rolledBack) {
        for (Picture.Width width : Picture.Width.values()) {
            List<Box> boxes = readable(MadeUpReleases.release(share, rolledBack), width);

            assertThat(boxes)
                    .extracting(Box::text)
                    .contains(Seconds.text(rolledBack) + " rolled back", "sava 1.1", "sava 1.1 killed");
        }
    }

    @ParameterizedTest
    @EnumSource(Picture.Width.class)
    void many_versions_have_a_legend_of_several_lines(Picture.Width width) {
        ReleaseRecord two = MadeUpReleases.release(40, 9.8);
        List<String> four = List.of("sava 1.0", "sava 1.1", "sava 1.2-with-a-long-name", "sava 2.0");
        ReleaseRecord release =
                new ReleaseRecord("sava", four, two.weights(), two.health(), two.traffic(), two.marks(), two.end());

        assertThat(readable(release, width)).extracting(Box::text).containsAll(four);
    }

    private static List<Box> readable(ReleaseRecord release, Picture.Width width) {
        String svg = Picture.of(release, width);
        List<Box> boxes = boxes(svg);
        double whole = Double.parseDouble(svg.replaceAll(".*viewBox=\"0 0 (\\d+) .*", "$1"));
        for (Box box : boxes) {
            assertThat(box.left()).as(width + ": " + box).isGreaterThanOrEqualTo(0);
            assertThat(box.right()).as(width + ": " + box).isLessThanOrEqualTo(whole + 2);
            assertThat(boxes)
                    .filteredOn(other -> other != box && other.liesUpon(box))
                    .as(width + ": " + box)
                    .isEmpty();
        }
        return boxes;
    }

    private static List<Box> boxes(String svg) {
        List<Box> boxes = new ArrayList<>();
        Matcher texts = TEXT.matcher(svg);
        while (texts.find()) {
            double x = Double.parseDouble(texts.group(1));
            double length = LETTER * texts.group(4).length();
            double left = switch (texts.group(3)) {
                case "start" -> x;
                case "middle" -> x - length / 2;
                default -> x - length;
            };
            boxes.add(new Box(left, left + length, Double.parseDouble(texts.group(2)), texts.group(4)));
        }
        return boxes;
    }

    @ParameterizedTest
    @EnumSource(Picture.Width.class)
    void a_promotion_is_drawn_with_its_length(Picture.Width width) {
        String svg = Picture.of(MadeUpReleases.promoted().releases().get(0), width);

        assertThat(svg)
                .contains(">95 s from the first shift until promoted</text>", "platform seconds from the last When");
        assertThat(svg).doesNotContain("class=\"kill\"");
    }

    @ParameterizedTest
    @EnumSource(Picture.Width.class)
    void a_release_of_which_nothing_was_seen_can_be_drawn(Picture.Width width) {
        ReleaseRecord nothing = new ReleaseRecord("sava", List.of(), List.of(), List.of(), List.of(), List.of(), -3);

        assertThat(Picture.of(nothing, width)).contains("no mark was reached").doesNotContain("NaN", "Infinity");
    }
}
