package io.github.responses4j.engine;

import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.Progress;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.tool.Cancellation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims background responses and has them worked on, a bounded number at once. Holds their leases while they run; a run whose lease is
 * lost is cancelled. Safe from any thread.
 */
final class BackgroundRuns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundRuns.class);
    private static final int RENEWALS_PER_LEASE = 6;

    private final ResponseStore store;
    private final NodeId node;
    private final BackgroundLimits limits;
    private final BiConsumer<Claim, Cancellation> work;
    private final ExecutorService workers;
    private final ScheduledExecutorService timer;
    /** Plans of this process, which know more than the store: secrets are kept nowhere else. */
    private final Map<ResponseKey, Plan> plans = new ConcurrentHashMap<>();

    private final Map<Lease, Cancellation> held = new ConcurrentHashMap<>();
    private final List<Future<?>> rounds = new ArrayList<>();

    /**
     * A crew that has not begun.
     *
     * @param node who claims
     * @param work carries a claimed response out, on the thread that calls it, until it ends or is cancelled
     */
    BackgroundRuns(ResponseStore store, NodeId node, BackgroundLimits limits, BiConsumer<Claim, Cancellation> work) {
        this.store = store;
        this.node = node;
        this.limits = limits;
        this.work = work;
        this.workers = Threads.pool("responses-background", limits.maxRuns());
        this.timer = Threads.timer("responses-lease");
    }

    /** Begins to look for work, also for what other processes have left. Does nothing the second time. */
    synchronized void start() {
        if (rounds.isEmpty()) {
            long poll = limits.poll().toNanos();
            // Neither round ever throws: both would end with it.
            long renewal = Math.max(1, limits.lease().toNanos() / RENEWALS_PER_LEASE);
            rounds.add(timer.scheduleWithFixedDelay(this::look, poll, poll, TimeUnit.NANOSECONDS));
            rounds.add(timer.scheduleWithFixedDelay(this::renew, renewal, renewal, TimeUnit.NANOSECONDS));
        }
    }

    /** Has a response worked on that is about to be queued. */
    void expect(Plan plan) {
        plans.put(plan.key(), plan);
    }

    /** The response is queued: somebody should claim it. */
    void queued() {
        start();
        look();
    }

    /** A response will not be worked on. */
    void forget(ResponseKey key) {
        plans.remove(key);
    }

    /** The plan of a response that this process has queued itself; null for another's. */
    @Nullable
    Plan takePlan(ResponseKey key) {
        return plans.remove(key);
    }

    private void look() {
        try {
            workers.execute(this::workOff);
        } catch (RejectedExecutionException closed) {
            LOG.debug("no work is looked for: the engine is closed");
        }
    }

    private void workOff() {
        while (!workers.isShutdown()) {
            List<Claim> claims;
            try {
                claims = store.claim(node, 1, limits.lease());
            } catch (StoreException e) {
                LOG.warn("background responses cannot be claimed: {}", e.getMessage());
                return;
            } catch (IllegalStateException closed) {
                LOG.debug("the store is closed");
                return;
            }
            if (claims.isEmpty()) {
                return;
            }
            claims.forEach(this::carryOut);
        }
    }

    private void carryOut(Claim claim) {
        Cancellation cancellation = new Cancellation();
        held.put(claim.lease(), cancellation);
        try {
            work.accept(claim, cancellation);
        } catch (RuntimeException | Error e) {
            // One run must not take its worker with it; the lease runs out, and another one sees to it.
            LOG.error("background response {} was given up", claim.lease().id(), e);
        } finally {
            held.remove(claim.lease());
        }
    }

    private void renew() {
        try {
            Map<Lease, Cancellation> mine = new HashMap<>(held);
            if (!mine.isEmpty()) {
                Set<Lease> kept = store.renew(mine.keySet(), limits.lease());
                mine.forEach((lease, cancellation) -> {
                    if (!kept.contains(lease)) {
                        cancellation.cancel();
                    }
                });
            }
            forgetEnded();
        } catch (RuntimeException e) {
            LOG.warn("leases cannot be renewed: {}", e.getMessage());
        }
    }

    /** Plans of responses that were cancelled, or worked on, elsewhere. */
    private void forgetEnded() {
        Set<ResponseKey> waiting = Set.copyOf(plans.keySet());
        if (waiting.isEmpty()) {
            return;
        }
        Map<ResponseKey, Progress> now = store.changed(waiting);
        for (ResponseKey key : waiting) {
            Progress progress = now.get(key);
            if (progress != null && progress.status() != ResponseStatus.QUEUED) {
                plans.remove(key);
            }
        }
    }

    /** Stops to claim, and cancels what runs: it is handed back. */
    @Override
    public synchronized void close() {
        rounds.forEach(round -> round.cancel(false));
        timer.shutdownNow();
        workers.shutdown();
        held.values().forEach(Cancellation::cancel);
    }
}
