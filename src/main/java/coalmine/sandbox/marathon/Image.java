package coalmine.sandbox.marathon;

/** A container image of the sandbox's catalogue: what an app's tasks run. */
public interface Image {

    /**
     * Starts a container. Returns at once; the listener hears of what becomes of it.
     *
     * @param task what to start, and where
     * @param listener is told, from any thread, when the container runs and when it has ended
     * @return the container, which may still be starting
     */
    Container start(TaskSpec task, Container.Listener listener);
}
