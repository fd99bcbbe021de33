package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * An annotation of a kind that this version does not know, kept whole.
 *
 * @param json the annotation as on the wire
 */
public record ExtensionAnnotation(JsonObject json) implements Annotation {}
