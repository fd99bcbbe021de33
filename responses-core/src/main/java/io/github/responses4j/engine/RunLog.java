package io.github.responses4j.engine;

import io.github.responses4j.event.ContentPartAdded;
import io.github.responses4j.event.ErrorEvent;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.OutputItemAdded;
import io.github.responses4j.event.OutputItemDone;
import io.github.responses4j.event.ReasoningSummaryPartAdded;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.tool.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a background response on their way into its log, and its items as they are finished. What is written is what readers see:
 * nothing is shown before its commit. Commits are few: one takes what has come within {@link #PAUSE}. What opens an item or a part waits
 * for the first word in it, so that an item that readers have seen open is one whose words they have seen. A store that fails for a while
 * is bridged.
 *
 * <p>Events come from one thread; what waits is also written from another.
 */
final class RunLog implements EventSink {
    private static final Logger LOG = LoggerFactory.getLogger(RunLog.class);

    /** How long an event waits for others, at most. */
    static final Duration PAUSE = Duration.ofMillis(25);

    /** How many events do not wait for others. */
    static final int BATCH = 64;

    /** How many characters wait for a store that fails; beyond it the run ends. */
    private static final int PATIENCE = 1_000_000;

    private final Ledger ledger;
    private final boolean keepsEvents;
    private final Chores chores;
    private final Cancellation run;
    /** Held while the store is written to: whoever must not wait for that only tries it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final List<StoredEvent> events = new ArrayList<>();
    private final List<Item> items = new ArrayList<>();
    /** How many of the events, from the first, are not the mere opening of something. */
    private int told;

    /** How many of the events and items, from the first, may be written: never a part of what belongs together. */
    private int readyEvents;

    private int readyItems;
    private long waiting;
    private boolean open;
    /** The last thing was a whole message, and what the model does next is not known: it may have given its answer, or call a tool. */
    private boolean spoken;

    private boolean elsewhere;
    private boolean ending;
    private volatile boolean releasing;
    private @Nullable RuntimeException failure;
    private volatile boolean dirty;
    private volatile boolean pausing;

    /**
     * A log.
     *
     * @param ledger where it is written
     * @param keepsEvents whether events are kept, or only the items that they bring
     * @param chores where what waits is written
     * @param run cancelled when nothing more can be written
     */
    RunLog(Ledger ledger, boolean keepsEvents, Chores chores, Cancellation run) {
        this.ledger = ledger;
        this.keepsEvents = keepsEvents;
        this.chores = chores;
        this.run = run;
        // What comes at once is written together.
        pause();
    }

    ResponseId id() {
        return ledger.id();
    }

    @Override
    public void accept(ResponseEvent event) {
        // The end of a run is written by its gate, in one commit with the status.
        if (event.isTerminal() || event instanceof ErrorEvent) {
            return;
        }
        lock.lock();
        try {
            take(event);
        } finally {
            lock.unlock();
        }
    }

    private void take(ResponseEvent event) {
        elsewhere = false;
        if (keepsEvents) {
            StoredEvent stored = Documents.event(event);
            events.add(stored);
            waiting += stored.json().length();
        }
        if (event instanceof OutputItemAdded) {
            open = true;
            spoken = false;
        } else if (event instanceof OutputItemDone done) {
            open = false;
            spoken = done.item() instanceof Message;
            items.add(done.item());
        }
        if (!opens(event)) {
            told = events.size();
        }
    }

    private static boolean opens(ResponseEvent event) {
        return event instanceof OutputItemAdded
                || event instanceof ContentPartAdded
                || event instanceof ReasoningSummaryPartAdded;
    }

    @Override
    public void flush() {
        lock.lock();
        try {
            settle();
        } finally {
            lock.unlock();
        }
    }

    private void settle() {
        if (ending) {
            // What is left goes with the end, or not at all.
            return;
        }
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
        readyEvents = told;
        readyItems = items.size();
        if (readyEvents == 0 && readyItems == 0) {
            release();
            return;
        }
        dirty = true;
        if (!pausing || readyEvents >= BATCH || releasing) {
            write();
        }
    }

    /**
     * Writes everything now.
     *
     * @throws StoreException if the store cannot
     */
    void sync() {
        lock.lock();
        try {
            readyEvents = told;
            readyItems = items.size();
            if (readyEvents > 0 || readyItems > 0) {
                writeReady();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The run waits for something outside that must not be cut off, such as a tool. */
    void waitElsewhere() {
        lock.lock();
        try {
            elsewhere = true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the run as soon as another process can go on with it. Waits for nobody. */
    void letGo() {
        releasing = true;
        if (lock.tryLock()) {
            try {
                release();
            } finally {
                lock.unlock();
            }
        }
        // Whoever has the lock writes, or will, and looks then.
        chores.after(PAUSE, () -> chores.execute(this::writeLate));
    }

    /** Whether the run is to be gone on with elsewhere. */
    boolean isReleasing() {
        return releasing;
    }

    /** Lets go if everything that has been said is written: nothing of it may be lost. */
    private void release() {
        if (releasing && !open && !spoken && !elsewhere && told == 0 && items.isEmpty()) {
            run.cancel();
        }
    }

    private void write() {
        try {
            writeReady();
        } catch (StoreException e) {
            if (waiting > PATIENCE) {
                throw e;
            }
            LOG.warn("the log of response {} waits for the store: {}", ledger.id(), e.getMessage());
            pause();
        }
    }

    private void writeReady() {
        List<StoredEvent> ready = events.subList(0, readyEvents);
        List<Item> finished = items.subList(0, readyItems);
        ledger.add(ready, finished);
        for (StoredEvent event : ready) {
            waiting -= event.json().length();
        }
        told -= readyEvents;
        ready.clear();
        finished.clear();
        readyEvents = 0;
        readyItems = 0;
        dirty = false;
        pause();
        release();
    }

    private void pause() {
        pausing = true;
        chores.after(PAUSE, () -> {
            pausing = false;
            if (dirty) {
                chores.execute(this::writeLate);
            }
        });
    }

    /** Writes what has waited long enough; the run learns of a failure with its next event. */
    private void writeLate() {
        if (!lock.tryLock()) {
            // Somebody writes already, and sees to what is left when he has done.
            return;
        }
        try {
            if (ending || failure != null) {
                return;
            }
            if (dirty) {
                write();
            }
            release();
        } catch (RuntimeException e) {
            failure = e;
            run.cancel();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the run in one commit with the events that are still to be written, and the last ones after them. */
    void end(Ending end, List<ResponseEvent> last) {
        lock.lock();
        try {
            ending = true;
            List<StoredEvent> all = new ArrayList<>(events);
            if (keepsEvents) {
                last.forEach(event -> all.add(Documents.event(event)));
            }
            end.write(all);
        } finally {
            lock.unlock();
        }
        close();
    }

    /** Writes the end of a run. */
    interface Ending {
        void write(List<StoredEvent> events);
    }

    /** Forgets what will never be written. */
    void close() {
        lock.lock();
        try {
            ending = true;
            events.clear();
            items.clear();
            told = 0;
            dirty = false;
        } finally {
            lock.unlock();
        }
    }
}
