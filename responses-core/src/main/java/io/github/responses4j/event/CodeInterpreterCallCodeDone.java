package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;

/**
 * The code that a server is going to run is whole.
 *
 * @param json the event as on the wire
 */
public record CodeInterpreterCallCodeDone(JsonObject json) implements DoneEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.code_interpreter_call_code.done";

    /** An event with its number and place. */
    public static CodeInterpreterCallCodeDone of(long sequenceNumber, Place place, String code) {
        return new CodeInterpreterCallCodeDone(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .put("code", code)
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String text() {
        return json.string("code", "");
    }
}
