package coalmine.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
     * @throws RecipeException if the file or a script that it names is missing, or if it is no YAML
     */
    static String read(Path file, Parameters parameters) {
        String text = text(file);
        List<JsonNode> written = parse(file, text);
        List<JsonNode> filled = new ArrayList<>();
        for (JsonNode document : written) {
            JsonNode copy = parameters.in(file, document).deepCopy();
            insertScripts(copy, file);
            filled.add(copy);
        }
        return filled.equals(written) ? text : text(filled);
    }

    private static List<JsonNode> parse(Path file, String text) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(text)) {
            return documents.readAll();
        } catch (JsonProcessingException e) {
            throw broken(file, e);
        } catch (IOException e) {
            throw new RecipeException(file + " cannot be read: " + e.getMessage(), e);
        }
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

    static RecipeException broken(Path file, JsonProcessingException e) {
        String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
        return new RecipeException(file + line + ": " + e.getOriginalMessage(), e);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new RecipeException(file + " is named by the recipe, but it cannot be read: " + e.getMessage(), e);
        }
    }

    private static void insertScripts(JsonNode tree, Path file) {
        JsonNode script = tree.path("definition").path("file");
        if (script.isTextual()) {
            ((ObjectNode) tree)
                    .put("definition", text(file.resolveSibling(script.asText()).normalize()));
        }
        tree.forEach(part -> insertScripts(part, file));
    }

    /** The documents that were read before. */
    static List<JsonNode> trees(String documents) {
        return parse(Path.of(""), documents);
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
