package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;

/**
 * A piece of a reasoning summary is whole.
 *
 * @param json the event as on the wire
 */
public record ReasoningSummaryTextDone(JsonObject json) implements DoneEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.reasoning_summary_text.done";

    /** An event with its number and place. */
    public static ReasoningSummaryTextDone of(long sequenceNumber, Place place, String text) {
        return new ReasoningSummaryTextDone(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .put("summary_index", place.partIndex())
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
