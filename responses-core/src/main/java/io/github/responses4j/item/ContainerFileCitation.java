package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;

/**
 * A file in a container that the text cites.
 *
 * @param json the annotation as on the wire
 */
public record ContainerFileCitation(JsonObject json) implements Annotation {
    /** The kind's name on the wire. */
    public static final String TYPE = "container_file_citation";

    /** The file's id; empty if it says none. */
    public String fileId() {
        return json.string("file_id", "");
    }
}
