package coalmine.sandbox.marathon;

import java.util.Map;

/** A process that starts the command that it is given, and waits to be killed. */
final class CommandOwner {

    private CommandOwner() {}

    public static void main(String[] arguments) throws Exception {
        TaskSpec task = new TaskSpec("x.1", "/x", "", "127.0.0.1", Map.of(), Map.of());
        new Command(arguments[0]).start(task, new Container.Listener() {
            @Override
            public void running() {
                System.out.println("up");
            }

            @Override
            public void ended(int exitCode, String reason) {
                System.out.println(reason);
            }
        });
        System.in.read();
    }
}
