package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.Append;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.ToolStart;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run has written so far, under its lease, and how to write more. A commit without an answer is looked up. For one thread at a
 * time. */
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    private final Workshop workshop;
    private final Lease lease;
    private long lastSeq;
    private int items;
    /** What was written when the store gave no answer, and could not be asked either. */
    private @Nullable Append unsettled;

    /**
     * A ledger.
     *
     * @param lease the right to write
     * @param stored what others have written before; null for a response that is new
     */
    Ledger(Workshop workshop, Lease lease, @Nullable StoredResponse stored) {
        this.workshop = workshop;
        this.lease = lease;
        this.lastSeq = stored == null ? -1 : stored.lastSeq();
        this.items = stored == null ? 0 : stored.output().size();
    }

    ResponseId id() {
        return lease.id();
    }

    /** Notes that a call is about to be made; safe from any thread. */
    ToolStart starts(ToolCall call) {
        return workshop.store()
                .toolStarted(lease, call.callId(), Documents.digest(call.name() + '\n' + call.payload()));
    }

    /**
     * Adds events and items.
     *
     * @throws RunStore.EndedElsewhere if the run is no longer this process's
     */
    void add(List<StoredEvent> events, List<Item> finished) {
        int known = lookBack();
        write(new Append(
                lastSeq, items, missing(events), Documents.items(finished.subList(known, finished.size())), null));
    }

    /**
     * Finds out what became of a write without an answer; whoever had it written brings it again, perhaps with more.
     *
     * @return how many items are written that were not counted
     */
    private int lookBack() {
        Append open = unsettled;
        if (open == null) {
            return 0;
        }
        Optional<StoredResponse> now = workshop.store().find(lease.tenant(), lease.id());
        unsettled = null;
        if (now.isEmpty() || !happened(open, now.get())) {
            return 0;
        }
        lastSeq += open.events().size();
        items += open.items().size();
        return open.items().size();
    }

    private List<StoredEvent> missing(List<StoredEvent> events) {
        return events.stream().filter(event -> event.seq() > lastSeq).toList();
    }

    /**
     * Ends the run, in one commit.
     *
     * @throws RunStore.EndedElsewhere if the run is no longer this process's, unless it was to be cancelled
     */
    void end(Response response, List<StoredEvent> events) {
        lookBack();
        boolean joins = response.status() == ResponseStatus.COMPLETED || response.status() == ResponseStatus.INCOMPLETE;
        Append.Terminal end = new Append.Terminal(
                response.status(), Documents.document(response.json()), joins, Documents.usage(response));
        List<Item> output = response.output();
        Append append =
                new Append(lastSeq, items, missing(events), Documents.items(output.subList(items, output.size())), end);
        if (response.status() != ResponseStatus.CANCELLED) {
            write(append);
            return;
        }
        try {
            // Whoever ended it elsewhere has kept what there is to keep.
            write(append);
        } catch (RunStore.EndedElsewhere endedAlready) {
            LOG.debug("response {} was cancelled elsewhere", lease.id());
        } catch (StoreException e) {
            LOG.warn("response {} was cancelled, which could not be stored: {}", lease.id(), e.getMessage());
        }
    }

    private void write(Append append) {
        if (append(append) != Append.Result.OK) {
            throw new RunStore.EndedElsewhere();
        }
        lastSeq += append.events().size();
        items += append.items().size();
        workshop.wakeups().wake(new ResponseKey(lease.tenant(), lease.id()));
    }

    private Append.Result append(Append append) {
        Append.Result result;
        try {
            result = workshop.store().append(lease, append);
        } catch (StoreException e) {
            return settled(append, e);
        }
        return result == Append.Result.UNKNOWN
                ? settled(append, new StoreException("the commit's fate is not known", true, null))
                : result;
    }

    private Append.Result settled(Append append, StoreException failure) {
        try {
            return settle(append, failure);
        } catch (StoreException open) {
            if (append.terminal() == null) {
                unsettled = append;
            }
            throw open;
        }
    }

    /** Looks what became of a commit that gave no answer, and makes it once more if it has not happened. */
    private Append.Result settle(Append append, StoreException failure) {
        Optional<StoredResponse> now;
        try {
            now = workshop.store().find(lease.tenant(), lease.id());
        } catch (StoreException stillDown) {
            failure.addSuppressed(stillDown);
            throw failure;
        }
        if (now.isEmpty()) {
            return Append.Result.FENCED;
        }
        if (happened(append, now.get())) {
            return Append.Result.OK;
        }
        Append.Result again = workshop.store().append(lease, append);
        if (again == Append.Result.UNKNOWN) {
            throw failure;
        }
        // The first one may have come through meanwhile, and stands in the way of the second.
        boolean late = again == Append.Result.FENCED
                && workshop.store()
                        .find(lease.tenant(), lease.id())
                        .filter(stored -> happened(append, stored))
                        .isPresent();
        return late ? Append.Result.OK : again;
    }

    private boolean happened(Append append, StoredResponse now) {
        Append.Terminal end = append.terminal();
        if (end != null) {
            return now.status() == end.status() && now.epoch() == lease.epoch();
        }
        return now.epoch() == lease.epoch()
                && now.lastSeq() == lastSeq + append.events().size()
                && now.output().size() == items + append.items().size();
    }
}
