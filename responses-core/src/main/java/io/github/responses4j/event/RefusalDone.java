package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;

/**
 * A refusal is whole.
 *
 * @param json the event as on the wire
 */
public record RefusalDone(JsonObject json) implements DoneEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.refusal.done";

    /** An event with its number and place. */
    public static RefusalDone of(long sequenceNumber, Place place, String refusal) {
        return new RefusalDone(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .put("content_index", place.partIndex())
                .put("refusal", refusal)
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String text() {
        return json.string("refusal", "");
    }
}
