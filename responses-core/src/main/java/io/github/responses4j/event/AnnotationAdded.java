package io.github.responses4j.event;

import io.github.responses4j.item.Annotation;
import io.github.responses4j.json.JsonObject;

/**
 * A text has got an annotation.
 *
 * @param json the event as on the wire
 */
public record AnnotationAdded(JsonObject json) implements ResponseEvent {
    /** The kind's name on the wire. */
    public static final String TYPE = "response.output_text.annotation.added";

    /** An event with its number and place. */
    public static AnnotationAdded of(long sequenceNumber, Place place, int annotationIndex, Annotation annotation) {
        return new AnnotationAdded(JsonObject.ofType(TYPE)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .put("content_index", place.partIndex())
                .put("annotation_index", annotationIndex)
                .put("annotation", annotation.json())
                .build());
    }

    /** What the text points to. */
    public Annotation annotation() {
        JsonObject annotation = json.object("annotation");
        return Annotation.of(annotation == null ? JsonObject.EMPTY : annotation);
    }

    @Override
    public String type() {
        return TYPE;
    }
}
