package io.github.responses4j.engine;

import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all runs of an engine share.
 *
 * @param store keeps responses
 * @param tools runs hosted tools
 * @param limits bounds every run
 * @param clock tells the time
 * @param ids makes ids
 * @param node names this process
 * @param timeToLive how long a tenant's responses are kept after their end; null for the store's own time
 * @param deadlines ends what takes too long
 * @param chores what is done beside the runs
 * @param leases what belongs to this process
 * @param wakeups wakes who waits for news of a response
 * @param watch notices what other processes do
 * @param background works on background responses
 * @param work has what is queued worked on
 * @param running what runs now
 * @param cache what has ended, parsed
 * @param unanswered what may have been created although its caller was told that it was not
 */
record Workshop(
        ResponseStore store,
        ToolRunner tools,
        Limits limits,
        Clock clock,
        IdGenerator ids,
        NodeId node,
        Function<Tenant, @Nullable Duration> timeToLive,
        Deadlines deadlines,
        Chores chores,
        Leases leases,
        Wakeups wakeups,
        Watch watch,
        BackgroundRuns background,
        Runnable work,
        Running running,
        ContextCache cache,
        Unanswered unanswered) {

    /** What a builder asks for, with nothing going on in it yet. */
    static Workshop of(ResponsesEngine.Builder builder, ExecutorService toolThreads, Runnable work) {
        Limits limits = builder.limits;
        BackgroundLimits bounds = limits.background();
        ResponseStore store = builder.store == null ? ResponseStore.inMemory() : builder.store;
        NodeId node = new NodeId(builder.ids.next("node"));
        Deadlines deadlines = new Deadlines();
        Chores chores = new Chores();
        Leases leases = new Leases(store, bounds.lease(), chores);
        Wakeups wakeups = new Wakeups();
        Running running = new Running();
        return new Workshop(
                store,
                new ToolRunner(builder.tools, toolThreads, deadlines, limits),
                limits,
                builder.clock,
                builder.ids,
                node,
                builder.timeToLive,
                deadlines,
                chores,
                leases,
                wakeups,
                new Watch(store, wakeups, leases, chores, bounds.poll()),
                new BackgroundRuns(store, node, bounds, leases, running),
                work,
                running,
                new ContextCache(limits.contextCache(), builder.clock),
                new Unanswered(store, chores));
    }

    /** Runs a task when a run has taken too long. */
    Deadlines.Deadline deadline(Plan plan, Runnable task) {
        try {
            return deadlines.in(maxRunTime(plan), task);
        } catch (RejectedExecutionException closed) {
            throw new ServerException("The engine is closed.", true, closed);
        }
    }

    /** Knows what was carried out before. */
    Repeats repeats() {
        return new Repeats(store);
    }

    /** How long a run may take. */
    Duration maxRunTime(Plan plan) {
        return plan.request().background() ? limits.background().maxRunTime() : limits.maxRunTime();
    }

    /** Keeps a run's lease alive, and an eye on what others do to it. */
    Leases.Held hold(Lease lease, Cancellation run) {
        Leases.Held held = leases.hold(lease, run);
        watch.attend();
        return held;
    }
}
