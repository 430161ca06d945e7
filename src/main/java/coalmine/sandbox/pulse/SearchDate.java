package coalmine.sandbox.pulse;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a moment as Elasticsearch does: ISO 8601, milliseconds since 1970, or date math such as {@code now-30s}. */
final class SearchDate {

    private static final Pattern STEP = Pattern.compile("([+-])(\\d+)?([yMwdhHms])");

    private SearchDate() {}

    /**
     * The moment in milliseconds since 1970.
     *
     * @param value what the query says
     * @param now the platform's time
     * @throws SearchFailure if it is no moment, or one that is rounded ({@code now/d})
     */
    static long toMillis(Object value, Instant now) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        String text = String.valueOf(value);
        try {
            return read(text, now);
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw notADate(text);
        }
    }

    private static long read(String text, Instant now) {
        int anchor = text.indexOf("||");
        if (text.startsWith("now")) {
            return shifted(now, text.substring(3), text);
        }
        return anchor < 0
                ? absolute(text).toEpochMilli()
                : shifted(absolute(text.substring(0, anchor)), text.substring(anchor + 2), text);
    }

    private static Instant absolute(String text) {
        if (text.matches("-?\\d{5,}")) {
            return Instant.ofEpochMilli(Long.parseLong(text));
        }
        if (text.length() <= 10) {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        boolean hasOffset = text.endsWith("Z") || text.matches(".*[+-]\\d{2}:\\d{2}");
        return OffsetDateTime.parse(hasOffset ? text : text + "Z").toInstant();
    }

    private static long shifted(Instant from, String steps, String whole) {
        if (steps.contains("/")) {
            throw SearchFailure.notBuilt("rounding in the date [" + whole + "]");
        }
        ZonedDateTime moment = from.atZone(ZoneOffset.UTC);
        Matcher step = STEP.matcher(steps);
        int end = 0;
        while (step.lookingAt()) {
            long count = step.group(2) == null ? 1 : Long.parseLong(step.group(2));
            moment = plus(moment, step.group(1).equals("-") ? -count : count, step.group(3));
            end = step.end();
            step.region(end, steps.length());
        }
        if (end != steps.length()) {
            throw notADate(whole);
        }
        return moment.toInstant().toEpochMilli();
    }

    private static ZonedDateTime plus(ZonedDateTime moment, long count, String unit) {
        return switch (unit) {
            case "y" -> moment.plusYears(count);
            case "M" -> moment.plusMonths(count);
            case "w" -> moment.plusWeeks(count);
            case "d" -> moment.plusDays(count);
            case "m" -> moment.plusMinutes(count);
            case "s" -> moment.plusSeconds(count);
            default -> moment.plusHours(count);
        };
    }

    private static SearchFailure notADate(String text) {
        return SearchFailure.wrong(
                "parse_exception",
                "failed to parse date field [" + text + "] with format [strict_date_optional_time||epoch_millis]");
    }
}
