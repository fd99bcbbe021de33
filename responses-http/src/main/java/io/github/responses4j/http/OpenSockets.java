package io.github.responses4j.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All WebSocket connections of a handler. Safe from any thread. */
final class OpenSockets {
    private static final Logger LOG = LoggerFactory.getLogger(OpenSockets.class);

    private final HandlerSettings settings;
    private final Pulse pulse;
    private final Executor executor;
    private final Runnable changed;
    private final Set<SocketConnection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /**
     * No connections yet.
     *
     * @param pulse looks after them
     * @param executor carries out what is asked for; its threads may block
     * @param changed called when one of them has come to its end, with all that ran for it
     */
    OpenSockets(HandlerSettings settings, Pulse pulse, Executor executor, Runnable changed) {
        this.settings = settings;
        this.pulse = pulse;
        this.executor = executor;
        this.changed = changed;
    }

    HandlerSettings settings() {
        return settings;
    }

    Executor executor() {
        return executor;
    }

    /** Does something on a thread of its own, unless the server has stopped. */
    void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the server has stopped", e);
        }
    }

    void add(SocketConnection socket) {
        open.add(socket);
        pulse.add(socket);
        if (draining) {
            socket.drain();
        }
    }

    /** A connection is at its end, though something may still run for it. */
    void quiet(SocketConnection socket) {
        pulse.remove(socket);
    }

    void remove(SocketConnection socket) {
        open.remove(socket);
        changed.run();
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    int count() {
        return open.size();
    }

    /** Closes all connections, each when nothing runs on it any more. */
    void drain() {
        draining = true;
        open.forEach(SocketConnection::drain);
    }

    void cancelRuns() {
        open.forEach(SocketConnection::cancelTurns);
    }
}
