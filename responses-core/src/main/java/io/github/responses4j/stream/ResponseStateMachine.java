package io.github.responses4j.stream;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.event.ErrorEvent;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseCompleted;
import io.github.responses4j.event.ResponseCreated;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.event.ResponseFailed;
import io.github.responses4j.event.ResponseInProgress;
import io.github.responses4j.event.ResponseIncomplete;
import io.github.responses4j.event.ResponseQueued;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.FunctionCall;
import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemIds;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.item.Role;
import io.github.responses4j.item.ToolCall;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseError;
import io.github.responses4j.response.Usage;
import io.github.responses4j.store.ResponseStatus;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a backend says into the events of one response. The only place that numbers events, orders them, opens and ends items and
 * parts, and decides what a response looks like at each moment. For one thread.
 *
 * <pre>
 * response := created queued? in_progress item* end
 * item     := output_item.added part* output_item.done
 * part     := content_part.added delta* done content_part.done | delta* done
 * end      := completed | incomplete | error failed
 * </pre>
 *
 * <p>A cancelled response has no event of its own: its stream just ends (OpenAI Responses API knows none).
 */
public final class ResponseStateMachine implements ModelEventSink {
    private final JsonObject base;
    private final ResponseLifecycle lifecycle;
    private final IdGenerator ids;
    private final Clock clock;
    private final EventSink sink;
    private final TerminalGate gate;
    private final List<Item> output = new ArrayList<>();
    private final Map<String, WaitingCall> waiting = new LinkedHashMap<>();
    private final Set<String> callIds = new HashSet<>();
    private final Map<String, String> stepCallIds = new HashMap<>();
    private final Map<String, WaitingCall> refused = new LinkedHashMap<>();
    private @Nullable OpenItem open;
    private @Nullable StopReason stop;
    private @Nullable Usage stepUsage;
    private @Nullable Usage usage;
    private CallFilter filter = CallFilter.NONE;
    private int stepStart;
    private int stepCalls;
    private long next;
    private String errorType = "server_error";
    private boolean silent;
    private boolean closed;

    /**
     * A machine for one response.
     *
     * @param base the response as it is created, with every member that the wire demands
     * @param ids makes the items' ids
     * @param clock tells when the response completes
     * @param sink where the events go
     * @param gate what must happen before the event that ends the stream leaves
     */
    public ResponseStateMachine(JsonObject base, IdGenerator ids, Clock clock, EventSink sink, TerminalGate gate) {
        this.base = base;
        this.lifecycle = new ResponseLifecycle(new Response(base).status());
        this.ids = ids;
        this.clock = clock;
        this.sink = sink;
        this.gate = gate;
    }

    /** Keeps calls out of the response; before the first sample. */
    public void filter(CallFilter filter) {
        this.filter = filter;
    }

    /**
     * Takes up a response that others have begun; before {@link #start}, which then tells only what is missing.
     *
     * @param number the number of the next event
     * @param items the output so far
     * @param told the events of an item that was begun and not ended; empty if there is none
     */
    public void takeUp(long number, List<Item> items, List<ResponseEvent> told) {
        next = number;
        output.addAll(items);
        items.stream().filter(ToolCall.class::isInstance).forEach(call -> callIds.add(((ToolCall) call).callId()));
        silent = true;
        open = Reopening.of(told, this::emit, output.size());
        silent = false;
    }

    /** The output so far: items that are whole. */
    public List<Item> output() {
        return List.copyOf(output);
    }

    /** Whether an item has begun: from then on a failure can no longer be told before the stream. */
    public boolean hasBegunOutput() {
        return open != null || !output.isEmpty();
    }

    /** Begins the stream: created, queued if that is where the response starts, in progress. */
    public void start() {
        List<ResponseEvent> opening = opening(base);
        if (next == 0) {
            opening.forEach(event -> emit(number -> event));
        }
        if (lifecycle.status() == ResponseStatus.QUEUED) {
            lifecycle.moveTo(ResponseStatus.IN_PROGRESS);
        }
        if (next <= opening.size()) {
            Response working = snapshot(lifecycle.status(), json -> {});
            emit(number -> ResponseInProgress.of(number, working));
        }
    }

