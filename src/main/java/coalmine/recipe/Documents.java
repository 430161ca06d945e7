package coalmine.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of YAML documents. A script may lie in a file of its own beside it, where editors and linters can read it:
 *
 * <pre>
 * deployable:
 *   type: application/javascript
 *   definition:
 *     file: canary.js
 * </pre>
 *
 * <p>It is put in its place when the documents are sent, so that any Vamp can read them. A file in which nothing is to be put in its place is sent as it is,
 * byte for byte, as Vamp Runner does.
 */
final class Documents {

    private static final YAMLMapper YAML = new YAMLMapper();

    private Documents() {}

    /**
     * Reads the documents as they are to be sent.
     *
     * @param named what names their file, which lies beside the one that it stands in
     * @throws RecipeException if the file or a script that it names is missing, or if it is no YAML
     */
    static String read(Written named, Parameters parameters) {
        Path file = beside(named, named.value().asText());
        String text = text(file, named);
        List<JsonNode> filled = new ArrayList<>();
        List<JsonNode> written = new ArrayList<>();
        for (Written document : Written.documents(file, text, YAML)) {
            JsonNode copy = parameters.in(document).deepCopy();
            insertScripts(copy, document);
            filled.add(copy);
            written.add(document.value());
        }
        return filled.equals(written) ? text : text(filled);
    }

    /** Documents as they are sent. */
    static String text(List<JsonNode> documents) {
        StringWriter text = new StringWriter();
        try (SequenceWriter writer = YAML.writer().writeValues(text)) {
            writer.writeAll(documents);
        } catch (IOException e) {
            throw new RecipeException("documents that were just read cannot be written", e);
        }
        return text.toString();
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new RecipeException(file + ": " + reason(file, e), e);
        }
    }

    private static String text(Path file, Written named) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw named.wrong(file + " is named here, but " + reason(file, e), e);
        }
    }

    private static Path beside(Written named, String name) {
        return named.file().resolveSibling(name).normalize();
    }

    /** The exceptions of files mostly say nothing but the file's name. */
    private static String reason(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (Files.isDirectory(file)) {
            return "that is a folder";
        }
        if (e instanceof AccessDeniedException) {
            return "it may not be read";
        }
        return e instanceof CharacterCodingException
                ? "it is no text in UTF-8"
                : "it cannot be read: " + e.getMessage();
    }

    /**
     * Puts scripts in their places.
     *
     * @param tree the document with its parameters filled in
     * @param written the same as it was read
     */
    private static void insertScripts(JsonNode tree, Written written) {
        JsonNode script = tree.path("definition").path("file");
        if (script.isTextual()) {
            Written named = written.at("definition").at("file");
            ((ObjectNode) tree).put("definition", text(beside(named, script.asText()), named));
        }
        Iterator<Written> parts =
                (tree.isArray() ? written.elements() : written.fields().values()).iterator();
        // Two keys may have become one.
        tree.forEach(part -> insertScripts(part, parts.hasNext() ? parts.next() : written));
    }

    /** The documents that were read before. */
    static List<JsonNode> trees(String documents) {
        return Written.documents(Path.of(""), documents, YAML).stream()
                .map(Written::value)
                .toList();
    }

    /** The artifacts in documents that were read before: Vamp takes lists of them among the documents (facts 1.1). */
    static Stream<JsonNode> artifacts(String documents) {
        return trees(documents).stream()
                .flatMap(document -> document.isArray() ? document.valueStream() : Stream.of(document));
    }

    /** Every place in the documents of the recipe where a key stands, such as the ports of its gateways. */
    static List<String> values(String documents, String key) {
        return trees(documents).stream()
                .flatMap(document -> document.findValues(key).stream())
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asText)
                .toList();
    }
}
