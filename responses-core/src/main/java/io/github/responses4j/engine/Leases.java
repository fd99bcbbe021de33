package io.github.responses4j.engine;

import io.github.responses4j.store.Lease;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that belong to this process. Renews their leases, and stops a run whose lease is lost, or may be: one that could not be
 * renewed in time is another's to take. Safe from any thread.
 */
final class Leases implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private static final int ROUNDS_PER_LEASE = 6;
    private static final int AT_ONCE = 8;

    /** How long a lease waits to be handed back, until it had better run out. */
    private static final Duration HAND_BACK = Duration.ofSeconds(2);

    /** After how many rounds without an answer a lease is given up: the last one is the margin. */
    private static final int PATIENCE = ROUNDS_PER_LEASE - 1;

    private final ResponseStore store;
    private final Duration ttl;
    private final Chores chores;
    private final Map<Lease, Held> held = new ConcurrentHashMap<>();
    private final AtomicBoolean started = new AtomicBoolean();
    /** Held while leases are prolonged: one that is handed back must not be prolonged again. */
    private final ReentrantLock prolonging = new ReentrantLock();
    /** A thread that nothing else waits for. */
    private final ExecutorService renewer = Threads.pool("responses-lease", 1);

    private final Runnable renewal;

    /**
     * Leases of which none is held.
     *
     * @param ttl for how long a lease lasts from each sign of life
     * @param chores where they are renewed
     */
    Leases(ResponseStore store, Duration ttl, Chores chores) {
        this.store = store;
        this.ttl = ttl;
        this.chores = chores;
        this.renewal = chores.alone(this::renewAll, renewer);
    }

    Chores chores() {
        return chores;
    }

    Duration ttl() {
        return ttl;
    }

    /**
     * Keeps a lease alive until it is let go.
     *
     * @param run is cancelled when the lease is lost
     */
    Held hold(Lease lease, Cancellation run) {
        Held mine = new Held(lease, run);
        held.put(lease, mine);
        if (started.compareAndSet(false, true)) {
            chores.every(ttl.dividedBy(ROUNDS_PER_LEASE), this::round);
        }
        return mine;
    }

    /** The responses whose leases are held. */
    Set<ResponseKey> keys() {
        Set<ResponseKey> keys = new HashSet<>();
        held.keySet().forEach(lease -> keys.add(key(lease)));
        return keys;
    }

    /** Stops the run of a response that was cancelled, or deleted, by another process. */
    void stop(ResponseKey key) {
        held.forEach((lease, mine) -> {
            if (key(lease).equals(key)) {
                mine.run.cancel();
            }
        });
    }

    /** Gives up what has not been renewed for too long, and asks for the rest; a store that hangs delays only the asking. */
    private void round() {
        held.values().forEach(Held::grow);
        if (!held.isEmpty()) {
            renewal.run();
        }
    }

    /** A few at a time: a row that somebody holds back must not cost all the others. */
    private void renewAll() {
        List<Map.Entry<Lease, Held>> all = List.copyOf(held.entrySet());
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            Map<Lease, Held> some = new HashMap<>();
            all.subList(from, Math.min(from + AT_ONCE, all.size()))
                    .forEach(entry -> some.put(entry.getKey(), entry.getValue()));
            prolonging.lock();
            try {
                some.keySet().retainAll(held.keySet());
                renew(some);
            } finally {
                prolonging.unlock();
            }
        }
    }

    private void renew(Map<Lease, Held> mine) {
        if (mine.isEmpty()) {
            return;
        }
        Set<Lease> kept;
        try {
            kept = store.renew(mine.keySet(), ttl);
        } catch (IllegalStateException e) {
            LOG.debug("the store is closed");
            return;
        } catch (RuntimeException e) {
            LOG.warn("leases cannot be renewed: {}", e.getMessage());
            return;
        }
        mine.forEach((lease, entry) -> {
            if (kept.contains(lease)) {
                entry.age = 0;
            } else {
                entry.lose();
            }
        });
    }

    /** Lets any process go on with a background response, at once and without counting this attempt. */
    void handBack(Lease lease) {
        held.remove(lease);
        boolean alone = false;
        try {
            alone = prolonging.tryLock(HAND_BACK.toMillis(), TimeUnit.MILLISECONDS);
            if (alone) {
                store.renew(Set.of(lease), Duration.ZERO);
            }
        } catch (StoreException | IllegalStateException e) {
            // The store is down, or closed already.
            LOG.debug("the lease of response {} will run out by itself", lease.id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (alone) {
                prolonging.unlock();
            }
        }
    }

    @Override
    public void close() {
        renewer.shutdown();
    }

    private static ResponseKey key(Lease lease) {
        return new ResponseKey(lease.tenant(), lease.id());
    }

    /** One lease that is held. */
    final class Held implements AutoCloseable {
        private final Lease lease;
        private final Cancellation run;
        private volatile int age;
        private volatile boolean lost;

        private Held(Lease lease, Cancellation run) {
            this.lease = lease;
            this.run = run;
        }

        /** Whether the run may have become another's. */
        boolean isLost() {
            return lost;
        }

        // Only the round counts, and a renewal that comes late is no worse than one that comes never.
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread counts
        private void grow() {
            if (++age >= PATIENCE) {
                lose();
            }
        }

        private void lose() {
            // A run that has ended on its own has let its lease go, or is about to.
            if (held.remove(lease, this)) {
                LOG.info("the lease of response {} is lost", lease.id());
                lost = true;
                run.cancel();
            }
        }

        @Override
        public void close() {
            held.remove(lease, this);
        }
    }
}
