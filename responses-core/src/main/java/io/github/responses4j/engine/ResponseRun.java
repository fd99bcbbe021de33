package io.github.responses4j.engine;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.stream.ResponseStateMachine;
import io.github.responses4j.stream.Retelling;
import io.github.responses4j.stream.Step;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One response on its way: the request is checked, its context is loaded, nothing has happened yet. {@link #execute} does it all, once,
 * on the calling thread. Streaming or not is only a matter of the sink.
 */
public final class ResponseRun {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseRun.class);

    private final Plan plan;
    private final Workshop workshop;
    private final Cancellation cancellation = new Cancellation();
    private final RunStore store;
    private final @Nullable StoredResponse claimed;
    private final @Nullable ResponseId made;
    private volatile boolean timedOut;
    private boolean executed;
    private @Nullable ResponsesException failure;
    private boolean producedOutput;

    ResponseRun(Plan plan, Workshop workshop) {
        this(plan, workshop, (ResponseId) null);
    }

    /**
     * The run of a request that may have been carried out before.
     *
     * @param made what it has brought about; null if it has not been carried out
     */
    ResponseRun(Plan plan, Workshop workshop, @Nullable ResponseId made) {
        this.plan = plan;
        this.made = made;
        this.workshop = workshop;
        this.store = RunStore.of(plan, workshop, cancellation);
        this.claimed = null;
    }

    /** The run of a response that was claimed, perhaps after others had begun it. */
    ResponseRun(Plan plan, Workshop workshop, Claim claim) {
        this.plan = plan;
        this.made = null;
        this.workshop = workshop;
        this.store = RunStore.of(claim, workshop, cancellation);
        this.claimed = claim.response();
    }

    /** The id of the response to come. */
    public ResponseId id() {
        return plan.id();
    }

    /** What of the request is not honoured; known before anything happens. */
    public List<Warning> warnings() {
        return plan.warnings();
    }

    /** Whether the request is for a background response, which is queued by {@link #submit} and not carried out here. */
    public boolean isBackground() {
        return plan.request().background();
    }

    /**
     * Queues a background response, for this engine or another one on the same store to carry out.
     *
     * @return the response as it is queued; under an idempotency key that was used for the same request before, the response to that one
     *     as it is now
     * @throws ResponsesException if the store cannot take the response; then nothing has happened
     * @throws IllegalStateException if the request is for no background response
     */
    public Response submit() {
        if (!isBackground()) {
            throw new IllegalStateException("not a background response");
        }
        begin();
        if (made != null) {
            return earlier(made);
        }
        workshop.running().requireOpen();
        workshop.background().expect(plan);
        boolean accepted = false;
        try {
            RunStore.queue(plan, workshop);
            accepted = true;
        } catch (RunStore.MadeBefore e) {
            return earlier(e.id());
        } finally {
            if (!accepted) {
                workshop.background().forget(plan.key());
            }
        }
        workshop.work().run();
        return new Response(plan.created());
    }

    /**
     * Carries the request out. Blocks until the response has ended. A request that was carried out before under the same idempotency key
     * gets that response again, told by its items.
     *
     * <p>A failure ends the response as {@code failed}; {@link #rejection()} then tells whether the caller may still be told otherwise.
     * A cancel ends it as {@code cancelled}, with what there is so far; the sink hears nothing more.
     *
     * @param sink takes the events, on this thread; if it throws, the run is cancelled and the exception comes out of here
     * @param caller tells when nobody waits for the answer any more
     * @return the response as it ended
     * @throws ResponsesException if the store cannot take the response, or the engine is closed; then nothing has happened
     * @throws IllegalStateException if the request is for a background response
     */
    public Response execute(EventSink sink, Cancellation caller) {
        if (isBackground() && claimed == null) {
            throw new IllegalStateException("a background response is submitted");
        }
        begin();
        if (made != null) {
            return told(made, sink);
        }
        try {
            Response response = carryOut(sink, caller);
            remember(response);
            return response;
        } catch (RunStore.MadeBefore e) {
            return told(e.id(), sink);
        }
    }

    private void begin() {
        if (executed) {
            throw new IllegalStateException("a run executes once");
        }
        executed = true;
    }

    /** What the same request has brought about before. */
    private Response earlier(ResponseId id) {
        return workshop.repeats().again(plan.tenant(), id, isBackground());
    }

    private Response told(ResponseId id, EventSink sink) {
        Response earlier = earlier(id);
        Retelling.tell(earlier, sink);
        return earlier;
    }

    /** What the caller's connection may continue, although it is not kept. */
    private void remember(Response response) {
        SessionMemory memory = plan.options().memory();
        if (memory == null) {
            return;
        }
        if (response.status() == ResponseStatus.COMPLETED || response.status() == ResponseStatus.INCOMPLETE) {
            List<Item> items = new ArrayList<>(plan.context());
            items.addAll(response.output());
            memory.remember(plan.id(), new ContextLoader.History(List.copyOf(items), plan.instructions(), null));
        } else {
            Planner.forget(plan.request(), plan.options());
        }
    }

    private ResponseStateMachine machine(EventSink sink) {
        ResponseStateMachine machine =
                new ResponseStateMachine(plan.created(), workshop.ids(), workshop.clock(), sink, store);
        machine.filter(new AllowedCalls(plan.request()));
        if (claimed != null) {
            machine.takeUp(claimed.lastSeq() + 1, Documents.output(claimed), List.of());
        }
        return machine;
    }

    private Response carryOut(EventSink sink, Cancellation caller) {
        GuardedSink guarded = new GuardedSink(store.through(sink), cancellation);
        ResponseStateMachine machine = machine(guarded);
        // In this order: once it is registered, a run that an engine's end overtakes is cancelled or may set no
        // deadline.
        Running.Entry entry = workshop.running().enter(plan.key(), cancellation, store::letGo);
        try (Cancellation.Registration ignored = caller.onCancel(cancellation::cancel);
                Deadlines.Deadline ending = workshop.deadline(plan, this::timeOut)) {
            store.begin();
            machine.start();
            Response response = work(machine);
            guarded.rethrow();
            return response;
        } finally {
            store.close();
            workshop.running().leave(plan.key(), entry);
        }
    }

    /** What to throw instead of giving the response: set if the run failed before the model produced anything. */
    public Optional<ResponsesException> rejection() {
        return producedOutput ? Optional.empty() : Optional.ofNullable(failure);
    }

    private Response work(ResponseStateMachine machine) {
        try {
            return loop(machine);
        } catch (RuntimeException e) {
            return broken(machine, e);
        } catch (Error e) {
            broken(machine, e);
            throw e;
        }
    }

    private Response broken(ResponseStateMachine machine, Throwable e) {
        if (e instanceof RunStore.EndedElsewhere) {
            return endedElsewhere(machine);
        }
        if (e instanceof StoreException notStored) {
            // What its caller is told should be kept, if that can be. Of a background response nobody is told: it is
            // gone on with.
            return claimed == null
                    ? failed(machine, Failures.of(notStored))
                    : uncommitted(machine, notStored, Failures.of(notStored));
        }
        if (cancellation.isCancelled()) {
            return stopped(machine);
        }
        if (e instanceof BackendException failed) {
            return failed(machine, Failures.of(failed));
        }
        LOG.error("response {} failed by a bug", plan.id(), e);
        return failed(machine, Failures.bug(e));
    }

    private Response loop(ResponseStateMachine machine) {
        Standing standing = Standing.of(machine.output());
        List<Item> context = new ArrayList<>(plan.context());
        context.addAll(standing.known());
        Budget budget = new Budget(plan.request(), workshop.limits());
        budget.answered(standing.answered());
        Step said = standing.said();
        // A call that was forced is not forced again by those who go on.
        int first = machine.output().stream().anyMatch(ToolCall.class::isInstance) ? 1 : 0;
        for (int step = first; step < workshop.limits().maxSteps() + first; step++) {
            Step sampled = said == null ? sample(machine, context, budget, step) : said;
            said = null;
            if (sampled == null) {
                return stopped(machine);
            }
            // Before anything of it is written: a call that was cut off must not look like one that waits to be made.
            if (budget.isCutShort(sampled)) {
                return machine.incomplete(reason(sampled));
            }
            machine.flush();
            ToolRound round = runTools(sampled, budget);
            if (cancellation.isCancelled()) {
                return stopped(machine);
            }
            List<Item> outputs = round.outputs().stream().map(machine::append).toList();
            if (round.limitReached()) {
                return machine.incomplete("max_tool_calls");
            }
            List<Item> told = outputs.isEmpty() ? AllowedCalls.refusals(sampled) : outputs;
            if (told.isEmpty() || round.waitsForCaller()) {
                return machine.complete();
            }
            budget.used(round);
            if (budget.isSpent()) {
                return machine.incomplete("max_output_tokens");
            }
            context.addAll(sampled.items());
            context.addAll(told);
        }
        return machine.incomplete("max_steps");
    }

    private ToolRound runTools(Step sampled, Budget budget) {
        boolean calls = sampled.items().stream().anyMatch(ToolCall.class::isInstance);
        Journal journal = calls ? store.beginTools() : Journal.NONE;
        return workshop.tools()
                .run(
                        sampled.items(),
                        budget.toolCalls(),
                        new ToolRunner.Caller(plan.tenant(), plan.id(), plan.request(), cancellation, journal));
    }

    /** What the model came to, or null if the run was cancelled. */
    private @Nullable Step sample(ResponseStateMachine machine, List<Item> context, Budget budget, int step) {
        machine.flush();
        machine.beginStep();
        if (!cancellation.isCancelled()) {
            plan.backend().sample(request(context, budget, step), machine, cancellation);
        }
        if (cancellation.isCancelled()) {
            return null;
        }
        Step sampled = machine.endStep();
        budget.used(sampled);
        return sampled;
    }

    private BackendRequest request(List<Item> context, Budget budget, int step) {
        ToolChoice asked = plan.request().toolChoice();
        // A forced call is forced once: after its output the model must be free to answer.
        return new BackendRequest(
                plan.request().model(),
                plan.instructions(),
                context,
                plan.request().tools(),
                step > 0 ? asked.freed() : asked,
                budget.outputTokens(),
                plan.request().stream(),
                plan.request());
    }

    private static String reason(Step sampled) {
        return sampled.reason() == StopReason.CONTENT_FILTER ? "content_filter" : "max_output_tokens";
    }

    private Response failed(ResponseStateMachine machine, ResponsesException shown) {
        producedOutput = machine.hasBegunOutput();
        failure = shown;
        try {
            return machine.fail(shown.type(), Failures.error(shown));
        } catch (RunStore.EndedElsewhere e) {
            return endedElsewhere(machine);
        } catch (RuntimeException e) {
            return uncommitted(machine, e, shown);
        }
    }

    private Response uncommitted(ResponseStateMachine machine, RuntimeException cause, ResponsesException shown) {
        LOG.error("the end of response {} could not be stored", plan.id(), cause);
        producedOutput = machine.hasBegunOutput();
        failure = shown;
        return machine.failUncommitted(shown.type(), Failures.error(shown));
    }

    private Response stopped(ResponseStateMachine machine) {
        if (timedOut) {
            return failed(
                    machine,
                    new ServerException(
                            "The response took longer than "
                                    + workshop.maxRunTime(plan).toSeconds() + " s.",
                            false,
                            null));
        }
        return endedElsewhere(machine);
    }

    /** Who had it cancelled knows; that another process has it is told, and so is an end that was stored although that was not known. */
    private Response endedElsewhere(ResponseStateMachine machine) {
        Response stored = store.end();
        if (stored != null) {
            failure = null;
            return machine.endAs(stored);
        }
        if (store.isLost()) {
            ServerException lost = new ServerException("The response store is not available.", true, null);
            return uncommitted(machine, lost, lost);
        }
        return machine.cancel();
    }

    private void timeOut() {
        timedOut = true;
        cancellation.cancel();
    }
}
