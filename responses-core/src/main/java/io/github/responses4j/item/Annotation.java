package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * A place in the model's text that points to a source. Immutable and kept whole. What this version does not know is an {@link
 * ExtensionAnnotation}.
 */
public sealed interface Annotation
        permits UrlCitation, FileCitation, ContainerFileCitation, FilePath, ExtensionAnnotation {
    /** The annotation as on the wire. */
    JsonObject json();

    /** The kind's name on the wire, such as {@code url_citation}; empty if it says none. */
    default String type() {
        return json().string("type", "");
    }

    /** The annotation of a wire object. */
    static Annotation of(JsonObject json) {
        return switch (json.string("type", "")) {
            case UrlCitation.TYPE -> new UrlCitation(json);
            case FileCitation.TYPE -> new FileCitation(json);
            case ContainerFileCitation.TYPE -> new ContainerFileCitation(json);
            case FilePath.TYPE -> new FilePath(json);
            default -> new ExtensionAnnotation(json);
        };
    }
}
