package io.github.responses4j.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * One slow clock for everything that waits for a long time: it looks at all of it now and then, on the server's own timer thread, so
 * nobody needs a timer of its own. Stands still while nobody listens.
 */
final class Pulse {
    private final Scheduler scheduler;
    private final long tickMillis;
    private final Set<Beat> beats = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean ticking = new AtomicBoolean();

    /**
     * A clock.
     *
     * @param scheduler the timer
     * @param tickMillis how often it looks, at least 1
     */
    Pulse(Scheduler scheduler, long tickMillis) {
        this.scheduler = scheduler;
        this.tickMillis = Math.max(1, tickMillis);
    }

    void add(Beat beat) {
        beats.add(beat);
        wake();
    }

    void remove(Beat beat) {
        beats.remove(beat);
    }

    private void wake() {
        if (!beats.isEmpty() && ticking.compareAndSet(false, true)) {
            scheduler.schedule(this::tick, tickMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        long now = System.nanoTime();
        beats.forEach(beat -> beat.beat(now));
        ticking.set(false);
        wake();
    }

    /** Something that is looked at. */
    @FunctionalInterface
    interface Beat {
        /**
         * Looks.
         *
         * @param now the time as {@link System#nanoTime()} tells it; must not block and must not throw
         */
        void beat(long now);
    }
}
