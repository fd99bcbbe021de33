package io.github.responses4j.stream;

import io.github.responses4j.event.AnnotationAdded;
import io.github.responses4j.event.CustomToolCallInputDelta;
import io.github.responses4j.event.FunctionCallArgumentsDelta;
import io.github.responses4j.event.OutputItemAdded;
import io.github.responses4j.event.OutputTextDelta;
import io.github.responses4j.event.ReasoningSummaryTextDelta;
import io.github.responses4j.event.ReasoningTextDelta;
import io.github.responses4j.event.RefusalDelta;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.item.CustomToolCall;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.item.ToolCall;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Grows an item again that somebody else has begun, from the events that told of it. */
final class Reopening {
    private final OpenItem.Emitter out;
    private final int outputIndex;
    private @Nullable OpenItem item;

    private Reopening(OpenItem.Emitter out, int outputIndex) {
        this.out = out;
        this.outputIndex = outputIndex;
    }

    /**
     * The item as far as it has been told; null if the events begin none that grows.
     *
     * @param out takes what the item says while it grows again
     */
    static @Nullable OpenItem of(List<ResponseEvent> told, OpenItem.Emitter out, int outputIndex) {
        Reopening reopening = new Reopening(out, outputIndex);
        told.forEach(reopening::take);
        return reopening.item;
    }

    private void take(ResponseEvent event) {
        if (event instanceof OutputItemAdded added) {
            item = begin(added.item());
        } else if (item instanceof OpenMessage message) {
            grow(message, event);
        } else if (item instanceof OpenReasoning reasoning) {
            grow(reasoning, event);
        } else if (item instanceof OpenCall call) {
            if (event instanceof FunctionCallArgumentsDelta delta) {
                call.grow(delta.delta());
            } else if (event instanceof CustomToolCallInputDelta delta) {
                call.grow(delta.delta());
            }
        }
    }

    private @Nullable OpenItem begin(Item begun) {
        String id = Objects.requireNonNull(begun.id(), "an item that was told has an id");
        if (begun instanceof Message) {
            return new OpenMessage(out, id, outputIndex);
        } else if (begun instanceof Reasoning) {
            return new OpenReasoning(out, id, outputIndex);
        } else if (begun instanceof ToolCall call) {
            return new OpenCall(
                    out,
                    id,
                    outputIndex,
                    new WaitingCall(
                            call.callId(),
                            call.name(),
                            call instanceof CustomToolCall,
                            WholeItems.furtherMembers(begun)));
        }
        return null;
    }

    private static void grow(OpenMessage message, ResponseEvent event) {
        if (event instanceof OutputTextDelta delta) {
            message.text(delta.delta(), delta.rest().get("logprobs"));
        } else if (event instanceof RefusalDelta delta) {
            message.refusal(delta.delta());
        } else if (event instanceof AnnotationAdded added) {
            message.annotation(added.annotation());
        }
    }

    private static void grow(OpenReasoning reasoning, ResponseEvent event) {
        if (event instanceof ReasoningTextDelta delta) {
            reasoning.raw(delta.delta());
        } else if (event instanceof ReasoningSummaryTextDelta delta) {
            reasoning.summary(delta.delta(), delta.place().partIndex());
        }
    }
}
