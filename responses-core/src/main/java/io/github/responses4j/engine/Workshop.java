package io.github.responses4j.engine;

import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.tool.Cancellation;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What all runs of an engine share.
 *
 * @param store keeps responses
 * @param tools runs hosted tools
 * @param limits bounds every run
 * @param clock tells the time
 * @param ids makes ids
 * @param node names this process
 * @param timer waits for deadlines
 * @param wakeups wakes who waits for news of a response
 * @param background works on background responses
 * @param running what runs now, so that it can be cancelled by name
 */
record Workshop(
        ResponseStore store,
        ToolRunner tools,
        Limits limits,
        Clock clock,
        IdGenerator ids,
        NodeId node,
        ScheduledExecutorService timer,
        Wakeups wakeups,
        BackgroundRuns background,
        Map<ResponseKey, Cancellation> running) {

    void register(Plan plan, Cancellation cancellation) {
        running.put(plan.key(), cancellation);
    }

    void unregister(Plan plan) {
        running.remove(plan.key());
    }

    /** Runs a task when a run has taken too long. */
    Future<?> deadline(Plan plan, Runnable task) {
        try {
            return timer.schedule(task, maxRunTime(plan).toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            throw new ServerException("The engine is closed.", true, closed);
        }
    }

    /** How long a run may take. */
    Duration maxRunTime(Plan plan) {
        return plan.request().background() ? limits.background().maxRunTime() : limits.maxRunTime();
    }
}
