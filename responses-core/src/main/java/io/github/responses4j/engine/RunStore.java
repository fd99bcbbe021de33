package io.github.responses4j.engine;

import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.Append;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.stream.TerminalGate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one run writes to the store: its beginning (T1) and its end (T6). A response that is not kept writes nothing at all. */
class RunStore implements TerminalGate {
    private static final Logger LOG = LoggerFactory.getLogger(RunStore.class);

    private RunStore() {}

    /** The response was deleted, or ended by another node: nothing is left to be kept. */
    static final class EndedElsewhere extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EndedElsewhere() {
            super("the response was ended by somebody else");
        }
    }

    static RunStore of(Plan plan, Workshop workshop) {
        return plan.request().store() ? new Kept(plan, workshop) : new RunStore();
    }

    /** Makes the beginning lasting. */
    void begin() {}

    @Override
    public void commit(Response response) {}

    private static final class Kept extends RunStore {
        private final Plan plan;
        private final Workshop workshop;
        private @Nullable Lease lease;

        Kept(Plan plan, Workshop workshop) {
            this.plan = plan;
            this.workshop = workshop;
        }

        @Override
        void begin() {
            Created created;
            try {
                created = workshop.store()
                        .create(new NewResponse(
                                plan.tenant(),
                                plan.id(),
                                plan.request().previousResponseId(),
                                null,
                                null,
                                false,
                                workshop.node(),
                                workshop.limits().maxRunTime(),
                                null,
                                Documents.document(plan.created()),
                                Documents.notes(plan.lifted()),
                                Documents.items(plan.input())));
            } catch (StoreException e) {
                abandon();
                throw Failures.of(e);
            } catch (IllegalArgumentException goneSincePlanned) {
                throw ContextLoader.notFound(
                        Objects.requireNonNull(plan.request().previousResponseId(), goneSincePlanned::getMessage));
            }
            if (created.outcome() == Created.Outcome.CONVERSATION_LOCKED) {
                throw new InvalidRequestException(
                        "Another process is currently operating on this conversation. Please retry in a few seconds.",
                        "conversation_locked",
                        "conversation");
            }
            lease = created.lease();
        }

        /** A create that failed may have happened all the same; nobody would ever end that response. */
        private void abandon() {
            try {
                workshop.store().delete(plan.tenant(), plan.id());
            } catch (StoreException stillDown) {
                LOG.warn("response {} may be left unfinished in the store: {}", plan.id(), stillDown.getMessage());
            }
        }

        @Override
        public void commit(Response response) {
            Lease held = lease;
            if (held == null) {
                throw new IllegalStateException("the run has not begun");
            }
            Append.Terminal end = new Append.Terminal(response.status(), Documents.document(response.json()));
            Append append = new Append(-1, List.of(), Documents.items(response.output()), end);
            boolean wanted = response.status() != ResponseStatus.CANCELLED;
            try {
                // Whoever ended it elsewhere has kept what there is to keep.
                if (append(held, append) != Append.Result.OK && wanted) {
                    throw new EndedElsewhere();
                }
            } catch (StoreException e) {
                if (wanted) {
                    throw e;
                }
                LOG.warn("response {} was cancelled, which could not be stored: {}", plan.id(), e.getMessage());
            }
        }

        private Append.Result append(Lease held, Append append) {
            Append.Result result;
            try {
                result = workshop.store().append(held, append);
            } catch (StoreException e) {
                return settled(held, append, e);
            }
            return result == Append.Result.UNKNOWN
                    ? settled(held, append, new StoreException("the commit's fate is not known", true, null))
                    : result;
        }

        /** Looks what became of a commit that gave no answer, and makes it once more if it has not happened. */
        private Append.Result settled(Lease held, Append append, StoreException failure) {
            Optional<StoredResponse> now;
            try {
                now = workshop.store().find(held.tenant(), held.id());
            } catch (StoreException stillDown) {
                failure.addSuppressed(stillDown);
                throw failure;
            }
            ResponseStatus status = now.map(StoredResponse::status).orElse(ResponseStatus.CANCELLED);
            if (status.isTerminal()) {
                boolean ours = append.terminal() != null && append.terminal().status() == status && now.isPresent();
                return ours ? Append.Result.OK : Append.Result.FENCED;
            }
            Append.Result again = workshop.store().append(held, append);
            if (again == Append.Result.UNKNOWN) {
                throw failure;
            }
            return again;
        }
    }
}
