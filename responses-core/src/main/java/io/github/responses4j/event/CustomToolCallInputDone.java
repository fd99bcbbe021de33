package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;

/**
 * The input of a custom tool call is whole.
 *
 * @param json the event as on the wire
 */
public record CustomToolCallInputDone(JsonObject json) implements DoneEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.custom_tool_call_input.done";

    /** An event with its number and place. */
    public static CustomToolCallInputDone of(long sequenceNumber, Place place, String input) {
        return new CustomToolCallInputDone(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .put("input", input)
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String text() {
        return json.string("input", "");
    }
}