    /**
     * The events that tell of a response as it is created, before anybody works on it.
     *
     * @param base the response as it is created
     */
    public static List<ResponseEvent> opening(JsonObject base) {
        Response created = new Response(base);
        ResponseEvent first = ResponseCreated.of(0, created);
        return created.status() == ResponseStatus.QUEUED
                ? List.of(first, ResponseQueued.of(1, created))
                : List.of(first);
    }

    /** Begins a sample of the model. */
    public void beginStep() {
        stop = null;
        stepUsage = null;
        stepCallIds.clear();
        refused.clear();
        stepCalls = 0;
        stepStart = output.size();
    }

    /**
     * Ends a sample of the model.
     *
     * @throws BackendException if the backend has not said that the model stopped
     */
    public Step endStep() {
        StopReason reason = stop;
        if (reason == null) {
            throw new BackendException(
                    BackendException.Kind.BROKEN, "The model's answer ended before it was complete.", null);
        }
        boolean cut = reason == StopReason.MAX_OUTPUT_TOKENS || reason == StopReason.CONTENT_FILTER;
        endItems(cut ? ItemStatus.INCOMPLETE : ItemStatus.COMPLETED);
        Usage used = stepUsage == null ? Usage.NONE : stepUsage;
        usage = usage == null ? used : usage.plus(used);
        List<Item> kept = refused.values().stream().map(WaitingCall::item).toList();
        return new Step(output.subList(stepStart, output.size()), kept, reason, used);
    }

    @Override
    public void accept(ModelEvent event) {
        if (event instanceof ModelEvent.UsageReported reported) {
            stepUsage = reported.usage();
        } else if (stop == null) {
            grow(event);
        }
    }

    @Override
    public void flush() {
        if (!closed && !silent) {
            sink.flush();
        }
    }

    private void grow(ModelEvent event) {
        if (event instanceof ModelEvent.TextDelta delta) {
            if (!delta.text().isEmpty() || delta.logprobs() != null) {
                message().text(delta.text(), delta.logprobs());
            }
        } else if (event instanceof ModelEvent.CallDelta delta) {
            growCall(delta);
        } else if (event instanceof ModelEvent.CallStarted call) {
            startCall(call);
        } else if (event instanceof ModelEvent.CallEnded call) {
            endCall(stepCallIds.getOrDefault(call.callId(), call.callId()));
        } else if (event instanceof ModelEvent.ReasoningDelta delta) {
            if (!delta.text().isEmpty()) {
                reasoning().raw(delta.text());
            }
        } else if (event instanceof ModelEvent.ReasoningSummaryDelta delta) {
            if (!delta.text().isEmpty()) {
                reasoning().summary(delta.text(), delta.part());
            }
        } else if (event instanceof ModelEvent.RefusalDelta delta) {
            if (!delta.text().isEmpty()) {
                message().refusal(delta.text());
            }
        } else if (event instanceof ModelEvent.AnnotationAdded added) {
            message().annotation(added.annotation());
        } else if (event instanceof ModelEvent.ItemFields more) {
            (open == null ? reasoning() : open).add(more.fields());
        } else if (event instanceof ModelEvent.ItemEnded) {
            endOpen(ItemStatus.COMPLETED);
        } else if (event instanceof ModelEvent.WholeItem whole) {
            // What cannot be written gets no number.
            whole.item().json().requireJson();
            appendAdmitted(whole);
        } else if (event instanceof ModelEvent.Stopped stopped) {
            stop = stopped.reason();
        }
    }

    private OpenMessage message() {
        if (open instanceof OpenMessage message) {
            return message;
        }
        endItems(ItemStatus.COMPLETED);
        OpenMessage message = new OpenMessage(this::emit, newId(Message.TYPE), output.size());
        open = message;
        return message;
    }

    private OpenReasoning reasoning() {
        if (open instanceof OpenReasoning reasoning) {
            return reasoning;
        }
        endItems(ItemStatus.COMPLETED);
        OpenReasoning reasoning = new OpenReasoning(this::emit, newId(Reasoning.TYPE), output.size());
        open = reasoning;
        return reasoning;
    }

