package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Annotation;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Usage;
import io.github.responses4j.tool.Cancellation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ScriptedBackend} does in one sample, step by step. Unless it says how it ends, the model stops: for its tool calls if the
 * script has any, done otherwise. For one thread, and one backend.
 */
public final class SampleScript {
    /** One step of a sample. */
    @FunctionalInterface
    private interface Step {
        void run(BackendRequest request, ModelEventSink sink, Cancellation cancellation);
    }

    private final List<Step> steps = new ArrayList<>();
    private final List<ModelEvent> events = new ArrayList<>();
    private boolean calls;
    private boolean ends;

    /** A script without steps: the model just stops. */
    public SampleScript() {}

    /** Says any events, legal or not. */
    public SampleScript say(ModelEvent... more) {
        for (ModelEvent event : more) {
            calls |= event instanceof ModelEvent.CallStarted;
            ends |= event instanceof ModelEvent.Stopped;
            events.add(event);
            steps.add((request, sink, cancellation) -> sink.accept(event));
        }
        return this;
    }

    /** Says text, piece by piece. */
    public SampleScript text(String... pieces) {
        for (String piece : pieces) {
            say(new ModelEvent.TextDelta(piece));
        }
        return this;
    }

    /** Says a piece of text with its log probabilities. */
    public SampleScript text(String piece, JsonNode logprobs) {
        return say(new ModelEvent.TextDelta(piece, logprobs));
    }

    /** Refuses, piece by piece. */
    public SampleScript refusal(String... pieces) {
        for (String piece : pieces) {
            say(new ModelEvent.RefusalDelta(piece));
        }
        return this;
    }

    /** Thinks aloud, piece by piece. */
    public SampleScript reasoning(String... pieces) {
        for (String piece : pieces) {
            say(new ModelEvent.ReasoningDelta(piece));
        }
        return this;
    }

    /** Says a piece of a reasoning summary. */
    public SampleScript summary(int part, String piece) {
        return say(new ModelEvent.ReasoningSummaryDelta(piece, part));
    }

    /** Gives members to what is growing, such as {@code encrypted_content}. */
    public SampleScript fields(JsonObject fields) {
        return say(new ModelEvent.ItemFields(fields));
    }

    /** Points to a source. */
    public SampleScript annotation(Annotation annotation) {
        return say(new ModelEvent.AnnotationAdded(annotation));
    }

    /** Calls a function, the arguments in two pieces if they are long enough. */
    public SampleScript call(String callId, String name, String arguments) {
        say(new ModelEvent.CallStarted(callId, name));
        int half = arguments.length() / 2;
        if (half > 0) {
            say(new ModelEvent.CallDelta(callId, arguments.substring(0, half)));
        }
        return say(new ModelEvent.CallDelta(callId, arguments.substring(half)), new ModelEvent.CallEnded(callId));
    }

    /** Calls a custom tool. */
    public SampleScript customCall(String callId, String name, String input) {
        return say(
                new ModelEvent.CallStarted(callId, name, true),
                new ModelEvent.CallDelta(callId, input),
                new ModelEvent.CallEnded(callId));
    }

    /** Hands over an item that is already whole. */
    public SampleScript item(Item item) {
        return say(new ModelEvent.WholeItem(item));
    }

    /** Reports tokens. */
    public SampleScript usage(long inputTokens, long outputTokens) {
        return usage(Usage.of(inputTokens, outputTokens));
    }

    /** Reports tokens with their details. */
    public SampleScript usage(Usage usage) {
        return say(new ModelEvent.UsageReported(usage));
    }

    /** Tells the engine that nothing more is at hand for now. */
    public SampleScript flush() {
        return step((request, sink, cancellation) -> sink.flush());
    }

    /** Waits in front of a gate; a cancel ends the sample there. */
    public SampleScript await(Gate gate) {
        return step((request, sink, cancellation) -> gate.awaitUnless(cancellation));
    }

    /** Opens a gate, to tell the test how far the sample has come. */
    public SampleScript open(Gate gate) {
        return step((request, sink, cancellation) -> gate.open());
    }

    /** Looks at the request; what the look throws comes out of the sample. */
    public SampleScript check(Consumer<BackendRequest> look) {
        return step((request, sink, cancellation) -> look.accept(request));
    }

    /** The model stops. */
    public SampleScript stop(StopReason reason) {
        return say(new ModelEvent.Stopped(reason));
    }

    /** The connection ends here, without a stop. */
    public SampleScript cut() {
        ends = true;
        return this;
    }

    /** The backend fails here. */
    public SampleScript fail(BackendException.Kind kind, String message) {
        return fail(new BackendException(kind, message, null));
    }

    /** The backend throws here: a {@link BackendException} if it keeps its contract, anything else if it does not. */
    public SampleScript fail(RuntimeException exception) {
        ends = true;
        return step((request, sink, cancellation) -> {
            throw exception;
        });
    }

    /** Nothing comes any more until the sample is cancelled. */
    public SampleScript hang() {
        ends = true;
        return await(new Gate());
    }

    /** Says the events of the script so far once more, in an order that comes from the seed alone, and in place of the right one. */
    public SampleScript garble(long seed) {
        List<ModelEvent> shuffled = new ArrayList<>(events);
        Collections.shuffle(shuffled, new Random(seed));
        steps.clear();
        events.clear();
        return say(shuffled.toArray(ModelEvent[]::new));
    }

    private SampleScript step(Step step) {
        steps.add(step);
        return this;
    }

    /** How many steps it has, the stop that it may lack not counted. */
    public int size() {
        return steps.size();
    }

    void run(BackendRequest request, ModelEventSink sink, Cancellation cancellation, @Nullable Integer most) {
        int count = most == null ? steps.size() : Math.min(most, steps.size());
        for (Step step : List.copyOf(steps.subList(0, count))) {
            if (cancellation.isCancelled()) {
                throw new BackendException(BackendException.Kind.CANCELLED, "The sample was cancelled.", null);
            }
            step.run(request, sink, cancellation);
        }
        if (cancellation.isCancelled()) {
            throw new BackendException(BackendException.Kind.CANCELLED, "The sample was cancelled.", null);
        }
        if (most == null && !ends) {
            sink.accept(new ModelEvent.Stopped(calls ? StopReason.TOOL_CALLS : StopReason.DONE));
        }
    }
}
