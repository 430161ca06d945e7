package coalmine.cli;

import java.util.concurrent.CountDownLatch;

/**
 * What becomes of a command when somebody presses Ctrl-C, or sends it SIGTERM: it is told, may undo what it has done, and ends the process only then. Opened
 * before anything is done, and closed when everything is undone.
 */
final class Interruption implements AutoCloseable {

    private final Thread working = Thread.currentThread();
    private final Thread hook = new Thread(this::come, "interruption");
    private final CountDownLatch came = new CountDownLatch(1);
    private final CountDownLatch undone = new CountDownLatch(1);
    private boolean undoing;
    private int exitCode = 1;

    Interruption() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void come() {
        came.countDown();
        synchronized (this) {
            if (!undoing) {
                working.interrupt();
            }
        }
        try {
            undone.await();
        } catch (InterruptedException e) {
            // nobody interrupts a hook; if somebody did, it would be to end at once
        }
        // The code that the signal would give says nothing of what became of the clean-up.
        Runtime.getRuntime().halt(exitCode());
    }

    private synchronized int exitCode() {
        return exitCode;
    }

    boolean hasCome() {
        return came.getCount() == 0;
    }

    /** From here on the working thread is left in peace, as what it does now is to undo what it did. */
    synchronized void undoing() {
        undoing = true;
        Thread.interrupted();
    }

    /** Waits until it comes, as the one way to end that there is; so it is no failure. */
    void await() {
        synchronized (this) {
            exitCode = 0;
        }
        try {
            came.await();
        } catch (InterruptedException e) {
            // by its own hook
        }
        undoing();
    }

    /** Everything is undone; if it has come, the process ends now. */
    @Override
    public void close() {
        undone.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook itself ends the process
        }
    }
}
