package io.github.responses4j.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done when something has taken too long. Almost nothing does: so the thread that waits is not woken for each deadline that is
 * set and taken back, only for one that comes before all others. What is done is quick. Safe from any thread.
 */
final class Deadlines implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    /** What is farther away never comes; differences of times this far are still numbers. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final ScheduledExecutorService timer = Threads.timer("responses-timer");
    /** Guarded by this, as is what follows. */
    private final TreeSet<Deadline> ahead = new TreeSet<>();

    private long count;
    /** When the thread looks next; null if it does not. */
    private @Nullable Long looks;

    private @Nullable Future<?> look;

    /**
     * Sets a deadline.
     *
     * @throws RejectedExecutionException if the engine is closed
     */
    synchronized Deadline in(Duration time, Runnable task) {
        if (timer.isShutdown()) {
            throw new RejectedExecutionException("the engine is closed");
        }
        Duration bounded = time.compareTo(LONGEST) > 0 ? LONGEST : time;
        Deadline deadline = new Deadline(System.nanoTime() + bounded.toNanos(), count++, task);
        ahead.add(deadline);
        look(deadline.at);
        return deadline;
    }

    private void look(long at) {
        if (looks == null || at - looks < 0) {
            if (look != null) {
                look.cancel(false);
            }
            looks = at;
            look = timer.schedule(this::ring, at - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void ring() {
        for (Deadline deadline : due()) {
            try {
                deadline.task.run();
            } catch (RuntimeException | Error e) {
                // The others are as important.
                LOG.warn("{}", e.getMessage(), e);
            }
        }
    }

    private synchronized List<Deadline> due() {
        List<Deadline> due = new ArrayList<>();
        looks = null;
        long now = System.nanoTime();
        while (!ahead.isEmpty() && ahead.first().at - now <= 0) {
            due.add(ahead.pollFirst());
        }
        if (!ahead.isEmpty() && !timer.isShutdown()) {
            look(ahead.first().at);
        }
        return due;
    }

    /** Ends the waiting; no deadline comes any more. */
    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** One deadline; to be closed when it is of no more use. */
    final class Deadline implements AutoCloseable, Comparable<Deadline> {
        private final long at;
        private final long number;
        private final Runnable task;

        private Deadline(long at, long number, Runnable task) {
            this.at = at;
            this.number = number;
            this.task = task;
        }

        @Override
        public int compareTo(Deadline other) {
            // A difference: the clock may start anywhere.
            return at == other.at ? Long.compare(number, other.number) : Long.compare(at - other.at, 0);
        }

        /** Takes the deadline back, if it has not come. */
        @Override
        public void close() {
            synchronized (Deadlines.this) {
                ahead.remove(this);
            }
        }
    }
}
