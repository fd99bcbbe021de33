package io.github.responses4j.engine;

import io.github.responses4j.event.ErrorEvent;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.OutputItemDone;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.item.Item;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a background response on their way into its log, and its items as they are finished. What is written is what readers see:
 * nothing is shown before its commit. A store that fails for a while is bridged; for one thread.
 */
final class RunLog implements EventSink {
    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);

    /** How many characters wait for a store that fails; beyond it the run ends. */
    private static final int PATIENCE = 1_000_000;

    private final Ledger ledger;
    private final boolean keepsEvents;
    private final List<StoredEvent> events = new ArrayList<>();
    private final List<Item> items = new ArrayList<>();
    private long waiting;

    /**
     * A log.
     *
     * @param ledger where it is written
     * @param keepsEvents whether events are kept, or only the items that they bring
     */
    RunLog(Ledger ledger, boolean keepsEvents) {
        this.ledger = ledger;
        this.keepsEvents = keepsEvents;
    }

    @Override
    public void accept(ResponseEvent event) {
        // The end of a run is written by its gate, in one commit with the status.
        if (event.isTerminal() || event instanceof ErrorEvent) {
            return;
        }
        if (keepsEvents) {
            StoredEvent stored = Documents.event(event);
            events.add(stored);
            waiting += stored.json().length();
        }
        if (event instanceof OutputItemDone done) {
            items.add(done.item());
        }
    }

    @Override
    public void flush() {
        if (events.isEmpty() && items.isEmpty()) {
            return;
        }
        try {
            ledger.add(events, items);
        } catch (StoreException e) {
            if (waiting > PATIENCE) {
                throw e;
            }
            LOG.warn("the log of response {} waits for the store: {}", ledger.id(), e.getMessage());
            return;
        }
        close();
    }

    /** Forgets what has been written, or will never be. */
    void close() {
        events.clear();
        items.clear();
        waiting = 0;
    }

    /** The events that are still to be written, and the last ones after them. */
    List<StoredEvent> last(List<ResponseEvent> ending) {
        List<StoredEvent> all = new ArrayList<>(events);
        if (keepsEvents) {
            ending.forEach(event -> all.add(Documents.event(event)));
        }
        return all;
    }
}
