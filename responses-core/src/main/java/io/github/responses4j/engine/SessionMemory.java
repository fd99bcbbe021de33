package io.github.responses4j.engine;

import io.github.responses4j.store.ResponseId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one connection remembers of its newest responses, so that it can continue those that are not kept ({@code store: false}). A
 * response that was continued without success is forgotten (Open Responses, WebSocket). Nothing of it is ever stored. Safe from any
 * thread.
 */
public final class SessionMemory {
    private final Map<ResponseId, ContextLoader.History> newest = new LinkedHashMap<>();
    private final int capacity;

    /** Remembers the newest response. */
    public SessionMemory() {
        this(1);
    }

    /**
     * Remembers several of the newest responses, as a connection with several lanes needs it.
     *
     * @param capacity how many, at least 1
     */
    public SessionMemory(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
        }
        this.capacity = capacity;
    }

    synchronized void remember(ResponseId id, ContextLoader.History history) {
        newest.put(id, history);
        if (newest.size() > capacity) {
            newest.remove(newest.keySet().iterator().next());
        }
    }

    synchronized ContextLoader.@Nullable History find(ResponseId id) {
        return newest.get(id);
    }

    /** Forgets a response, as after a request that continues it and is refused before the engine sees it. */
    public synchronized void forget(ResponseId id) {
        newest.remove(id);
    }
}
