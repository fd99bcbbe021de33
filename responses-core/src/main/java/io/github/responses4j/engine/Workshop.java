package io.github.responses4j.engine;

import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.tool.Cancellation;
import java.time.Clock;
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
        Map<ResponseKey, Cancellation> running) {

    void register(Plan plan, Cancellation cancellation) {
        running.put(new ResponseKey(plan.tenant(), plan.id()), cancellation);
    }

    void unregister(Plan plan) {
        running.remove(new ResponseKey(plan.tenant(), plan.id()));
    }

    Future<?> deadline(Runnable task) {
        try {
            return timer.schedule(task, limits.maxRunTime().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            throw new ServerException("The engine is closed.", true, closed);
        }
    }
}
