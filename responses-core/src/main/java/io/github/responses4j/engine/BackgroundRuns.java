package io.github.responses4j.engine;

import io.github.responses4j.store.Claim;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.Progress;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims background responses and has them worked on, a bounded number at once; ends what dead processes have left in the foreground.
 * Safe from any thread.
 */
final class BackgroundRuns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundRuns.class);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(5);
    private static final int REAPED_AT_ONCE = 64;
    private static final int MAX_MISSES = 1000;

    private final ResponseStore store;
    private final NodeId node;
    private final BackgroundLimits limits;
    private final Leases leases;
    private final Chores chores;
    private final Running running;
    private final ExecutorService workers;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicInteger atWork = new AtomicInteger();
    private final AtomicBoolean turnedAway = new AtomicBoolean();
    private volatile boolean closed;
    /** Plans of this process, which know more than the store: secrets are kept nowhere else. */
    private final Map<ResponseKey, Waiting> plans = new ConcurrentHashMap<>();

    /** A plan, and how often its response was not found: a transaction that would create it may have been rolled back. */
    private record Waiting(Plan plan, AtomicInteger misses) {}

    /** What is done with what was claimed. */
    interface Work {
        /** Carries a background response out, on the thread that calls it, until it ends or is cancelled. */
        void carryOut(Claim claim, Cancellation cancellation);

        /** Ends a foreground response that its process has left. */
        void bury(Claim claim);
    }

    /**
     * A crew that has not begun.
     *
     * @param node who claims
     * @param leases keeps what is claimed
     * @param running is told of what is about to run
     */
    BackgroundRuns(ResponseStore store, NodeId node, BackgroundLimits limits, Leases leases, Running running) {
        this.store = store;
        this.node = node;
        this.limits = limits;
        this.leases = leases;
        this.chores = leases.chores();
        this.running = running;
        this.workers = Threads.pool("responses-background", limits.maxRuns());
    }

    /** Begins to look for work, also for what other processes have left. Does nothing the second time. */
    void start(Work work) {
        if (started.compareAndSet(false, true)) {
            Runnable reaping = chores.alone(() -> reap(work));
            chores.every(limits.poll(), () -> {
                look(work);
                reaping.run();
            });
            chores.every(HOUSEKEEPING, () -> chores.execute(this::forgetEnded));
        }
    }

    /** Has a response worked on that is about to be queued. */
    void expect(Plan plan) {
        plans.put(plan.key(), new Waiting(plan, new AtomicInteger()));
    }

    /** The response is queued: somebody should claim it. */
    void queued(Work work) {
        start(work);
        look(work);
    }

    /** A response will not be worked on. */
    void forget(ResponseKey key) {
        plans.remove(key);
    }

    /** The plan of a response that this process has queued itself; null for another's. */
    @Nullable
    Plan takePlan(ResponseKey key) {
        Waiting waiting = plans.remove(key);
        return waiting == null ? null : waiting.plan();
    }

    private void look(Work work) {
        if (closed || isFull()) {
            // Who is at work looks for more when he has done.
            return;
        }
        try {
            workers.execute(() -> workOff(work));
        } catch (RejectedExecutionException e) {
            LOG.debug("no work is looked for: the engine is closed");
        }
    }

    /** Whether there is no room for one more at work; who comes to his end from now on looks for him. */
    private boolean isFull() {
        if (atWork.get() < limits.maxRuns()) {
            return false;
        }
        turnedAway.set(true);
        return atWork.get() >= limits.maxRuns();
    }

    private void workOff(Work work) {
        atWork.incrementAndGet();
        running.beginClaiming();
        try {
            List<Claim> claims = claim();
            while (!claims.isEmpty()) {
                claims.forEach(claim -> carryOut(claim, work));
                claims = claim();
            }
        } finally {
            running.endClaiming();
            atWork.decrementAndGet();
        }
        // There was nothing when this one asked for the last time, but that is a while ago.
        if (turnedAway.getAndSet(false)) {
            look(work);
        }
    }

    private List<Claim> claim() {
        if (closed) {
            return List.of();
        }
        try {
            return store.claim(node, 1, leases.ttl());
        } catch (StoreException e) {
            LOG.warn("background responses cannot be claimed: {}", e.getMessage());
        } catch (IllegalStateException e) {
            LOG.debug("the store is closed");
        }
        return List.of();
    }

    private void carryOut(Claim claim, Work work) {
        Cancellation cancellation = new Cancellation();
        try (Leases.Held ignored = leases.hold(claim.lease(), cancellation)) {
            work.carryOut(claim, cancellation);
        } catch (RuntimeException | Error e) {
            // One run must not take its worker with it.
            if (running.isClosing()) {
                LOG.debug(
                        "background response {} is left to others: the engine is closed",
                        claim.lease().id(),
                        e);
            } else {
                // Its lease runs out, and another one sees to it.
                LOG.error("background response {} was given up", claim.lease().id(), e);
            }
        } finally {
            if (running.isClosing()) {
                leases.handBack(claim.lease());
            }
        }
    }

    private void reap(Work work) {
        if (closed) {
            return;
        }
        try {
            store.reap(node, REAPED_AT_ONCE, leases.ttl()).forEach(claim -> bury(claim, work));
        } catch (IllegalStateException e) {
            LOG.debug("the store is closed");
        } catch (StoreException e) {
            if (running.isClosing()) {
                LOG.debug("what was left behind is left to others: the engine is closed", e);
            } else {
                LOG.warn("what was left behind cannot be ended: {}", e.getMessage());
            }
        }
    }

    private static void bury(Claim claim, Work work) {
        try {
            work.bury(claim);
        } catch (RuntimeException e) {
            // It is reaped again when this lease has run out.
            LOG.warn(
                    "response {} was left behind and cannot be ended: {}",
                    claim.lease().id(),
                    e.getMessage());
        }
    }

    /** Plans of responses that were cancelled, or worked on, elsewhere. */
    private void forgetEnded() {
        Map<ResponseKey, Waiting> waiting = Map.copyOf(plans);
        if (waiting.isEmpty()) {
            return;
        }
        Map<ResponseKey, Progress> now = store.changed(waiting.keySet());
        waiting.forEach((key, entry) -> {
            Progress progress = now.get(key);
            // One that is in progress may have been claimed by this process just now.
            boolean over = progress == null
                    ? entry.misses().incrementAndGet() > MAX_MISSES
                    : progress.status().isTerminal();
            if (over) {
                plans.remove(key, entry);
            }
        });
    }

    /** Claims nothing more; what runs goes on. */
    void stopClaiming() {
        closed = true;
    }

    /** Claims nothing more, and lets its threads end with what they are doing. */
    @Override
    public void close() {
        closed = true;
        workers.shutdown();
    }
}