    // A backend that counts its calls anew in each sample must not make two calls of one response the same.
    private String uniqueCallId(String callId) {
        return callIds.add(callId) ? callId : ids.next("call");
    }

    private void startCall(ModelEvent.CallStarted started) {
        if (stepCallIds.containsKey(started.callId())) {
            // Some upstreams repeat themselves; within a sample there is one call of this id.
            return;
        }
        String callId = uniqueCallId(started.callId());
        stepCallIds.put(started.callId(), callId);
        WaitingCall call = new WaitingCall(callId, started.name(), started.custom(), started.fields());
        if (!admits(call.name(), call.fields())) {
            refused.put(callId, call);
            return;
        }
        if (open instanceof OpenCall) {
            waiting.put(call.callId(), call);
        } else {
            endItems(ItemStatus.COMPLETED);
            open(call);
        }
    }

    private boolean admits(String name, JsonObject members) {
        boolean admitted = filter.admits(name, members.string("namespace"), stepCalls);
        stepCalls += admitted ? 1 : 0;
        return admitted;
    }

    private void appendAdmitted(ModelEvent.WholeItem whole) {
        if (whole.item() instanceof ToolCall call
                && !admits(call.name(), whole.item().json())) {
            refused.put(call.callId(), WholeItems.waiting(call, call.callId()));
        } else {
            append(whole.item(), whole.previews());
        }
    }

    private void open(WaitingCall call) {
        String type = call.custom() ? CustomToolCall.TYPE : FunctionCall.TYPE;
        OpenCall item = new OpenCall(this::emit, newId(type), output.size(), call);
        open = item;
        call.pieces().forEach(item::grow);
    }

    private void growCall(ModelEvent.CallDelta delta) {
        String callId = stepCallIds.getOrDefault(delta.callId(), delta.callId());
        if (open instanceof OpenCall call && call.callId().equals(callId)) {
            call.grow(delta.text());
            return;
        }
        WaitingCall call = waiting.getOrDefault(callId, refused.get(callId));
        if (call != null && !call.ended()) {
            call.grow(delta.text());
        } else if (!delta.text().isEmpty()) {
            // A call must never reach a tool with a part of its arguments missing.
            throw new BackendException(BackendException.Kind.BROKEN, "The model's answer is out of order.", null);
        }
    }

    private void endCall(String callId) {
        if (open instanceof OpenCall call && call.callId().equals(callId)) {
            endOpen(ItemStatus.COMPLETED);
            return;
        }
        WaitingCall call = waiting.get(callId);
        if (call != null) {
            call.end();
        }
    }

    private void endOpen(ItemStatus status) {
        OpenItem item = open;
        if (item != null) {
            output.add(item.end(status));
            open = null;
        }
        while (open == null && !waiting.isEmpty()) {
            Iterator<WaitingCall> first = waiting.values().iterator();
            WaitingCall call = first.next();
            first.remove();
            open(call);
            if (call.ended() && open != null) {
                output.add(open.end(ItemStatus.COMPLETED));
                open = null;
            }
        }
    }

    /** Ends everything that is growing; only the very last item gets the status, the others are whole. */
    private void endItems(ItemStatus last) {
        while (open != null) {
            endOpen(waiting.isEmpty() ? last : ItemStatus.COMPLETED);
        }
    }

    /**
     * Appends an item that is already whole, such as the output of a hosted tool, with a new id. Ends what has been growing.
     *
     * @return the item as it stands in the output
     */
    public Item append(Item item) {
        return append(item, List.of());
    }

    private Item append(Item item, List<JsonObject> previews) {
        endItems(ItemStatus.COMPLETED);
        if (item instanceof Message message && message.role() == Role.ASSISTANT) {
            WholeItems.grow(message, message());
        } else if (item instanceof Reasoning reasoning) {
            WholeItems.grow(reasoning, reasoning());
        } else if (item instanceof ToolCall call) {
            open(WholeItems.waiting(call, uniqueCallId(call.callId())));
            if (open != null) {
                open.add(WholeItems.furtherMembers(item));
            }
        } else {
            Item named = HostedItems.ended(item).withId(newId(item.type()));
            HostedItems.tell(named, previews, output.size(), this::emit);
            output.add(named);
            return named;
        }
        endItems(item.status() == ItemStatus.INCOMPLETE ? ItemStatus.INCOMPLETE : ItemStatus.COMPLETED);
        return output.get(output.size() - 1);
    }

