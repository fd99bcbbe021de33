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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
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
    /** How many of the items whoever has them written knows to be written. */
    private int acknowledged;

    /** What was sent from where this ledger stands and got no answer: at most one of it takes effect, perhaps later. */
    private final Set<Sent> unanswered = new LinkedHashSet<>();

    private Append.@Nullable Terminal ended;

    /** What there is to see of an append that has happened. */
    private record Sent(int events, int items, Append.@Nullable Terminal end) {
        static Sent of(Append append) {
            return new Sent(append.events().size(), append.items().size(), append.terminal());
        }
    }

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
        this.acknowledged = items;
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
     * Adds events and items. If that fails, they are to be brought again, and may have more behind them then.
     *
     * @throws RunStore.EndedElsewhere if the run is no longer this process's
     */
    void add(List<StoredEvent> events, List<Item> finished) {
        write(() -> append(events, finished.subList(items - acknowledged, finished.size()), null));
        acknowledged = items;
    }

    /**
     * Ends the run, in one commit.
     *
     * @throws RunStore.EndedElsewhere if the run is no longer this process's, unless it was to be cancelled; or if it has {@link
     *     #isEnded ended} otherwise
     */
    void end(Response response, List<StoredEvent> events) {
        if (response.status() != ResponseStatus.CANCELLED) {
            writeEnd(response, events);
            return;
        }
        try {
            writeEnd(response, events);
        } catch (RunStore.EndedElsewhere endedAlready) {
            // Whoever ended it elsewhere has kept what there is to keep.
            LOG.debug("response {} was cancelled elsewhere", lease.id());
        } catch (StoreException e) {
            LOG.warn("response {} was cancelled, which could not be stored: {}", lease.id(), e.getMessage());
        }
    }

    private void writeEnd(Response response, List<StoredEvent> events) {
        boolean joins = response.status() == ResponseStatus.COMPLETED || response.status() == ResponseStatus.INCOMPLETE;
        Append.Terminal end = new Append.Terminal(
                response.status(), Documents.document(response.json()), joins, Documents.usage(response));
        List<Item> output = response.output();
        write(() -> append(events, output.subList(items, output.size()), end));
        if (!end.equals(ended)) {
            throw new RunStore.EndedElsewhere();
        }
    }

    /** Whether the end of the run is written: that which was asked for, or an earlier one that had got no answer. */
    boolean isEnded() {
        return ended != null;
    }

    private Append append(List<StoredEvent> events, List<Item> more, Append.@Nullable Terminal end) {
        List<StoredEvent> missing =
                events.stream().filter(event -> event.seq() > lastSeq).toList();
        return new Append(lastSeq, items, missing, Documents.items(more), end);
    }

    /**
     * Writes what is left to be written. What gets no answer is looked up, and sent once more if it has not happened.
     *
     * @param left what is left from where this ledger stands
     */
    private void write(Supplier<Append> left) {
        if (!unanswered.isEmpty()) {
            lookBack();
        }
        boolean again = false;
        while (ended == null) {
            Append append = left.get();
            if (append.terminal() == null
                    && append.events().isEmpty()
                    && append.items().isEmpty()) {
                return;
            }
            if (!send(append, again)) {
                again = true;
            }
        }
    }

    /**
     * Sends an append.
     *
     * @param again whether there was no answer once already
     * @return false if there is no answer and nothing has happened, so that it may be sent once more
     */
    private boolean send(Append append, boolean again) {
        StoreException failure = null;
        Append.Result result;
        try {
            result = workshop.store().append(lease, append);
        } catch (StoreException e) {
            failure = e;
            result = Append.Result.UNKNOWN;
        }
        if (result == Append.Result.OK) {
            written(Sent.of(append));
            return true;
        }
        if (result == Append.Result.FENCED) {
            // Unless one that got no answer has come through meanwhile, and stands in its way.
            if (unanswered.isEmpty() || !lookBack()) {
                throw new RunStore.EndedElsewhere();
            }
            return true;
        }
        if (failure == null) {
            failure = new StoreException("the commit's fate is not known", true, null);
        }
        unanswered.add(Sent.of(append));
        if (!lookedBack(failure) && again) {
            throw failure;
        }
        return unanswered.isEmpty();
    }

    private boolean lookedBack(StoreException failure) {
        try {
            return lookBack();
        } catch (StoreException stillDown) {
            failure.addSuppressed(stillDown);
            throw failure;
        }
    }

    /** Looks whether something that got no answer has happened. */
    private boolean lookBack() {
        StoredResponse now =
                workshop.store().find(lease.tenant(), lease.id()).orElseThrow(RunStore.EndedElsewhere::new);
        for (Sent sent : unanswered) {
            if (hasHappened(sent, now)) {
                written(sent);
                return true;
            }
        }
        return false;
    }

    private boolean hasHappened(Sent sent, StoredResponse now) {
        if (now.epoch() != lease.epoch()) {
            return false;
        }
        return sent.end() == null
                ? !now.status().isTerminal()
                        && now.lastSeq() == lastSeq + sent.events()
                        && now.output().size() == items + sent.items()
                : now.status() == sent.end().status();
    }

    private void written(Sent sent) {
        unanswered.clear();
        lastSeq += sent.events();
        items += sent.items();
        ended = sent.end();
        workshop.wakeups().wake(new ResponseKey(lease.tenant(), lease.id()));
    }
}
