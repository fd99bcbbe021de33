package io.github.responses4j.tool;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One bit that says "stop", from any thread and for ever. Cancelling is idempotent and runs what was hung on it, such as closing a
 * socket, at once and on the cancelling thread.
 */
public final class Cancellation {
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final List<Runnable> hooks = new CopyOnWriteArrayList<>();

    /** A bit that is not set. */
    public Cancellation() {}

    /** Stops whatever listens. */
    public void cancel() {
        if (cancelled.compareAndSet(false, true)) {
            hooks.forEach(Runnable::run);
        }
    }

    /** Whether someone has cancelled. */
    public boolean isCancelled() {
        return cancelled.get();
    }

    /**
     * Runs a hook on cancel, at once if that has already happened.
     *
     * @param hook quick, must not throw, and harmless to run twice
     * @return takes the hook off again when closed
     */
    public Registration onCancel(Runnable hook) {
        hooks.add(hook);
        if (cancelled.get()) {
            hook.run();
        }
        return () -> hooks.remove(hook);
    }

    /** A hook that hangs on a cancellation. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