    /** Ends the response as the model wanted. */
    public Response complete() {
        return end(
                ResponseStatus.COMPLETED,
                json -> json.put("completed_at", clock.instant().getEpochSecond()));
    }

    /** Ends the response early, for a reason such as {@code max_output_tokens}. */
    public Response incomplete(String reason) {
        JsonObject details = JsonObject.builder().put("reason", reason).build();
        return end(ResponseStatus.INCOMPLETE, json -> json.put("incomplete_details", details));
    }

    /** Ends the response by an error. */
    public Response fail(String errorType, ResponseError error) {
        this.errorType = errorType;
        return end(ResponseStatus.FAILED, json -> json.put("error", error.json()));
    }

    /** Ends the stream by an error that cannot be made lasting: the gate is passed by. */
    public Response failUncommitted(String errorType, ResponseError error) {
        this.errorType = errorType;
        endItems(ItemStatus.INCOMPLETE);
        Response response = snapshot(ResponseStatus.FAILED, json -> json.put("error", error.json()));
        return close(response, ending(response));
    }

    /** Ends the response because its caller has gone; nothing more leaves. */
    public Response cancel() {
        silent = true;
        return end(ResponseStatus.CANCELLED, json -> {});
    }

    private Response end(ResponseStatus status, Consumer<JsonObject.Builder> details) {
        endItems(ItemStatus.INCOMPLETE);
        Response response = snapshot(status, details);
        List<ResponseEvent> last = ending(response);
        gate.commit(response, last);
        lifecycle.moveTo(status);
        return close(response, last);
    }

    /** The events that tell of an end, with the numbers that they will have. */
    private List<ResponseEvent> ending(Response response) {
        return switch (response.status()) {
            case COMPLETED -> List.of(ResponseCompleted.of(next, response));
            case INCOMPLETE -> List.of(ResponseIncomplete.of(next, response));
            case FAILED -> {
                JsonObject error = Objects.requireNonNullElse(response.json().object("error"), JsonObject.EMPTY);
                yield List.of(
                        ErrorEvent.of(next, errorType, error.string("code", ""), error.string("message", "")),
                        ResponseFailed.of(next + 1, response));
            }
            default -> List.of();
        };
    }

    private Response close(Response response, List<ResponseEvent> last) {
        last.forEach(event -> emit(number -> event));
        flush();
        closed = true;
        return response;
    }

    /**
     * Tells the end of a response that has ended before, as it is: the gate is passed by.
     *
     * @param stored the response, in a terminal status
     * @return the response
     */
    public Response endAs(Response stored) {
        endItems(ItemStatus.COMPLETED);
        return close(stored, ending(stored));
    }

    private Response snapshot(ResponseStatus status, Consumer<JsonObject.Builder> details) {
        JsonObject.Builder json = base.toBuilder().put("status", status.wire());
        json.put("output", output.stream().map(Item::json).toList());
        if (status.isTerminal()) {
            if ("auto".equals(base.string("service_tier"))) {
                json.put("service_tier", "default");
            }
            Usage used = usage == null && status != ResponseStatus.FAILED ? Usage.NONE : usage;
            if (used != null && status != ResponseStatus.CANCELLED) {
                json.put("usage", used.json());
            }
        }
        details.accept(json);
        return new Response(json.build());
    }

    private String newId(String type) {
        return ids.next(ItemIds.prefix(type));
    }

    // The only place that hands out numbers.
    private void emit(LongFunction<ResponseEvent> event) {
        if (closed) {
            throw new IllegalStateException("the response has already ended");
        }
        if (!silent) {
            sink.accept(event.apply(next));
            next++;
        }
    }
}
