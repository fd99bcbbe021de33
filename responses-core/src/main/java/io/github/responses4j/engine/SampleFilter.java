package io.github.responses4j.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.OutputText;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.json.JsonObject;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Hands on what a backend says, with what the request's {@code include} wants added or left out: log probabilities go unless they are
 * asked for, and raw reasoning gets a sealed copy if it is asked for and the backend has sealed none itself. For one sample.
 */
final class SampleFilter implements ModelEventSink {
    private final ModelEventSink sink;
    private final boolean logprobs;
    private final @Nullable UnaryOperator<String> seal;
    private final StringBuilder raw = new StringBuilder();
    private boolean sealedAlready;
    private boolean spoken;

    /**
     * A filter in front of a sink.
     *
     * @param logprobs whether log probabilities are handed on
     * @param seal seals raw reasoning; null if none is to be sealed
     */
    SampleFilter(ModelEventSink sink, boolean logprobs, @Nullable UnaryOperator<String> seal) {
        this.sink = sink;
        this.logprobs = logprobs;
        this.seal = seal;
    }

    /** Whether the backend has said anything. */
    boolean hasSpoken() {
        return spoken;
    }

    @Override
    public void accept(ModelEvent event) {
        spoken = true;
        if (seal != null) {
            watch(event);
        }
        sink.accept(shown(event));
    }

    @Override
    public void flush() {
        sink.flush();
    }

    private void watch(ModelEvent event) {
        if (event instanceof ModelEvent.ReasoningDelta delta) {
            raw.append(delta.text());
        } else if (event instanceof ModelEvent.ItemFields more) {
            sealedAlready |= !more.fields().isAbsentOrNull("encrypted_content");
        } else if (!(event instanceof ModelEvent.ReasoningSummaryDelta)
                && !(event instanceof ModelEvent.UsageReported)
                && !isNothing(event)) {
            endReasoning();
        }
    }

    private static boolean isNothing(ModelEvent event) {
        return event instanceof ModelEvent.TextDelta text && text.text().isEmpty() && text.logprobs() == null
                || event instanceof ModelEvent.RefusalDelta refusal
                        && refusal.text().isEmpty();
    }

    private void endReasoning() {
        if (raw.length() > 0 && !sealedAlready) {
            sink.accept(new ModelEvent.ItemFields(sealed(raw.toString())));
        }
        raw.setLength(0);
        sealedAlready = false;
    }

    private JsonObject sealed(String text) {
        return JsonObject.builder()
                .put("encrypted_content", seal == null ? text : seal.apply(text))
                .build();
    }

    private ModelEvent shown(ModelEvent event) {
        if (event instanceof ModelEvent.TextDelta delta) {
            return logprobs || delta.logprobs() == null ? event : new ModelEvent.TextDelta(delta.text());
        }
        if (!(event instanceof ModelEvent.WholeItem whole)) {
            return event;
        }
        if (whole.item() instanceof Message message && !logprobs) {
            return new ModelEvent.WholeItem(withoutLogprobs(message));
        }
        if (whole.item() instanceof Reasoning reasoning && seal != null && reasoning.encryptedContent() == null) {
            StringBuilder text = new StringBuilder();
            reasoning.content().forEach(part -> text.append(part.plainText()));
            return text.isEmpty()
                    ? event
                    : new ModelEvent.WholeItem(new Reasoning(reasoning.json().withAll(sealed(text.toString()))));
        }
        return event;
    }

    private static Item withoutLogprobs(Message message) {
        List<JsonObject> parts = message.content().stream()
                .map(part -> part instanceof OutputText
                        ? part.json().with("logprobs", JsonNodeFactory.instance.arrayNode())
                        : part.json())
                .toList();
        return new Message(message.json().toBuilder().put("content", parts).build());
    }
}
