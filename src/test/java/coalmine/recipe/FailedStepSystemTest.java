package coalmine.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import coalmine.recipe.Step.Method;
import coalmine.sandbox.Machine;
import coalmine.sandbox.Sandbox;
import coalmine.time.Pace;
import coalmine.time.PlatformDuration;
import coalmine.vamp.EventStream;
import coalmine.vamp.VampApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A step that fails says why, as far as the sandbox knows. */
class FailedStepSystemTest {

    private static final String HOST = "127.6.3.6";
    private static final int PORT = 9050;
    private static final Pace PACE = new Pace(20);
    private static Machine machine;
    private static Sandbox sandbox;
    private static VampApi vamp;

    @BeforeAll
    static void start() {
        machine = new Machine();
        sandbox = Sandbox.start(machine, Sandbox.Options.atPace(PACE).on(HOST));
        machine.warm().join();
        vamp = new VampApi(sandbox.vampUrl());
    }

    @AfterAll
    static void close() {
        sandbox.close();
        machine.close();
    }

    private static void run(String documents, String... await) {
        Step step = new Step(
                "the step",
                Method.CREATE,
                documents,
                "",
                Optional.empty(),
                Set.of(await),
                // Three seconds on the wall: many rounds of Vamp's, and time for a script to start.
                PlatformDuration.seconds(60));
        try (EventStream events = EventStream.open(vamp)) {
            new RecipeRunner(vamp, events, PACE, Duration.ZERO, result -> {}).run(step);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void for_a_gateway_whose_port_is_held_it_names_port_and_process() throws IOException {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Holds.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('!');

            assertThatThrownBy(() -> run(
                            "{kind: gateway, name: held, port: " + PORT
                                    + "/http, routes: {'[http://127.0.0.1:1]': {weight: 100%}}}",
                            "gateways:held",
                            "deployed"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContainingAll(
                            "; what failed meanwhile: ",
                            "failed gateways:held = gateway held does not listen: port " + PORT + " of " + HOST
                                    + " is in use by process " + holder.pid() + " (");
        } finally {
            holder.destroyForcibly();
        }
    }

    /** Holds the port, says so, and waits to be killed. */
    static final class Holds {
        public static void main(String[] arguments) throws IOException {
            try (ServerSocket socket = new ServerSocket(PORT, 1, InetAddress.getByName(HOST))) {
                System.out.print('!');
                System.out.flush();
                socket.accept();
            }
        }
    }

    @Test
    void for_a_workflow_that_requires_an_unknown_module_it_quotes_node() {
        assertThatThrownBy(() -> run("""
                        ---
                        kind: breed
                        name: wrong
                        deployable: {type: application/javascript, definition: "require('no-such-module')"}
                        ---
                        kind: workflow
                        name: wrong
                        breed: wrong
                        schedule: daemon
                        """, "workflows:wrong", "response:ok"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(
                        "; what failed meanwhile: ",
                        "failed workflows:wrong = Error: Cannot find module 'no-such-module'");
    }
}
