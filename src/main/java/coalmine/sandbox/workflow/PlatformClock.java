package coalmine.sandbox.workflow;

/** The sandbox's clock as an agent process knows it: what it was told last, carried on by its own monotonic clock. */
final class PlatformClock {

    private double pace = 1;
    private double toldMillis;
    private long toldAtNanos = System.nanoTime();
    private boolean running = true;

    synchronized void start(double newPace, long nowMillis) {
        pace = newPace;
        tell(nowMillis);
    }

    synchronized void hold(long nowMillis) {
        running = false;
        tell(nowMillis);
    }

    synchronized void goOn(long nowMillis) {
        running = true;
        tell(nowMillis);
        notifyAll();
    }

    private void tell(long nowMillis) {
        toldMillis = nowMillis;
        toldAtNanos = System.nanoTime();
    }

    synchronized double nowMillis() {
        return running ? toldMillis + (System.nanoTime() - toldAtNanos) / 1e6 * pace : toldMillis;
    }

    synchronized double pace() {
        return pace;
    }

    /**
     * Waits until a moment of the platform has come and the clock runs.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    synchronized void awaitMillis(double moment) throws InterruptedException {
        while (!running || nowMillis() < moment) {
            if (running) {
                wait(Math.max(1, (long) Math.ceil((moment - nowMillis()) / pace)));
            } else {
                wait();
            }
        }
    }
}
