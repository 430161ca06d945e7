package coalmine.sandbox.pulse;

import java.util.Arrays;
import java.util.Optional;

/** A field of the access log's documents that can be searched. */
enum SearchField {
    FT("ft"),
    TYPE("type"),
    STATUS("ST"),
    TOTAL_MILLIS("Tt"),
    TIMESTAMP("@timestamp");

    private final String fieldName;

    SearchField(String fieldName) {
        this.fieldName = fieldName;
    }

    /** The field of that name; empty if the documents have none, which in Elasticsearch is no mistake but matches nothing. */
    static Optional<SearchField> named(String name) {
        return Arrays.stream(values())
                // Logstash's template keeps each text a second time, unanalysed, under ".raw".
                .filter(field ->
                        name.equals(field.fieldName) || field.isText() && name.equals(field.fieldName + ".raw"))
                .findFirst();
    }

    boolean isText() {
        return this == FT || this == TYPE;
    }

    /** The value of a field that is text. */
    String text(AccessLogDocument document) {
        return this == FT ? document.ft() : AccessLogDocument.TYPE;
    }

    /** The value of a field that is not text; a time is in milliseconds since 1970. */
    double number(AccessLogDocument document) {
        return switch (this) {
            case STATUS -> document.status();
            case TOTAL_MILLIS -> document.totalMillis();
            case TIMESTAMP -> document.timestamp();
            default -> throw new IllegalStateException(fieldName + " is text");
        };
    }
}
