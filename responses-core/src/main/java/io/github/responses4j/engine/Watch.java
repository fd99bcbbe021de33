package io.github.responses4j.engine;

import io.github.responses4j.store.Progress;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices what other processes do to the responses that this one reads or works on: one question to the store for all of them, often
 * while things move, seldom when they rest, never when there are none. Safe from any thread.
 */
final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final Duration SHORTEST = Duration.ofMillis(50);

    private final ResponseStore store;
    private final Wakeups wakeups;
    private final Leases leases;
    private final Chores chores;
    private final Duration longest;
    private Map<ResponseKey, Progress> known = Map.of();
    private Duration pause = SHORTEST;
    private boolean asking;
    private boolean again;
    private boolean planned;
    private boolean attended;

    /**
     * A watch that has nothing to do.
     *
     * @param wakeups those who wait for news
     * @param leases the runs of this process, to be stopped if they are cancelled elsewhere
     * @param longest how long the store is left alone at most while there is something to watch
     */
    Watch(ResponseStore store, Wakeups wakeups, Leases leases, Chores chores, Duration longest) {
        this.store = store;
        this.wakeups = wakeups;
        this.leases = leases;
        this.chores = chores;
        this.longest = longest;
    }

    /** There is something to watch from now on. */
    synchronized void attend() {
        attended = true;
        if (!planned && !asking) {
            plan(SHORTEST.compareTo(longest) < 0 ? SHORTEST : longest);
        }
    }

    /** There may be news right now. */
    void hint(ResponseKey key) {
        if (wakeups.isAwaited(key) || leases.keys().contains(key)) {
            look();
        }
    }

    private void plan(Duration next) {
        pause = next;
        planned = true;
        chores.after(next, this::due);
    }

    private void due() {
        synchronized (this) {
            planned = false;
        }
        look();
    }

    private void look() {
        synchronized (this) {
            if (asking) {
                again = true;
                return;
            }
            asking = true;
            attended = false;
        }
        beginToAsk();
    }

    private void beginToAsk() {
        boolean begun = false;
        try {
            chores.execute(this::ask);
            begun = true;
        } finally {
            if (!begun) {
                // There is no memory for a thread, perhaps; the clock goes on.
                rest();
            }
        }
    }

    private synchronized void rest() {
        asking = false;
        plan(longest);
    }

    private void ask() {
        boolean moved = false;
        boolean idle = false;
        try {
            Set<ResponseKey> own = leases.keys();
            Set<ResponseKey> watched = new HashSet<>(wakeups.awaited());
            // What this process writes itself wakes its readers at once.
            watched.removeAll(own);
            watched.addAll(own);
            idle = watched.isEmpty();
            moved = !idle && ask(watched, own);
        } catch (IllegalStateException e) {
            LOG.debug("the store is closed");
        } catch (RuntimeException e) {
            LOG.warn("the store does not tell what has changed: {}", e.getMessage());
        } finally {
            planNext(moved, idle);
        }
    }

    private boolean ask(Set<ResponseKey> watched, Set<ResponseKey> own) {
        Map<ResponseKey, Progress> now = store.changed(watched);
        boolean moved = false;
        for (ResponseKey key : watched) {
            Progress progress = now.get(key);
            if (own.contains(key)) {
                if (progress == null || progress.status() == ResponseStatus.CANCELLED) {
                    leases.stop(key);
                    wakeups.wake(key);
                }
            } else if (changed(key, progress)) {
                moved = true;
                wakeups.wake(key);
            }
        }
        // What is this process's now may be read as another's later.
        Map<ResponseKey, Progress> seen = new HashMap<>(now);
        seen.keySet().removeAll(own);
        known = seen;
        return moved;
    }

    private boolean changed(ResponseKey key, @Nullable Progress progress) {
        return progress == null || !progress.equals(known.get(key));
    }

    private synchronized void planNext(boolean moved, boolean idle) {
        asking = false;
        if (again) {
            again = false;
            asking = true;
            beginToAsk();
        } else if (!planned && (!idle || attended)) {
            Duration doubled = moved ? SHORTEST : pause.multipliedBy(2);
            plan(doubled.compareTo(longest) < 0 ? doubled : longest);
        }
    }
}
