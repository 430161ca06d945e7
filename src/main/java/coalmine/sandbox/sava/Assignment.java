package coalmine.sandbox.sava;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a blank process is to become. It travels as one line of text.
 *
 * @param address the address to listen on
 * @param ports host port per container port
 * @param service the name to show
 * @param version the version to show
 * @param instance what tells this instance from others: the id of its task
 * @param pace how many platform seconds pass in a second, for what the service may one day wait for
 * @param env the environment; nothing in it is interpreted yet
 */
record Assignment(
        String address,
        Map<Integer, Integer> ports,
        String service,
        String version,
        String instance,
        String pace,
        Map<String, String> env) {

    /** The line that {@link #parse} reads: fields between ampersands, each with an equals sign between key and value. */
    String toLine() {
        List<String> fields = new ArrayList<>();
        add(fields, "address", address);
        for (Map.Entry<Integer, Integer> port : ports.entrySet()) {
            add(
                    fields,
                    "port.".concat(port.getKey().toString()),
                    port.getValue().toString());
        }
        add(fields, "service", service);
        add(fields, "version", version);
        add(fields, "instance", instance);
        add(fields, "pace", pace);
        for (Map.Entry<String, String> variable : env.entrySet()) {
            add(fields, "env.".concat(variable.getKey()), variable.getValue());
        }
        return String.join("&", fields);
    }

    private static void add(List<String> fields, String key, String value) {
        fields.add(URLEncoder.encode(key, StandardCharsets.UTF_8)
                .concat("=")
                .concat(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    }

    /**
     * Reads a line that {@link #toLine} wrote.
     *
     * @throws IllegalArgumentException if the line was not written by it
     */
    static Assignment parse(String line) {
        Map<String, String> single = new LinkedHashMap<>();
        Map<Integer, Integer> ports = new LinkedHashMap<>();
        Map<String, String> env = new LinkedHashMap<>();
        int from = 0;
        while (from < line.length()) {
            int end = line.indexOf('&', from);
            String field = line.substring(from, end < 0 ? line.length() : end);
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("not an assignment: " + line);
            }
            String key = URLDecoder.decode(field.substring(0, equals), StandardCharsets.UTF_8);
            String value = URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8);
            if (key.startsWith("port.")) {
                ports.put(Integer.valueOf(key.substring(5)), Integer.valueOf(value));
            } else if (key.startsWith("env.")) {
                env.put(key.substring(4), value);
            } else {
                single.put(key, value);
            }
            from = end < 0 ? line.length() : end + 1;
        }
        return new Assignment(
                single.get("address"),
                ports,
                single.get("service"),
                single.get("version"),
                single.get("instance"),
                single.get("pace"),
                env);
    }
}
