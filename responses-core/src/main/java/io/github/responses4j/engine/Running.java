package io.github.responses4j.engine;

import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What runs in this process now, so that it can be cancelled by name, and waited for. Safe from any thread. */
final class Running {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<ResponseKey, Entry> entries = new HashMap<>();
    private int claiming;
    private boolean draining;
    private volatile boolean closing;

    /** A run that is in; two of one response may be for a moment. */
    static final class Entry {
        private final Cancellation cancellation;
        private final Runnable release;

        private Entry(Cancellation cancellation, Runnable release) {
            this.cancellation = cancellation;
            this.release = release;
        }
    }

    /** Refuses what is new once the engine is about to end. */
    void requireOpen() {
        if (isDraining()) {
            throw new ServerException("The server is shutting down.", true, null);
        }
    }

    boolean isDraining() {
        lock.lock();
        try {
            return draining;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Counts a run in.
     *
     * @param release asks it to let go as soon as it can be gone on with elsewhere
     */
    Entry enter(ResponseKey key, Cancellation cancellation, Runnable release) {
        Entry entry = new Entry(cancellation, release);
        if (add(key, entry)) {
            release.run();
        }
        return entry;
    }

    /** Counts somebody in who is about to claim runs, and to enter them. */
    void beginClaiming() {
        claiming(1);
    }

    void endClaiming() {
        claiming(-1);
    }

    private void claiming(int more) {
        lock.lock();
        try {
            claiming += more;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the entry came too late to be asked with the others. */
    private boolean add(ResponseKey key, Entry entry) {
        lock.lock();
        try {
            entries.put(key, entry);
            return draining;
        } finally {
            lock.unlock();
        }
    }

    void leave(ResponseKey key, Entry entry) {
        lock.lock();
        try {
            entries.remove(key, entry);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void cancel(ResponseKey key) {
        Entry entry = entry(key);
        if (entry != null) {
            entry.cancellation.cancel();
        }
    }

    /** The engine ends: whatever fails from now on may do so because of that, and what runs in the background is others' then. */
    void beginClosing() {
        closing = true;
    }

    /** Cancels everything. */
    void cancelAll() {
        now().forEach(entry -> entry.cancellation.cancel());
    }

    boolean isClosing() {
        return closing;
    }

    /** Lets nothing new in and asks everything to let go. */
    void drain() {
        lock.lock();
        try {
            draining = true;
        } finally {
            lock.unlock();
        }
        now().forEach(entry -> entry.release.run());
    }

    /**
     * Waits until nothing runs.
     *
     * @return whether it came to that in time; false also if the thread was interrupted, and it is so still
     */
    boolean awaitQuiet(Duration patience) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (!isQuiet() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return isQuiet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean isQuiet() {
        return entries.isEmpty() && claiming == 0;
    }

    private @Nullable Entry entry(ResponseKey key) {
        lock.lock();
        try {
            return entries.get(key);
        } finally {
            lock.unlock();
        }
    }

    private List<Entry> now() {
        lock.lock();
        try {
            return List.copyOf(entries.values());
        } finally {
            lock.unlock();
        }
    }
}
