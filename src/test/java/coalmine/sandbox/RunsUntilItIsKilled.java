package coalmine.sandbox;

import coalmine.time.Pace;
import coalmine.vamp.VampApi;
import java.util.concurrent.CountDownLatch;

/** A program that starts a sandbox with everything in it that is a process, says {@code up}, and stays. */
final class RunsUntilItIsKilled {

    public static void main(String[] arguments) throws InterruptedException {
        Sandbox sandbox = Sandbox.start(
                new Machine(), Sandbox.Options.atPace(new Pace(50)).on("127.5.3.1"));
        new VampApi(sandbox.vampUrl()).put("", """
                ---
                kind: breed
                name: plum:1
                deployable: magneticio/sava:1.0.0
                ports: {web: 8080/http}
                ---
                kind: deployment
                name: plum
                clusters: {plum: {services: {breed: plum:1, scale: {cpu: 0.1, memory: 64MB, instances: 2}}}}
                """);
        System.out.println("up");
        new CountDownLatch(1).await();
    }
}
