package io.github.responses4j.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.json.JsonObject;

/**
 * A text of the model's is whole.
 *
 * @param json the event as on the wire
 */
public record OutputTextDone(JsonObject json) implements DoneEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.output_text.done";

    /** An event with its number and place. */
    public static OutputTextDone of(long sequenceNumber, Place place, String text, JsonNode logprobs) {
        return new OutputTextDone(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .put("content_index", place.partIndex())
                .put("logprobs", logprobs)
                .put("text", text)
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String text() {
        return json.string("text", "");
    }
}
