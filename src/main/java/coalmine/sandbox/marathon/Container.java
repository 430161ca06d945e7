package coalmine.sandbox.marathon;

/** A task's container: a process of its own, or an isolate in one. */
public interface Container {

    /** Hears of a container's life. {@code ended} comes exactly once and last, also for a container that never ran. */
    interface Listener {

        /** The container runs: its process lives and its ports answer. */
        void running();

        /**
         * The container has ended, for whatever reason.
         *
         * @param exitCode the exit code of its process; 137 after a SIGKILL
         * @param reason one line for people, such as the reason why it could not start
         */
        void ended(int exitCode, String reason);
    }

    /** Kills the container at once, as SIGKILL does; without effect if it has ended. */
    void kill();
}
