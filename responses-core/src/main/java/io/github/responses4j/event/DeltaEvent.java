package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Something has grown by a piece of text. These are the many events of a stream, so they hold their members as fields and become JSON
 * only when asked.
 */
public sealed interface DeltaEvent extends ResponseEvent
        permits OutputTextDelta,
                RefusalDelta,
                ReasoningTextDelta,
                ReasoningSummaryTextDelta,
                FunctionCallArgumentsDelta,
                CustomToolCallInputDelta,
                McpCallArgumentsDelta,
                CodeInterpreterCallCodeDelta {
    /** Where it has grown. */
    Place place();

    /** By what it has grown. */
    String delta();

    /** The members beside those that every kind has, such as {@code logprobs}. */
    JsonObject rest();

    /** The name of the member that holds the part's place; null for a kind without parts. */
    @Nullable
    String indexName();

    @Override
    default JsonObject json() {
        JsonObject.Builder json = JsonObject.ofType(type())
                .put("sequence_number", sequenceNumber())
                .put("item_id", place().itemId())
                .put("output_index", place().outputIndex());
        String index = indexName();
        if (index != null) {
            json.put(index, place().partIndex());
        }
        return json.put("delta", delta()).build().withAll(rest());
    }
}
