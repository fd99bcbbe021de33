package io.github.responses4j.event;

import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;

/**
 * An output item is whole.
 *
 * @param json the event as on the wire
 */
public record OutputItemDone(JsonObject json) implements ItemEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.output_item.done";

    /** An event with its number. */
    public static OutputItemDone of(long sequenceNumber, int outputIndex, Item item) {
        return new OutputItemDone(JsonObject.ofType(TYPE)
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
