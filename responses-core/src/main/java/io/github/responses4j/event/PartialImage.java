package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;

/**
 * An image that is not finished yet, to be looked at meanwhile.
 *
 * @param json the event as on the wire
 */
public record PartialImage(JsonObject json) implements ResponseEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.image_generation_call.partial_image";

    /**
     * An event with its number and place.
     *
     * @param image its members beside those: {@code partial_image_index}, {@code partial_image_b64}, and what else is known of it
     */
    public static PartialImage of(long sequenceNumber, Place place, JsonObject image) {
        return new PartialImage(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .build()
                .withAll(image));
    }

    @Override
    public String type() {
        return TYPE;
    }
}
