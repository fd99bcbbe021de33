package io.github.responses4j.engine;

import io.github.responses4j.store.ResponseKey;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes those of this process who wait for news of a response. Safe from any thread. */
final class Wakeups {
    private final Map<ResponseKey, Set<Semaphore>> sleepers = new ConcurrentHashMap<>();

    /** Begins to listen: news from now on are not missed, however late {@link Sleeper#await} is called. */
    Sleeper listen(ResponseKey key) {
        Semaphore bell = new Semaphore(0);
        sleepers.compute(key, (k, bells) -> {
            Set<Semaphore> all = bells == null ? ConcurrentHashMap.newKeySet() : bells;
            all.add(bell);
            return all;
        });
        return new Sleeper(key, bell);
    }

    void wake(ResponseKey key) {
        Set<Semaphore> bells = sleepers.get(key);
        if (bells != null) {
            bells.forEach(Semaphore::release);
        }
    }

    /** One who waits; for one thread, apart from {@link #ring}. */
    final class Sleeper implements AutoCloseable {
        private final ResponseKey key;
        private final Semaphore bell;

        private Sleeper(ResponseKey key, Semaphore bell) {
            this.key = key;
            this.bell = bell;
        }

        /** Waits until there may be news since the last call, at most for a time. */
        void await(Duration patience) throws InterruptedException {
            if (bell.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                bell.drainPermits();
            }
        }

        /** Ends the waiting, from any thread. */
        void ring() {
            bell.release();
        }

        @Override
        public void close() {
            sleepers.computeIfPresent(key, (k, bells) -> {
                bells.remove(bell);
                return bells.isEmpty() ? null : bells;
            });
        }
    }
}
