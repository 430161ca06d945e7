package coalmine.sandbox.workflow;

import com.caoccao.javet.enums.JSRuntimeType;
import com.caoccao.javet.interop.V8Host;
import com.caoccao.javet.interop.loader.IJavetLibLoadingListener;
import com.caoccao.javet.interop.loader.JavetLibLoader;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The program of an agent process: starts and kills workflows as it is told on its standard input, and says on its standard output what becomes of
 * them. Ends when its input does.
 */
final class Agent {

    private final PrintStream output;
    private final Map<String, WorkflowRunner> runners = new ConcurrentHashMap<>();
    private final PlatformClock clock = new PlatformClock();

    private Agent(PrintStream output) {
        this.output = output;
    }

    public static void main(String[] arguments) throws IOException {
        Agent agent = new Agent(System.out);
        // What libraries print must not look like a message.
        System.setOut(System.err);
        loadNode();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            agent.obey(Message.read(line));
        }
        // Isolates may be in the middle of anything; there is nothing to tidy up that the system does not.
        Runtime.getRuntime().halt(0);
    }

    private static void loadNode() {
        JavetLibLoader.setLibLoadingListener(new IJavetLibLoadingListener() {
            @Override
            public File getLibPath(JSRuntimeType type) {
                return new File(System.getProperty("javet.folder"));
            }

            @Override
            public boolean isDeploy(JSRuntimeType type) {
                return false;
            }
        });
        V8Host.getNodeInstance();
    }

    private void obey(Message message) {
        switch (message.word()) {
            case "start" -> start(message.texts());
            case "kill" -> {
                WorkflowRunner runner = runners.get(message.text(0));
                if (runner != null) {
                    runner.kill();
                }
            }
            case "hold" -> clock.hold(Long.parseLong(message.text(0)));
            case "go-on" -> clock.goOn(Long.parseLong(message.text(0)));
            default -> throw new IllegalArgumentException("an unknown message: " + message);
        }
    }

    private void start(List<String> texts) {
        String taskId = texts.get(0);
        clock.start(Double.parseDouble(texts.get(1)), Long.parseLong(texts.get(2)));
        Map<String, String> env = new LinkedHashMap<>();
        for (int i = 3; i < texts.size(); i += 2) {
            env.put(texts.get(i), texts.get(i + 1));
        }
        WorkflowRunner runner = new WorkflowRunner(env, clock, new WorkflowRunner.Voice() {
            @Override
            public void running() {
                tell(Message.of("running", taskId));
            }

            @Override
            public void line(String text) {
                tell(Message.of("line", taskId, text));
            }

            @Override
            public void failed(String text) {
                tell(Message.of("failed", taskId, text));
            }

            @Override
            public void ended(int code, String reason) {
                runners.remove(taskId);
                tell(Message.of("ended", taskId, Integer.toString(code), reason));
            }
        });
        runners.put(taskId, runner);
        runner.start();
    }

    private synchronized void tell(Message message) {
        output.println(message.line());
        output.flush();
    }
}
