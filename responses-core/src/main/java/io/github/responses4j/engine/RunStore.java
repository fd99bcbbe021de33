package io.github.responses4j.engine;

import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.response.ConflictException;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.stream.ResponseStateMachine;
import io.github.responses4j.stream.TerminalGate;
import java.util.List;
import java.util.Objects;
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

    /** What a run writes that its caller waits for. */
    static RunStore of(Plan plan, Workshop workshop) {
        return plan.request().store() ? new Kept(plan, workshop) : new RunStore();
    }

    /** What a run writes that a worker has claimed. */
    static RunStore of(Claim claim, boolean logged, Workshop workshop) {
        return new Claimed(new Ledger(workshop, claim.lease(), claim.response()), logged);
    }

    /** Makes the beginning lasting. */
    void begin() {}

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
        Created created;
        try {
            created = workshop.store().create(newResponse(plan, workshop));
        } catch (StoreException e) {
            abandon(plan, workshop);
            throw Failures.of(e);
        } catch (IllegalArgumentException goneSincePlanned) {
            throw ContextLoader.notFound(
                    Objects.requireNonNull(plan.request().previousResponseId(), goneSincePlanned::getMessage));
        }
        return switch (created.outcome()) {
            case CREATED -> created;
            case DUPLICATE -> throw new MadeBefore(Objects.requireNonNull(created.existing()));
            case KEY_REUSED ->
                throw new ConflictException(
                        ConflictException.Kind.KEY_REUSED,
                        "This idempotency key was used for a different request before.");
            case CONVERSATION_LOCKED -> throw locked();
        };
    }

    /** A conversation that another response is working on. */
    static InvalidRequestException locked() {
        return new InvalidRequestException(
                "Another process is currently operating on this conversation. Please retry in a few seconds.",
                "conversation_locked",
                "conversation");
    }

    private static NewResponse newResponse(Plan plan, Workshop workshop) {
        String key = plan.options().idempotencyKey();
        boolean background = plan.request().background();
        return new NewResponse(
                plan.tenant(),
                plan.id(),
                plan.request().previousResponseId(),
                plan.conversation(),
                key == null ? null : new IdempotencyKey(key, Documents.digest(plan.request())),
                background,
                workshop.node(),
                workshop.limits().maxRunTime(),
                null,
                Documents.document(plan.created()),
                Documents.notes(plan),
                Documents.items(plan.input()),
                background && plan.request().stream()
                        ? ResponseStateMachine.opening(plan.created()).stream()
                                .map(Documents::event)
                                .toList()
                        : List.of());
    }

    /** A create that failed may have happened all the same; nobody would ever end that response. */
    private static void abandon(Plan plan, Workshop workshop) {
        try {
            workshop.store().delete(plan.tenant(), plan.id());
        } catch (StoreException stillDown) {
            LOG.warn("response {} may be left unfinished in the store: {}", plan.id(), stillDown.getMessage());
        }
    }

    /** A response that its caller waits for: its items are written with its end. */
    private static final class Kept extends RunStore {
        private final Plan plan;
        private final Workshop workshop;
        private @Nullable Ledger ledger;

        Kept(Plan plan, Workshop workshop) {
            this.plan = plan;
            this.workshop = workshop;
        }

        @Override
        void begin() {
            Created created = create(plan, workshop);
            ledger = new Ledger(workshop, Objects.requireNonNull(created.lease()), null);
        }

        @Override
        public void commit(Response response, List<ResponseEvent> last) {
            if (ledger == null) {
                throw new IllegalStateException("the run has not begun");
            }
            ledger.end(response, List.of());
        }
    }

    /** A background response: its events, if it keeps any, and its items are written as they come. */
    private static final class Claimed extends RunStore {
        private final Ledger ledger;
        private final RunLog log;

        Claimed(Ledger ledger, boolean logged) {
            this.ledger = ledger;
            this.log = new RunLog(ledger, logged);
        }

        @Override
        EventSink through(EventSink sink) {
            return log;
        }

        @Override
        public void commit(Response response, List<ResponseEvent> last) {
            if (response.status() == ResponseStatus.CANCELLED) {
                // Whoever cancelled it has written so. If it was this process that stops, another one goes on.
                ledger.handBack();
            } else {
                ledger.end(response, log.last(last));
            }
            log.close();
        }
    }
}
