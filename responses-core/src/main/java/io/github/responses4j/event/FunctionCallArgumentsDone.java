package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;

/**
 * The arguments of a function call are whole.
 *
 * @param json the event as on the wire
 */
public record FunctionCallArgumentsDone(JsonObject json) implements DoneEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.function_call_arguments.done";

    /** An event with its number and place. */
    public static FunctionCallArgumentsDone of(long sequenceNumber, Place place, String arguments, String name) {
        return new FunctionCallArgumentsDone(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .put("name", name)
                .put("arguments", arguments)
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String text() {
        return json.string("arguments", "");
    }
}
