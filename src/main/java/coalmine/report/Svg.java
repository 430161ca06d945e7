package coalmine.report;

import java.util.Locale;
import org.unbescape.html.HtmlEscape;

/** An SVG that is being drawn. Colours and fonts come from the page's style, by class, so that a picture follows the light and the dark. */
final class Svg {

    private final StringBuilder body = new StringBuilder();

    /** How a text stands to its place. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    Svg line(String css, double x1, double y1, double x2, double y2) {
        return add("<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>", css, n(x1), n(y1), n(x2), n(y2));
    }

    Svg rect(String css, double x, double y, double width, double height) {
        return add(
                "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>",
                css, n(x), n(y), n(Math.max(0, width)), n(Math.max(0, height)));
    }

    Svg circle(String css, double x, double y, double radius) {
        return add("<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>", css, n(x), n(y), n(radius));
    }

    /**
     * Draws a path.
     *
     * @param commands in SVG's own language, such as {@code M0 0H5V3}
     */
    Svg path(String css, CharSequence commands) {
        return add("<path class=\"%s\" d=\"%s\"/>", css, commands);
    }

    Svg text(String css, double x, double y, Anchor anchor, String text) {
        return add(
                "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>",
                css, n(x), n(y), anchor.name().toLowerCase(Locale.ROOT), escape(text));
    }

    /** Puts another drawing behind all that was drawn so far. */
    Svg behind(Svg other) {
        body.insert(0, other.body);
        return this;
    }

    /** The numbers that a path needs, as short as they may be. */
    static String n(double number) {
        double rounded = Math.round(number * 10) / 10.0;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }

    /**
     * The whole picture.
     *
     * @param description what it shows, for those who do not see it
     */
    String picture(String css, double width, double height, String description) {
        return "<svg class=\"" + css + "\" viewBox=\"0 0 " + n(width) + " " + n(height)
                + "\" role=\"img\" aria-label=\"" + escape(description) + "\">" + body + "</svg>";
    }

    private static String escape(String text) {
        return HtmlEscape.escapeHtml4Xml(text);
    }

    private Svg add(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values));
        return this;
    }
}
