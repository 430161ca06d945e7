package coalmine.recipe;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value in a file of JSON or YAML, which knows where it stands there, so that what is wrong with it can be told with its line. */
final class Written {

    private final Source source;
    private final int document;
    private final JsonPointer pointer;
    private final JsonNode value;

    private record Source(Path file, String text, ObjectMapper format) {}

    private Written(Source source, int document, JsonPointer pointer, JsonNode value) {
        this.source = source;
        this.document = document;
        this.pointer = pointer;
        this.value = value;
    }

    /**
     * Reads a file's text: its documents, of which JSON has one.
     *
     * @throws RecipeException if it is broken, with file and line
     */
    static List<Written> documents(Path file, String text, ObjectMapper format) {
        Source source = new Source(file, text, format);
        List<Written> documents = new ArrayList<>();
        try (JsonParser parser = format.createParser(text)) {
            while (parser.nextToken() != null) {
                JsonNode document = format.readTree(parser);
                documents.add(new Written(source, documents.size(), JsonPointer.empty(), document));
            }
        } catch (JsonProcessingException e) {
            String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            throw new RecipeException(file + line + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new RecipeException(file + " cannot be read: " + e.getMessage(), e);
        }
        return documents;
    }

    Path file() {
        return source.file();
    }

    JsonNode value() {
        return value;
    }

    boolean has(String field) {
        return value.has(field);
    }

    /** A field of an object; one that is not there has a missing node for a value. */
    Written at(String field) {
        return within(pointer.appendProperty(field), value.path(field));
    }

    /** The fields of an object in their order; none of anything else. */
    Map<String, Written> fields() {
        Map<String, Written> fields = new LinkedHashMap<>();
        value.fieldNames().forEachRemaining(name -> fields.put(name, at(name)));
        return fields;
    }

    /** The elements of a list in their order; none of anything else. */
    List<Written> elements() {
        List<Written> elements = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(element -> elements.add(within(pointer.appendIndex(elements.size()), element)));
        }
        return elements;
    }

    private Written within(JsonPointer place, JsonNode part) {
        return new Written(source, document, place, part);
    }

    /** What is wrong here, with file and line. */
    RecipeException wrong(String what) {
        return new RecipeException(place() + ": " + what);
    }

    /** What is wrong here, with file and line. */
    RecipeException wrong(String what, Throwable cause) {
        return new RecipeException(place() + ": " + what, cause);
    }

    /** The file, and the line on which the value begins, or the name of the field that it is. */
    String place() {
        try (JsonParser parser = source.format().createParser(source.text())) {
            int documents = 0;
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructEnd()) {
                    depth--;
                    continue;
                }
                if (depth == 0) {
                    documents++;
                }
                if (documents > document
                        && parser.getParsingContext().pathAsPointer().equals(pointer)) {
                    return source.file() + ":" + parser.currentTokenLocation().getLineNr();
                }
                if (token.isStructStart()) {
                    depth++;
                }
            }
        } catch (IOException e) {
            throw new RecipeException(source.file() + " was read before, but now it cannot be", e);
        }
        return source.file().toString();
    }
}
