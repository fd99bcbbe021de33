package io.github.responses4j.engine;

import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.ToolStart;
import io.github.responses4j.stream.ResponseStateMachine;
import io.github.responses4j.stream.TerminalGate;
import io.github.responses4j.tool.Cancellation;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one run writes to the store: its beginning (T1), its progress (T3) and its end (T6). One that is not kept writes nothing. */
class RunStore implements TerminalGate {
    private static final Logger LOG = LoggerFactory.getLogger(RunStore.class);

    private RunStore() {}

    /** The response was cancelled, deleted, or ended by another process: nothing is left to be kept. */
    static final class EndedElsewhere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EndedElsewhere() {
            super("the response was ended by somebody else", null, false, false);
        }
    }

    /** The same request was carried out before, under the same idempotency key. */
    static final class MadeBefore extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient ResponseId id;

        MadeBefore(ResponseId id) {
            super("the response was made before", null, false, false);
            this.id = id;
        }

        ResponseId id() {
            return id;
        }
    }

    /**
     * What a run writes that its caller waits for.
     *
     * @param run cancelled when the response is no longer this process's
     */
    static RunStore of(Plan plan, Workshop workshop, Cancellation run) {
        return plan.request().store() ? new Kept(plan, workshop, run) : new RunStore();
    }

    /**
     * What a run writes that a worker has claimed, and keeps the lease of.
     *
     * @param run cancelled when nothing more can be written, or another process can go on
     */
    static RunStore of(Claim claim, Workshop workshop, Cancellation run) {
        Ledger ledger = new Ledger(workshop, claim.lease(), claim.response());
        boolean logged = claim.response().lastSeq() >= 0;
        return new Claimed(claim, workshop, ledger, new RunLog(ledger, logged, workshop.chores(), run), run);
    }

    /** Makes the beginning lasting. */
    void begin() {}

    /** Makes everything so far lasting, before tools are called; notes their calls. */
    Journal beginTools() {
        return Journal.NONE;
    }

    /** Lets the run go as soon as another process can go on with it. */
    void letGo() {}

    /** Whether the run is no longer this process's, or may not be: the store was out of reach for too long, or another process has taken it. */
    boolean isLost() {
        return false;
    }

    /** How the run has ended, if nothing more can be written because that is written already; null if it has not, or not here. */
    @Nullable
    Response end() {
        return null;
    }

    /** The run has come to its end. */
    void close() {}

    /** What the run's events pass through on their way to the caller. */
    EventSink through(EventSink sink) {
        return sink;
    }

    @Override
    public void commit(Response response, List<ResponseEvent> last) {}

    /** Stores a response as queued, for a worker to claim. */
    static void queue(Plan plan, Workshop workshop) {
        create(plan, workshop);
    }

    private static Created create(Plan plan, Workshop workshop) {
        IdempotencyKey key = Repeats.key(plan.request(), plan.options());
        while (true) {
            Created created = guarded(plan, workshop, newResponse(plan, key, workshop));
            switch (created.outcome()) {
                case CREATED -> {
                    return created;
                }
                case KEY_REUSED -> throw Repeats.reused();
                case CONVERSATION_LOCKED -> throw locked();
                case DUPLICATE -> {
                    ResponseId made = Objects.requireNonNull(created.existing());
                    if (key == null || !workshop.repeats().mayRunAgain(plan.tenant(), made)) {
                        throw new MadeBefore(made);
                    }
                    key = Repeats.after(key, made);
                }
            }
        }
    }

    private static Created guarded(Plan plan, Workshop workshop, NewResponse response) {
        try {
            Created created = workshop.store().create(response);
            return created.outcome() == Created.Outcome.CONVERSATION_LOCKED && makesConversation(plan, workshop)
                    ? workshop.store().create(response)
                    : created;
        } catch (StoreException e) {
            abandon(plan, workshop);
            throw Failures.of(e);
        } catch (IllegalArgumentException e) {
            ResponseId previous = plan.request().previousResponseId();
            if (previous == null) {
                LOG.error("the store does not take response {}", plan.id(), e);
                throw Failures.bug(e);
            }
            // It has gone since the run was planned.
            throw ContextLoader.notFound(previous);
        }
    }

    /** Makes the conversation that a response is the first turn of, in a profile that does so; whether there may be one now. */
    private static boolean makesConversation(Plan plan, Workshop workshop) {
        ConversationTurn turn = plan.conversation();
        if (turn == null
                || turn.version() != ContextLoader.UNTOUCHED
                || !plan.options().profile().createUnknownConversations()) {
            return false;
        }
        try {
            workshop.store()
                    .createConversation(new NewConversation(
                            plan.tenant(), turn.id(), Documents.conversation(JsonObject.EMPTY), List.of()));
        } catch (IllegalArgumentException e) {
            // It is there, perhaps since a moment ago.
            LOG.debug("conversation {} is there already", turn.id());
        }
        return true;
    }

    /** A conversation that another response is working on. */
    static InvalidRequestException locked() {
        return new InvalidRequestException(
                "Another process is currently operating on this conversation. Please retry in a few seconds.",
                "conversation_locked",
                "conversation");
    }

    private static NewResponse newResponse(Plan plan, @Nullable IdempotencyKey key, Workshop workshop) {
        boolean background = plan.request().background();
        return new NewResponse(
                plan.tenant(),
                plan.id(),
                plan.request().previousResponseId(),
                plan.conversation(),
                key,
                background,
                workshop.node(),
                workshop.leases().ttl(),
                workshop.timeToLive().apply(plan.tenant()),
                Documents.document(plan.created()),
                Documents.notes(plan),
                Documents.items(plan.input()),
                background && plan.request().stream()
                        ? ResponseStateMachine.opening(plan.created()).stream()
                                .map(Documents::event)
                                .toList()
                        : List.of());
    }

    /** A create that failed may have happened all the same: it would stand in the way of its key, or be carried out for nobody. */
    private static void abandon(Plan plan, Workshop workshop) {
        if (plan.request().background() && plan.options().idempotencyKey() != null) {
            // The same request will come again, and may have been given this response by then.
            return;
        }
        workshop.unanswered().add(plan.key());
    }

    /** A response that its caller waits for: its items are written with its end. */
    private static final class Kept extends RunStore {
        private final Plan plan;
        private final Workshop workshop;
        private final Cancellation run;
        private @Nullable Ledger ledger;
        private Leases.@Nullable Held held;
        private volatile boolean reaped;
        private @Nullable Response end;

        Kept(Plan plan, Workshop workshop, Cancellation run) {
            this.plan = plan;
            this.workshop = workshop;
            this.run = run;
        }

        @Override
        void begin() {
            Lease lease = Objects.requireNonNull(create(plan, workshop).lease());
            held = workshop.hold(lease, run);
            ledger = new Ledger(workshop, lease, null);
        }

        @Override
        public void commit(Response response, List<ResponseEvent> last) {
            if (ledger == null) {
                throw new IllegalStateException("the run has not begun");
            }
            try {
                ledger.end(response, List.of());
            } catch (EndedElsewhere e) {
                lookAround(ledger);
                throw e;
            }
            workshop.cache().ended(plan, response);
        }

        /** Looks why nothing more can be written. Where nobody has cancelled the response, its caller still waits for an end. */
        private void lookAround(Ledger mine) {
            try {
                StoredResponse now =
                        workshop.store().find(plan.tenant(), plan.id()).orElse(null);
                if (now == null || now.status() == ResponseStatus.CANCELLED) {
                    return;
                }
                if (mine.isEnded()) {
                    end = Documents.response(now);
                    workshop.cache().ended(plan, end);
                } else {
                    // Another process has it, or has ended it.
                    reaped = true;
                }
            } catch (StoreException down) {
                reaped = true;
            }
        }

        @Override
        @Nullable
        Response end() {
            return end;
        }

        @Override
        Journal beginTools() {
            // Where others may end the run, a tool asks whether it is still this process's.
            Ledger mine = ledger;
            return mine == null || !workshop.store().durable() ? Journal.NONE : call -> starts(mine, call);
        }

        private ToolStart starts(Ledger mine, ToolCall call) {
            ToolStart start = mine.starts(call);
            if (start == ToolStart.FENCED) {
                lookAround(mine);
            }
            return start;
        }

        @Override
        boolean isLost() {
            return reaped || (held != null && held.isLost());
        }

        @Override
        void close() {
            if (held != null) {
                held.close();
            }
        }
    }

    /** A background response: its events, if it keeps any, and its items are written as they come. */
    private static final class Claimed extends RunStore {
        private static final long FIRST_PAUSE_MILLIS = 50;
        private static final long LONGEST_PAUSE_MILLIS = 1000;

        private final Claim claim;
        private final Workshop workshop;
        private final Ledger ledger;
        private final RunLog log;
        private final Cancellation run;

        Claimed(Claim claim, Workshop workshop, Ledger ledger, RunLog log, Cancellation run) {
            this.claim = claim;
            this.workshop = workshop;
            this.ledger = ledger;
            this.log = log;
            this.run = run;
        }

        @Override
        EventSink through(EventSink sink) {
            return log;
        }

        @Override
        Journal beginTools() {
            patiently(() -> {
                log.sync();
                return true;
            });
            log.waitElsewhere();
            Set<String> unanswered = ConcurrentHashMap.newKeySet();
            return call -> patiently(() -> starts(call, unanswered));
        }

        /** What has started without an answer has started here, and was not made: it still can be. */
        private ToolStart starts(ToolCall call, Set<String> unanswered) {
            try {
                ToolStart start = ledger.starts(call);
                return start == ToolStart.ALREADY_STARTED && unanswered.contains(call.callId())
                        ? ToolStart.STARTED
                        : start;
            } catch (StoreException e) {
                if (!isInherited(call)) {
                    unanswered.add(call.callId());
                }
                throw e;
            }
        }

        /** Whether the call is another process's, which may have started it too. */
        private boolean isInherited(ToolCall call) {
            return Documents.output(claim.response()).stream()
                    .anyMatch(item ->
                            item instanceof ToolCall known && known.callId().equals(call.callId()));
        }

        @Override
        void letGo() {
            log.letGo();
        }

        @Override
        public void commit(Response response, List<ResponseEvent> last) {
            if (response.status() == ResponseStatus.CANCELLED) {
                // Whoever cancelled it has written so. If it was this process that stops, another one goes on; if it
                // was a
                // fault, the lease runs out and the attempt counts.
                if (log.isReleasing() || workshop.running().isClosing()) {
                    workshop.leases().handBack(claim.lease());
                }
            } else {
                patiently(() -> {
                    log.end(events -> ledger.end(response, events), last);
                    return true;
                });
                workshop.cache().ended(claim.response(), response);
            }
        }

        @Override
        void close() {
            log.close();
        }

        /** Waits for a store that is down; as long as the run is this process's, nobody else will do its work. */
        private <T> T patiently(Supplier<T> write) {
            long pause = FIRST_PAUSE_MILLIS;
            while (true) {
                try {
                    return write.get();
                } catch (StoreException e) {
                    if (!e.retryable() || run.isCancelled() || !pause(pause)) {
                        throw e;
                    }
                    LOG.warn("response {} waits for the store: {}", ledger.id(), e.getMessage());
                    pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
                }
            }
        }

        /** Waits a while; false if the run is over before. */
        private boolean pause(long millis) {
            CountDownLatch over = new CountDownLatch(1);
            try (Cancellation.Registration ignored = run.onCancel(over::countDown)) {
                return !over.await(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
