package io.github.responses4j.engine;

import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.Append;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.stream.TerminalGate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one run writes to the store: its beginning (T1) and its end (T6). A response that is not kept writes nothing at all. */
class RunStore implements TerminalGate {
    private RunStore() {}

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

        @Override
        public void commit(Response response) {
            Lease held = lease;
            if (held == null) {
                throw new IllegalStateException("the run has not begun");
            }
            Append.Terminal end = new Append.Terminal(response.status(), Documents.document(response.json()));
            Append append = new Append(-1, List.of(), Documents.items(response.output()), end);
            Append.Result result = workshop.store().append(held, append);
            // A run that was deleted or cancelled by somebody else has nothing left to keep.
            if (result != Append.Result.OK && response.status() != ResponseStatus.CANCELLED) {
                throw new StoreException("the response was ended by somebody else", false, null);
            }
        }
    }
}
