package io.github.responses4j.engine;

import io.github.responses4j.store.ResponseKey;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Wakes those of this process who wait for news of a response. Safe from any thread. */
final class Wakeups {
    private final Map<ResponseKey, Set<Sleeper>> sleepers = new ConcurrentHashMap<>();
    private volatile boolean ended;

    /** Begins to listen, for this thread: news from now on are not missed, however late {@link Sleeper#await} is called. */
    Sleeper listen(ResponseKey key) {
        Sleeper sleeper = new Sleeper(key);
        sleepers.compute(key, (k, others) -> {
            Set<Sleeper> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(sleeper);
            return all;
        });
        return sleeper;
    }

    void wake(ResponseKey key) {
        Set<Sleeper> all = sleepers.get(key);
        if (all != null) {
            all.forEach(Sleeper::ring);
        }
    }

    /** The responses of which somebody awaits news. */
    Set<ResponseKey> awaited() {
        return Set.copyOf(sleepers.keySet());
    }

    boolean isAwaited(ResponseKey key) {
        return sleepers.containsKey(key);
    }

    /** Wakes everybody, to leave. */
    void end() {
        ended = true;
        sleepers.values().forEach(all -> all.forEach(Sleeper::ring));
    }

    /** Whether nobody should wait any more. */
    boolean isEnded() {
        return ended;
    }

    /** One who waits; for the thread that made it, apart from {@link #ring}. There are thousands, so it is no more than a thread and a flag. */
    final class Sleeper implements AutoCloseable {
        private final ResponseKey key;
        private final Thread thread = Thread.currentThread();
        private volatile boolean rung;

        private Sleeper(ResponseKey key) {
            this.key = key;
        }

        /** Waits until there may be news since the last call, at most for a time; now and then for less, without news. */
        void await(Duration patience) throws InterruptedException {
            if (!rung) {
                LockSupport.parkNanos(this, patience.toNanos());
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            rung = false;
        }

        /** Ends the waiting, from any thread. */
        void ring() {
            rung = true;
            LockSupport.unpark(thread);
        }

        @Override
        public void close() {
            sleepers.computeIfPresent(key, (k, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }
}
