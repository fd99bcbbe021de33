package io.github.responses4j.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of one connection: what is asked for on one lane is done one after the other, in order, and lanes do not wait for each other.
 * A lane is there while there is something to do on it, and so long occupies one thread. Safe from any thread.
 */
final class SocketLanes {
    /** How many lanes a connection may use at the same time, the one without a name included. */
    static final int MAX_LANES = 16;

    /** How many requests may wait behind those that are being carried out. */
    static final int MAX_WAITING = 64;

    /** How many more may wait to be told that they are too many, and how many lanes there may be more for that. */
    static final int MAX_REFUSED = 16;

    private static final String UNNAMED = "";

    private final Executor executor;
    private final long maxWaitingBytes;
    private final Consumer<SocketCreate> work;
    private final Runnable idle;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Deque<SocketCreate>> lanes = new HashMap<>();
    private int waiting;
    private long waitingBytes;

    /**
     * No lanes yet.
     *
     * @param executor gives each lane its thread
     * @param maxWaitingBytes how many bytes may wait; a message alone may always wait
     * @param work does what was asked for, and throws nothing
     * @param idle called whenever the last lane has come to its end, on its thread
     */
    SocketLanes(Executor executor, long maxWaitingBytes, Consumer<SocketCreate> work, Runnable idle) {
        this.executor = executor;
        this.maxWaitingBytes = maxWaitingBytes;
        this.work = work;
        this.idle = idle;
    }

    /**
     * Puts something to do at the end of its lane.
     *
     * @return false if there is no room for it
     * @throws RejectedExecutionException if there are no threads any more
     */
    boolean offer(SocketCreate create) {
        return put(create, 0);
    }

    /**
     * Puts a refusal at the end of its lane, where {@link #offer} had no room.
     *
     * @return false if there is no room even for that
     * @throws RejectedExecutionException if there are no threads any more
     */
    boolean refuse(SocketCreate refused) {
        return put(refused, MAX_REFUSED);
    }

    private boolean put(SocketCreate create, int more) {
        String lane = create.lane() == null ? UNNAMED : create.lane();
        lock.lock();
        try {
            Deque<SocketCreate> queue = lanes.get(lane);
            if (queue != null) {
                return append(queue, create, more);
            }
            if (lanes.size() >= MAX_LANES + more) {
                return false;
            }
            lanes.put(lane, new ArrayDeque<>());
        } finally {
            lock.unlock();
        }
        begin(lane, create);
        return true;
    }

    private void begin(String lane, SocketCreate create) {
        try {
            executor.execute(() -> drive(lane, create));
        } catch (RejectedExecutionException e) {
            next(lane);
            throw e;
        }
    }

    private boolean append(Deque<SocketCreate> queue, SocketCreate create, int more) {
        if (waiting >= MAX_WAITING + more
                || more == 0 && waiting > 0 && waitingBytes + create.size() > maxWaitingBytes) {
            return false;
        }
        queue.add(create);
        waiting++;
        waitingBytes += create.size();
        return true;
    }

    private void drive(String lane, SocketCreate first) {
        for (SocketCreate next = first; next != null; next = next(lane)) {
            work.accept(next);
        }
        if (isIdle()) {
            idle.run();
        }
    }

    private @Nullable SocketCreate next(String lane) {
        lock.lock();
        try {
            Deque<SocketCreate> queue = lanes.get(lane);
            SocketCreate next = queue == null ? null : queue.poll();
            if (next == null) {
                lanes.remove(lane);
            } else {
                waiting--;
                waitingBytes -= next.size();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is done and nothing waits. */
    boolean isIdle() {
        lock.lock();
        try {
            return lanes.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
