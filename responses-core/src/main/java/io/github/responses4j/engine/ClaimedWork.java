package io.github.responses4j.engine;

import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.LifecycleEvent;
import io.github.responses4j.event.OutputItemDone;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.InvalidJsonException;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.stream.ResponseStateMachine;
import io.github.responses4j.tool.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a response that was claimed: it is carried out from its start, or from where another process has left it, or it fails.
 * It cannot go on once readers have seen a part of an item that nobody can finish: no event takes words back.
 */
final class ClaimedWork implements BackgroundRuns.Work {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimedWork.class);
    private static final int PAGE = 256;

    private final Workshop workshop;
    private final Planner planner;

    ClaimedWork(Workshop workshop, Planner planner) {
        this.workshop = workshop;
        this.planner = planner;
    }

    @Override
    public void carryOut(Claim claim, Cancellation cancellation) {
        StoredResponse stored = claim.response();
        try {
            List<ResponseEvent> begun;
            try {
                begun = begun(stored);
            } catch (InvalidJsonException | JsonShapeException unreadable) {
                // Nor can anybody else read it: it must not be tried for ever.
                LOG.error("the log of background response {} cannot be read", stored.id(), unreadable);
                end(claim, List.of(), interrupted(), cancellation);
                return;
            }
            ResponsesException reason = hopeless(claim, begun);
            if (reason != null) {
                end(claim, begun, reason, cancellation);
                return;
            }
            Plan known = workshop.background().takePlan(new ResponseKey(stored.tenant(), stored.id()));
            Plan plan;
            try {
                plan = known == null ? planner.resume(stored) : known;
            } catch (ResponsesException e) {
                // What it names is gone or cannot be read: nobody else will do better.
                end(claim, begun, e, cancellation);
                return;
            }
            workshop.watch().attend();
            new ResponseRun(plan, workshop, claim).execute(EventSink.discard(), cancellation);
        } catch (RunStore.EndedElsewhere e) {
            LOG.debug("background response {} was ended elsewhere", stored.id());
        }
    }

    @Override
    public void bury(Claim claim) {
        // A store that is down is not waited for: there is another round.
        Cancellation impatient = new Cancellation();
        impatient.cancel();
        try {
            end(claim, begun(claim.response()), interrupted(), impatient);
        } catch (RunStore.EndedElsewhere e) {
            LOG.debug("response {} was ended elsewhere", claim.lease().id());
        }
    }

    /** Why a response cannot be carried out any more; null if it can. */
    private @Nullable ResponsesException hopeless(Claim claim, List<ResponseEvent> begun) {
        BackgroundLimits limits = workshop.limits().background();
        if (claim.attempt() > limits.maxAttempts() || !begun.isEmpty()) {
            return interrupted();
        }
        // One that was handed back is at its first attempt still, but somebody has worked on it.
        boolean late = claim.lease().epoch() == 1
                && claim.response()
                        .createdAt()
                        .plus(limits.maxWait())
                        .isBefore(workshop.clock().instant());
        return late ? new ServerException("The response has waited too long to be worked on.", true, null) : null;
    }

    private static ServerException interrupted() {
        return new ServerException("The response was interrupted.", true, null);
    }

    /** The events of an item that was begun and not ended. */
    private List<ResponseEvent> begun(StoredResponse stored) {
        List<ResponseEvent> begun = new ArrayList<>();
        long known = -1;
        while (known < stored.lastSeq()) {
            Optional<Tail> tail = workshop.store().tail(stored.tenant(), stored.id(), known, PAGE);
            if (tail.isEmpty() || tail.get().events().isEmpty()) {
                throw new RunStore.EndedElsewhere();
            }
            for (StoredEvent event : tail.get().events()) {
                known = event.seq();
                add(begun, Documents.event(event));
            }
        }
        return begun;
    }

    private static void add(List<ResponseEvent> begun, ResponseEvent event) {
        if (event instanceof OutputItemDone) {
            begun.clear();
        } else if (!(event instanceof LifecycleEvent)) {
            begun.add(event);
        }
    }

    /** Ends a response that cannot be carried out, with what there is of it. */
    private void end(Claim claim, List<ResponseEvent> begun, ResponsesException reason, Cancellation cancellation) {
        StoredResponse stored = claim.response();
        RunStore store = RunStore.of(claim, workshop, cancellation);
        ResponseStateMachine machine = new ResponseStateMachine(
                JsonObject.parse(stored.document()),
                workshop.ids(),
                workshop.clock(),
                store.through(EventSink.discard()),
                store);
        machine.takeUp(stored.lastSeq() + 1, Documents.output(stored), begun);
        machine.start();
        machine.fail(reason.type(), Failures.error(reason));
    }
}
