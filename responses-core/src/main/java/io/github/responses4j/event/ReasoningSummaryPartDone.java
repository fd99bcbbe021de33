package io.github.responses4j.event;

import io.github.responses4j.item.Content;
import io.github.responses4j.json.JsonObject;

/**
 * A part of a reasoning summary is whole.
 *
 * @param json the event as on the wire
 */
public record ReasoningSummaryPartDone(JsonObject json) implements PartEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.reasoning_summary_part.done";

    /** An event with its number and place. */
    public static ReasoningSummaryPartDone of(long sequenceNumber, Place place, Content part) {
        return new ReasoningSummaryPartDone(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .put("summary_index", place.partIndex())
                .put("part", part.json())
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public int partIndex() {
        return Fields.index(json, "summary_index");
    }
}
