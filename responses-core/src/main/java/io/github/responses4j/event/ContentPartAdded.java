package io.github.responses4j.event;

import io.github.responses4j.item.Content;
import io.github.responses4j.json.JsonObject;

/**
 * A content part begins, empty.
 *
 * @param json the event as on the wire
 */
public record ContentPartAdded(JsonObject json) implements PartEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.content_part.added";

    /** An event with its number and place. */
    public static ContentPartAdded of(long sequenceNumber, Place place, Content part) {
        return new ContentPartAdded(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .put("content_index", place.partIndex())
                .put("part", part.json())
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public int partIndex() {
        return Fields.index(json, "content_index");
    }
}
