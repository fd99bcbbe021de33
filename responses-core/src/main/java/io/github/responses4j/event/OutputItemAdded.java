package io.github.responses4j.event;

import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;

/**
 * An output item begins, with what is known of it so far.
 *
 * @param json the event as on the wire
 */
public record OutputItemAdded(JsonObject json) implements ItemEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.output_item.added";

    /** An event with its number. */
    public static OutputItemAdded of(long sequenceNumber, int outputIndex, Item item) {
        return new OutputItemAdded(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("output_index", outputIndex)
                .put("item", item.json())
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }
}
