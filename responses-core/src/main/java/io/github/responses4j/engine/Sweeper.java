package io.github.responses4j.engine;

import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the store remove what has expired, a bounded number at a time. */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int AT_ONCE = 500;

    private final ResponseStore store;
    private final Chores chores;

    Sweeper(ResponseStore store, Chores chores) {
        this.store = store;
        this.chores = chores;
    }

    void start() {
        chores.every(PAUSE, chores.alone(this::sweep));
    }

    private void sweep() {
        try {
            int removed = AT_ONCE;
            while (removed == AT_ONCE) {
                removed = store.sweep(AT_ONCE);
            }
        } catch (IllegalStateException e) {
            LOG.debug("the store is closed");
        } catch (StoreException e) {
            LOG.warn("what has expired cannot be removed: {}", e.getMessage());
        }
    }
}
