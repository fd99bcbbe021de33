package io.github.responses4j.engine;

import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Responses whose creation the store did not answer: their callers were told that there is none. A commit that hangs may come through
 * all the same, at once or much later; what turns up is deleted, before anybody works on it if that can be. Safe from any thread.
 */
final class Unanswered {
    private static final Logger LOG = LoggerFactory.getLogger(Unanswered.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How often the store is asked for a response, once a pause, not counting when it does not answer. */
    private static final int LOOKS = 60;

    /** More than that at once is left to turn up. */
    private static final int MOST = 1000;

    private final ResponseStore store;
    private final Chores chores;
    private final Map<ResponseKey, Integer> looks = new ConcurrentHashMap<>();
    private final Runnable looking;
    private final Runnable lookingAtOnce;
    private final AtomicBoolean started = new AtomicBoolean();

    Unanswered(ResponseStore store, Chores chores) {
        this.store = store;
        this.chores = chores;
        this.looking = chores.alone(this::look);
        this.lookingAtOnce = chores.alone(this::clearAway);
    }

    /** A response that must not be. The caller is not kept waiting for a store that is down. */
    void add(ResponseKey key) {
        if (looks.size() >= MOST) {
            LOG.warn("response {} may be left unfinished in the store", key.id());
            return;
        }
        looks.put(key, 0);
        if (started.compareAndSet(false, true)) {
            chores.every(PAUSE, () -> {
                if (!looks.isEmpty()) {
                    looking.run();
                }
            });
        }
        lookingAtOnce.run();
    }

    private void look() {
        if (clearAway()) {
            looks.replaceAll((key, times) -> times + 1);
            looks.values().removeIf(times -> times > LOOKS);
        }
    }

    /** Deletes what has turned up; says whether the store has answered. */
    private boolean clearAway() {
        try {
            for (ResponseKey key : store.changed(Set.copyOf(looks.keySet())).keySet()) {
                if (store.delete(key.tenant(), key.id())) {
                    looks.remove(key);
                }
            }
            return true;
        } catch (IllegalStateException e) {
            LOG.debug("the store is closed");
            looks.clear();
        } catch (StoreException stillDown) {
            LOG.debug("the store cannot be asked for what may have been created: {}", stillDown.getMessage());
        }
        return false;
    }
}
