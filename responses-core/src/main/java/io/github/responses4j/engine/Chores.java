package io.github.responses4j.engine;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine does beside its runs. The clock's thread only says when; whatever may wait for the store is done by others, so a store
 * that hangs stops no clock. Safe from any thread.
 */
final class Chores implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);
    private static final int THREADS = 4;

    private final ScheduledExecutorService timer = Threads.timer("responses-clock");
    private final ExecutorService workers = Threads.pool("responses-chore", THREADS);

    /** Calls something that is quick again and again; it ends with the engine. */
    void every(Duration pause, Runnable quick) {
        Runnable safe = guarded(quick);
        try {
            Future<?> unused =
                    timer.scheduleWithFixedDelay(safe, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("the engine is closed");
        }
    }

    /** Calls something that is quick, once, after a while; never if the engine ends before. */
    void after(Duration pause, Runnable quick) {
        try {
            Future<?> unused = timer.schedule(guarded(quick), pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("the engine is closed");
        }
    }

    /** Does something that may wait for the store. */
    @Override
    public void execute(Runnable chore) {
        try {
            workers.execute(guarded(chore));
        } catch (RejectedExecutionException closed) {
            LOG.debug("the engine is closed");
        }
    }

    /** As {@link #alone(Runnable, Executor)}, among the other chores. */
    Runnable alone(Runnable chore) {
        return alone(chore, this);
    }

    /**
     * What is done once at a time: asked for while it is being done, it is left out.
     *
     * @param chore what may wait for the store
     * @param threads where it is done
     * @return asks for it; quick
     */
    Runnable alone(Runnable chore, Executor threads) {
        AtomicBoolean busy = new AtomicBoolean();
        Runnable once = guarded(chore);
        return () -> {
            if (busy.compareAndSet(false, true)) {
                boolean begun = false;
                try {
                    threads.execute(() -> {
                        try {
                            once.run();
                        } finally {
                            busy.set(false);
                        }
                    });
                    begun = true;
                } catch (RejectedExecutionException closed) {
                    LOG.debug("the engine is closed");
                } finally {
                    if (!begun) {
                        // It must be possible to ask again, also where there was no memory for a thread.
                        busy.set(false);
                    }
                }
            }
        };
    }

    /** What throws would never be called again, in silence. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.warn("{}", e.getMessage(), e);
            }
        };
    }

    /** Ends the clock; chores that have begun come to their end. */
    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdown();
    }
}
