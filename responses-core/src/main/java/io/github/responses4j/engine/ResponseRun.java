package io.github.responses4j.engine;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.item.Item;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.response.Usage;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.stream.ResponseStateMachine;
import io.github.responses4j.stream.Step;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
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
    private final RunStore store;
    private final Cancellation cancellation = new Cancellation();
    private volatile boolean timedOut;
    private boolean executed;
    private @Nullable ResponsesException failure;
    private boolean producedOutput;

    ResponseRun(Plan plan, Workshop workshop) {
        this.plan = plan;
        this.workshop = workshop;
        this.store = RunStore.of(plan, workshop);
    }

    /** The id of the response to come. */
    public ResponseId id() {
        return plan.id();
    }

    /** What of the request is not honoured; known before anything happens. */
    public List<Warning> warnings() {
        return plan.warnings();
    }

    /**
     * Carries the request out. Blocks until the response has ended.
     *
     * <p>A failure ends the response as {@code failed}; {@link #rejection()} then tells whether the caller may still be told otherwise.
     * A cancel ends it as {@code cancelled}, with what there is so far; the sink hears nothing more.
     *
     * @param sink takes the events, on this thread; if it throws, the run is cancelled and the exception comes out of here
     * @param caller tells when nobody waits for the answer any more
     * @return the response as it ended
     * @throws ServerException if the store cannot take the response; then nothing has happened
     */
    public Response execute(EventSink sink, Cancellation caller) {
        if (executed) {
            throw new IllegalStateException("a run executes once");
        }
        executed = true;
        store.begin();
        GuardedSink guarded = new GuardedSink(sink, cancellation);
        ResponseStateMachine machine =
                new ResponseStateMachine(plan.created(), workshop.ids(), workshop.clock(), guarded, store);
        Future<?> deadline = workshop.deadline(this::timeOut);
        workshop.register(plan, cancellation);
        try (Cancellation.Registration ignored = caller.onCancel(cancellation::cancel)) {
            machine.start();
            Response response = work(machine);
            guarded.rethrow();
            return response;
        } finally {
            workshop.unregister(plan);
            deadline.cancel(false);
        }
    }

    /** What to throw instead of giving the response: set if the run failed before the model produced anything. */
    public Optional<ResponsesException> rejection() {
        return producedOutput ? Optional.empty() : Optional.ofNullable(failure);
    }

    private Response work(ResponseStateMachine machine) {
        try {
            return loop(machine);
        } catch (BackendException e) {
            return cancellation.isCancelled() ? stopped(machine) : failed(machine, Failures.of(e));
        } catch (StoreException e) {
            LOG.error("the end of response {} could not be stored", plan.id(), e);
            ResponsesException shown = Failures.of(e);
            failure = shown;
            return machine.failUncommitted(shown.type(), Failures.error(shown));
        } catch (RuntimeException bug) {
            if (cancellation.isCancelled()) {
                return stopped(machine);
            }
            LOG.error("response {} failed by a bug", plan.id(), bug);
            return failed(machine, Failures.bug(bug));
        }
    }

    private Response loop(ResponseStateMachine machine) {
        List<Item> context = new ArrayList<>(plan.context());
        Budget budget = new Budget(plan.request(), workshop.limits());
        for (int step = 0; step < workshop.limits().maxSteps(); step++) {
            Step sampled = sample(machine, context, budget, step);
            if (cancellation.isCancelled()) {
                return stopped(machine);
            }
            if (budget.isCutShort(sampled)) {
                return machine.incomplete(reason(sampled));
            }
            ToolRound round = workshop.tools().run(sampled.items(), budget.toolCalls(), caller());
            if (cancellation.isCancelled()) {
                return stopped(machine);
            }
            List<Item> outputs = round.outputs().stream().map(machine::append).toList();
            machine.flush();
            if (round.limitReached()) {
                return machine.incomplete("max_tool_calls");
            }
            if (outputs.isEmpty() || round.waitsForCaller()) {
                return machine.complete();
            }
            budget.used(round);
            context.addAll(sampled.items());
            context.addAll(outputs);
        }
        return machine.incomplete("max_steps");
    }

    private Step sample(ResponseStateMachine machine, List<Item> context, Budget budget, int step) {
        machine.beginStep();
        plan.backend().sample(request(context, budget, step), machine, cancellation);
        if (cancellation.isCancelled()) {
            return new Step(List.of(), StopReason.DONE, Usage.NONE);
        }
        Step sampled = machine.endStep();
        budget.used(sampled);
        return sampled;
    }

    private BackendRequest request(List<Item> context, Budget budget, int step) {
        ToolChoice asked = plan.request().toolChoice();
        // A forced call is forced once: after its output the model must be free to answer.
        boolean freed = step > 0 && asked.mode().equals("required");
        return new BackendRequest(
                plan.request().model(),
                plan.instructions(),
                context,
                plan.request().tools(),
                freed ? ToolChoice.AUTO : asked,
                budget.outputTokens(),
                plan.request().stream(),
                plan.request());
    }

    private static String reason(Step sampled) {
        return sampled.reason() == StopReason.CONTENT_FILTER ? "content_filter" : "max_output_tokens";
    }

    private ToolRunner.Caller caller() {
        return new ToolRunner.Caller(plan.tenant(), plan.id(), cancellation);
    }

    private Response failed(ResponseStateMachine machine, ResponsesException shown) {
        producedOutput = machine.hasBegunOutput();
        failure = shown;
        try {
            return machine.fail(shown.type(), Failures.error(shown));
        } catch (StoreException e) {
            LOG.error("the failure of response {} could not be stored", plan.id(), e);
            return machine.failUncommitted(shown.type(), Failures.error(shown));
        }
    }

    private Response stopped(ResponseStateMachine machine) {
        if (timedOut) {
            return failed(
                    machine,
                    new ServerException(
                            "The response took longer than "
                                    + workshop.limits().maxRunTime().toSeconds() + " s.",
                            false,
                            null));
        }
        return machine.cancel();
    }

    private void timeOut() {
        timedOut = true;
        cancellation.cancel();
    }
}
