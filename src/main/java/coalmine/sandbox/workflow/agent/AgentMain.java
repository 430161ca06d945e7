package coalmine.sandbox.workflow.agent;

import com.caoccao.javet.enums.JSRuntimeType;
import com.caoccao.javet.enums.V8AwaitMode;
import com.caoccao.javet.exceptions.JavetException;
import com.caoccao.javet.interop.NodeRuntime;
import com.caoccao.javet.interop.V8Host;
import com.caoccao.javet.interop.loader.IJavetLibLoadingListener;
import com.caoccao.javet.interop.loader.JavetLibLoader;
import com.caoccao.javet.interop.options.NodeRuntimeOptions;
import com.caoccao.javet.values.reference.V8ValueObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The workflow agent's process: a JVM for no other reason than that Node.js comes as a library for one. All that the agent does is done by
 * {@code supervisor.js}, which runs in Node.js's main thread and gives each container a worker thread, an isolate of its own.
 */
public final class AgentMain {

    /** System property: the folder with Node.js's native library, which is not unpacked anew. */
    public static final String LIBRARY_PROPERTY = "coalmine.javet.library";

    private static final String RESOURCES = "/coalmine/sandbox/workflow/";

    /** The agent's own sources, and the modules that a workflow may require. */
    private static final List<String> SOURCES = List.of(
            "isolate.js",
            "node_modules/highland/index.js",
            "node_modules/vamp-node-client/index.js",
            "node_modules/vamp-node-client/api.js",
            "node_modules/vamp-node-client/http.js",
            "node_modules/vamp-node-client/elasticsearch-metrics.js");

    private AgentMain() {}

    /**
     * Runs until the standard input ends.
     *
     * @param arguments the folder of the user's own modules, or none
     * @throws JavetException if Node.js cannot be loaded
     * @throws IOException if a source is missing
     */
    public static void main(String[] arguments) throws JavetException, IOException {
        JavetLibLoader.setLibLoadingListener(new UnpackedLibrary());
        // Little for the young, which is what most of an idle worker's memory would be, and no threads that wait to
        // help.
        NodeRuntimeOptions.V8_FLAGS.setCustomFlags("--single-threaded-gc --max-lazy");
        // Javet makes all scripts strict, which Node.js does not.
        NodeRuntimeOptions.V8_FLAGS.setUseStrict(false);
        NodeRuntime node = V8Host.getNodeInstance().createV8Runtime(new NodeRuntimeOptions());
        try (V8ValueObject sources = node.createV8ValueObject()) {
            for (String source : SOURCES) {
                sources.set(source, read(source));
            }
            node.getGlobalObject().set("coalmineSources", sources);
            node.getGlobalObject().set("coalmineModules", arguments.length == 0 ? "" : arguments[0]);
        }
        node.getExecutor(read("supervisor.js")).executeVoid();
        // It blocks while nothing happens, unlike RunTillNoMoreTasks, which looks a thousand times a second.
        while (node.await(V8AwaitMode.RunOnce)) {}
        Runtime.getRuntime().halt(0);
    }

    private static String read(String source) throws IOException {
        try (InputStream stream = AgentMain.class.getResourceAsStream(RESOURCES + source)) {
            if (stream == null) {
                throw new IOException("no resource " + RESOURCES + source);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static final class UnpackedLibrary implements IJavetLibLoadingListener {
        @Override
        public File getLibPath(JSRuntimeType type) {
            return new File(System.getProperty(LIBRARY_PROPERTY));
        }

        @Override
        public boolean isDeploy(JSRuntimeType type) {
            return false;
        }
    }
}
